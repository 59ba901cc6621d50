"""Accounts as a whole."""

import pytest

from numberline.accounts import manage
from numberline.accounts.manage import AccountRefused, AccountUnknown
from numberline.accounts.models import Grant, User
from numberline.audit.models import Entry
from numberline.audit.record import Cause
from tests import factories as make
from tests.factories import NOW

CAUSE = Cause("cli:anna", "a test")


def test_an_account_is_known_by_its_address_whatever_its_case_and_begins_without_a_password(
    database: str,
) -> None:
    user = manage.add(" Bert@Example.org ", NOW, CAUSE)
    assert user.email == "bert@example.org"
    assert not user.has_usable_password()
    assert manage.account_named("BERT@example.org") == user
    with pytest.raises(AccountRefused, match="account already"):
        manage.add("bert@EXAMPLE.org", NOW, CAUSE)
    with pytest.raises(AccountUnknown, match="there is no account ann@"):
        manage.account_named("ann@example.org")


@pytest.mark.parametrize("text", ["", "bert", "bert@", "a\nb@example.org", "b" * 250 + "@example.org"])
def test_what_is_no_mail_address_is_refused(database: str, text: str) -> None:
    with pytest.raises(AccountRefused):
        manage.add(text, NOW, CAUSE)


def test_the_last_owner_can_neither_be_deactivated_nor_stop_being_one(database: str) -> None:
    anna = manage.add("anna@example.org", NOW, CAUSE, owner=True)
    gone = manage.add("gone@example.org", NOW, CAUSE, owner=True)
    assert manage.set_active(gone, False, NOW, CAUSE)
    with pytest.raises(AccountRefused, match="the last owner"):
        manage.set_active(anna, False, NOW, CAUSE)
    with pytest.raises(AccountRefused, match="the last owner"):
        manage.set_owner(anna, False, NOW, CAUSE)
    assert manage.set_active(gone, True, NOW, CAUSE)
    assert manage.set_owner(anna, False, NOW, CAUSE)
    assert not manage.set_owner(anna, False, NOW, CAUSE)
    assert list(User.objects.filter(owner=True)) == [gone]


def test_who_may_act_in_a_tenant_is_in_its_audit_trail(database: str) -> None:
    contoso, fabrikam = make.tenant("contoso"), make.tenant("fabrikam")
    bert = manage.add("bert@example.org", NOW, CAUSE)
    Grant.objects.create(user=bert, where=contoso, role="viewer", since=NOW, by="cli:anna", accepted_at=NOW)
    manage.set_active(bert, False, NOW, CAUSE)
    manage.set_active(bert, True, NOW, CAUSE)
    manage.set_owner(bert, True, NOW, CAUSE)
    seen = {
        tenant.name: [
            (each.verb, each.after, each.reason) for each in Entry.objects.of(tenant.pk).order_by("seq")
        ]
        for tenant in (contoso, fabrikam)
    }
    name = {"account": "bert@example.org"}
    owner = ("account", name | {"owner": True}, "a test")
    assert seen["contoso"] == [
        ("account", name | {"active": False}, "a test"),
        ("account", name | {"active": True}, "a test"),
        owner,
    ]
    assert seen["fabrikam"] == [owner]
