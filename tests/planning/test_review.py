"""A plan that was reviewed is applied once or refused once, and the audit trail says by whom and why."""

import pytest

from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.planning.decide import decide
from numberline.planning.models import StoredPlan
from numberline.planning.review import approve, latest, refuse
from numberline.planning.store import PlanRefused, plan_named, store
from numberline.tenants.models import Tenant
from tests import factories as make

ANNA = Cause("portal:anna@example.org", "these people have not left", "CHG-7")


@pytest.fixture
def owner(database: str) -> Tenant:
    """Ann is to have a number."""
    tenant = make.tenant()
    make.number(tenant, make.N1, make.range_(tenant))
    make.person(tenant)
    return tenant


def plan_of(owner: Tenant, by: str = "cli:ben") -> StoredPlan:
    return store(owner, decide(owner, make.NOW, everybody=True).plan, make.NOW, by)


def test_a_refused_plan_is_recorded_with_who_and_why_and_can_not_be_applied(owner: Tenant) -> None:
    plan = plan_of(owner)
    refuse(plan, make.NOW, ANNA)
    entry = Entry.objects.of(owner.pk).get()
    assert (entry.verb, entry.actor, entry.reason, entry.ticket) == (
        "plan_refused",
        "portal:anna@example.org",
        "these people have not left",
        "CHG-7",
    )
    assert (entry.after["plan"], entry.after["assign"]) == (plan.name, 1)
    with pytest.raises(PlanRefused, match="it was refused at 2026-11-23 09:00 UTC"):
        approve(plan, make.NOW, ANNA)
    assert Entry.objects.of(owner.pk).count() == 1


def test_of_two_who_decide_about_a_plan_at_the_same_time_one_is_told_of_the_other(owner: Tenant) -> None:
    plan = plan_of(owner)
    annas, bens = plan_named(owner, plan.name), plan_named(owner, plan.name)
    approve(annas, make.NOW, ANNA)
    with pytest.raises(PlanRefused, match="it was applied at"):
        refuse(bens, make.NOW, ANNA)
    assert plan_named(owner, plan.name).refused_at is None


def test_the_plan_that_was_made_last_is_found_with_who_asked_for_it(owner: Tenant) -> None:
    assert latest(owner) is None
    plan_of(owner)
    newest = plan_of(owner, "portal:anna@example.org")
    found = latest(owner)
    assert found is not None
    assert (found.name, found.by) == (newest.name, "portal:anna@example.org")
