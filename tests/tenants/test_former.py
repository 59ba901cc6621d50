"""A name that a tenant had stays its own: nobody else is called so, and whoever uses it is told the new one."""

import pytest

from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.jobs.retiring import retire
from numberline.tenants.connect import ConnectError, Request, connect
from numberline.tenants.credentials import Secret
from numberline.tenants.find import TenantUnknown, tenant_named
from numberline.tenants.former import keep, take_up
from numberline.tenants.models import FormerName, Tenant
from numberline.tenants.naming import RenameError, rename
from tests import factories as make

CAUSE = Cause("cli:anna", "bought")


@pytest.fixture
def contoso(database: str) -> Tenant:
    return make.tenant("contoso", mode="off")


def asked(name: str, entra_id: str) -> Request:
    return Request(name=name, entra_id=entra_id, client_id=make.oid("app"), secret=Secret(client_secret="x"))


def test_a_former_name_is_nobody_elses_and_can_be_taken_up_again_by_its_tenant(contoso: Tenant) -> None:
    other = make.tenant("fabrikam")
    rename(contoso, "Contoso UK", make.NOW, CAUSE)
    rename(contoso, "Contoso Europe", make.NOW, CAUSE)
    for name in ("CONTOSO", "contoso uk"):
        with pytest.raises(RenameError, match=f"{name} was another tenant's name, .*: choose another name"):
            rename(other, name, make.NOW, CAUSE)
        with pytest.raises(ConnectError, match=f"{name} was another tenant's name"):
            connect(asked(name, make.oid("a third")), make.NOW, CAUSE)
    other.refresh_from_db()
    assert other.name == "fabrikam"
    assert not Entry.objects.of(other.pk).filter(verb="rename").exists()
    assert rename(contoso, "contoso", make.NOW, CAUSE)
    assert set(FormerName.objects.values_list("name", "where")) == {
        ("Contoso UK", contoso.pk),
        ("Contoso Europe", contoso.pk),
    }


def test_a_tenant_that_is_only_written_otherwise_is_found_however_it_is_written(contoso: Tenant) -> None:
    rename(contoso, "Contoso", make.NOW, CAUSE)
    assert tenant_named("contoso") == contoso
    assert not FormerName.objects.exists()


def test_whoever_uses_a_former_name_in_a_command_or_a_file_is_told_the_new_one(contoso: Tenant) -> None:
    rename(contoso, "Contoso UK", make.NOW, CAUSE)
    rename(contoso, "Contoso Europe", make.NOW, CAUSE)
    for name in ("contoso", "CONTOSO UK"):
        with pytest.raises(TenantUnknown) as refusal:
            tenant_named(name)
        assert str(refusal.value) == (
            f"{name} is called Contoso Europe now: use that name, also in its configuration file"
        )


def test_a_retired_tenants_name_is_free_for_its_own_directory_only(contoso: Tenant) -> None:
    entra, other = contoso.entra_id, make.tenant("fabrikam")
    rename(contoso, "Contoso UK", make.NOW, CAUSE)
    stale = Tenant.objects.get(pk=contoso.pk)
    retire(contoso, "Contoso UK", make.NOW, CAUSE)
    with pytest.raises(RenameError, match="the tenant was retired meanwhile"):
        rename(stale, "Contoso Europe", make.NOW, CAUSE)
    for name in ("contoso", "Contoso UK"):
        with pytest.raises(TenantUnknown, match=f"{name} was retired on 2026-11-23 and is served no more"):
            tenant_named(name)
        with pytest.raises(RenameError, match="was another tenant's name"):
            rename(other, name, make.NOW, CAUSE)
    again = make.tenant("Contoso UK", entra_id=entra, mode="off")
    take_up(again)
    assert tenant_named("contoso uk") == again
    with pytest.raises(TenantUnknown, match="contoso is called Contoso UK now"):
        tenant_named("contoso")
    retire(again, "Contoso UK", make.NOW, CAUSE)
    assert set(FormerName.objects.values_list("name", "entra_id", "where")) == {
        ("contoso", entra, again.pk),
        ("Contoso UK", entra, again.pk),
    }


def test_a_name_that_was_given_up_a_moment_ago_is_not_taken_by_who_did_not_know(
    contoso: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name was asked for while its tenant still had it, and is written after that tenant gave it up."""
    other = make.tenant("fabrikam")
    looked = FormerName.objects.filter
    monkeypatch.setattr(
        "numberline.tenants.naming.taken", lambda *_: ""
    )  # what was looked at before the other renamed
    keep(contoso, "contoso", make.NOW)
    Tenant.objects.filter(pk=contoso.pk).update(name="Contoso UK")
    with pytest.raises(RenameError, match="was another tenant's name"):
        rename(other, "contoso", make.NOW, CAUSE)
    other.refresh_from_db()
    assert (other.name, looked(name="contoso").count()) == ("fabrikam", 1)
