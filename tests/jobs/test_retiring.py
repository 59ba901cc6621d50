"""A tenant that is taken out of service: nobody sees it, nothing is asked for it, and its audit trail stays whole."""

import pytest

from numberline import clock
from numberline.access.roles import ADMINISTRATOR, OWNER
from numberline.access.visit import tenants_of, visit
from numberline.assignments.models import Assignment
from numberline.audit.models import Entry
from numberline.audit.record import Cause, Fact, record
from numberline.audit.verify import verify
from numberline.jobs.looking import tenants_that_wait
from numberline.jobs.models import Task
from numberline.jobs.retiring import RetireError, retire
from numberline.jobs.tasks import ask
from numberline.runs.lock import TenantBusy, tenant_lock
from numberline.tenants.find import TenantUnknown, tenant_named
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import somebody_with

CAUSE = Cause("portal:owner@example.org", "moved away", "CHG-7")


@pytest.fixture
def owner(database: str) -> Tenant:
    """A tenant in mode off; Ann holds a number."""
    tenant = make.tenant(mode="off")
    make.person(tenant)
    make.holding(make.number(tenant, make.N1, make.range_(tenant), state="assigned"))
    record(tenant.pk, clock.now(), CAUSE, Fact("mode", after={"mode": "off"}))
    return tenant


def test_a_retired_tenant_is_known_to_nobody_and_its_trail_stays_whole(owner: Tenant) -> None:
    members = [somebody_with(role, owner) for role in (ADMINISTRATOR, OWNER)]
    ask(owner, "sync", actor="cli:anna")
    entra = owner.entra_id
    retire(owner, "contoso", make.NOW, CAUSE)
    for text in ("contoso", entra):
        with pytest.raises(TenantUnknown):
            tenant_named(text)
    row = Tenant.everyone.get(pk=owner.pk)
    for user in members:
        assert list(tenants_of(user)) == []
        assert visit(user, "contoso") is None
        assert visit(user, row.name) is None
    assert bytes(row.credential) == b""
    assert tenants_that_wait() == []
    task = Task.objects.of(owner.pk).get()
    assert (task.state, task.sentence) == ("refused", "The tenant was retired before this began.")
    entry = Entry.objects.of(owner.pk).get(verb="retire_tenant")
    assert (entry.actor, entry.reason, entry.ticket) == (CAUSE.actor, CAUSE.reason, CAUSE.ticket)
    assert entry.before == {"name": "contoso", "entra_id": entra}
    assert verify(owner.pk).whole
    assert Assignment.objects.of(owner.pk).get().until is None, "in Teams nothing changes"


def test_its_name_and_its_directory_can_be_connected_again_and_again_be_retired(owner: Tenant) -> None:
    entra = owner.entra_id
    retire(owner, "contoso", make.NOW, CAUSE)
    again = make.tenant("contoso", entra_id=entra, mode="off")
    assert tenant_named("contoso") == again
    retire(again, "contoso", make.NOW, CAUSE)
    assert Tenant.everyone.exclude(retired_at=None).count() == 2


def test_it_is_refused_unless_confirmed_switched_off_and_at_rest(owner: Tenant) -> None:
    with pytest.raises(RetireError, match="write the tenant's name to confirm it: contoso"):
        retire(owner, "Contoso", make.NOW, CAUSE)
    with tenant_lock(owner), pytest.raises(TenantBusy):
        retire(owner, "contoso", make.NOW, CAUSE)
    Tenant.objects.update(mode="observe")
    with pytest.raises(RetireError, match="switch contoso to mode off first: it is in mode observe"):
        retire(owner, "contoso", make.NOW, CAUSE)
    Tenant.objects.update(mode="off", name="fabrikam")
    with pytest.raises(RetireError, match="somebody renamed or retired the tenant meanwhile"):
        retire(owner, "contoso", make.NOW, CAUSE)
    assert Tenant.objects.count() == 1
    assert not Entry.objects.of(owner.pk).filter(verb="retire_tenant").exists()
