"""Nobody gives, changes or takes away more than they hold, and nobody is locked out."""

from collections.abc import Callable

import pytest

from numberline.access import grants
from numberline.access.grants import AT_TERMINAL, Asker, GrantRefused
from numberline.access.roles import (
    ADMINISTRATOR,
    GRANTABLE,
    RANGE_MANAGER,
    ROLES,
    SERVICE_DESK,
    VIEWER,
    Role,
)
from numberline.access.visit import role_in, tenants_of, visit
from numberline.accounts import links, manage
from numberline.accounts.models import Grant, Link, User
from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.factories import NOW

CAUSE = Cause("portal:anna@example.org", "a test", "T-1")
BERT = "bert@example.org"


@pytest.fixture
def contoso(database: str) -> Tenant:
    return make.tenant("contoso")


def member(tenant: Tenant, role: Role, email: str = BERT) -> Grant:
    user = User.objects.filter(email=email).first() or manage.add(email, NOW, CAUSE)
    return Grant.objects.create(user=user, where=tenant, role=role.name, since=NOW, by="x", accepted_at=NOW)


def refused(verb: Callable[..., object], *arguments: object) -> bool:
    """Whether a verb refuses because it is more than the asker holds."""
    try:
        verb(*arguments, NOW, CAUSE)
    except GrantRefused as error:
        return "more than you hold" in str(error)
    return False


@pytest.mark.parametrize("held", ROLES, ids=lambda role: role.name)
def test_nobody_gives_changes_or_takes_away_more_than_they_hold(contoso: Tenant, held: Role) -> None:
    member(contoso, ADMINISTRATOR, "anna@example.org")
    for number, role in enumerate(GRANTABLE):
        asker, less = Asker(held), not held.covers(role)
        viewer, grant = (
            member(contoso, each, f"{place}-{number}@example.org")
            for place, each in enumerate((VIEWER, role))
        )
        assert refused(grants.change, contoso, viewer.pk, role, asker) is less
        assert refused(grants.invite, contoso, f"new-{number}@example.org", role, asker) is less
        assert refused(grants.change, contoso, grant.pk, VIEWER, asker) is less
        other = member(contoso, role, f"other-{number}@example.org")
        assert refused(grants.take_away, contoso, other.pk, asker) is less
        assert User.objects.filter(email=f"new-{number}@example.org").exists() is not less
        assert Grant.objects.filter(pk=other.pk).exists() is less


def test_a_role_gives_nothing_before_it_is_accepted(contoso: Tenant) -> None:
    made = grants.invite(contoso, BERT, SERVICE_DESK, AT_TERMINAL, NOW, CAUSE)
    bert = User.objects.get(email=BERT)
    assert role_in(bert, contoso) is None
    assert visit(bert, contoso.name) is None, "not by the address either: the link may be in other hands"
    assert not tenants_of(bert).exists()
    links.use(made.address.rstrip("/").rpartition("/")[2], "a password for a test", NOW)
    assert role_in(bert, contoso) is SERVICE_DESK


def test_inviting_an_address_answers_alike_whether_it_has_an_account_elsewhere_or_not(
    contoso: Tenant,
) -> None:
    elsewhere = member(make.tenant("fabrikam"), ADMINISTRATOR, "old@example.org").user
    elsewhere.set_password("a password of their own")
    elsewhere.save()
    old = grants.invite(contoso, "old@example.org", VIEWER, Asker(ADMINISTRATOR), NOW, CAUSE)
    new = grants.invite(contoso, "new@example.org", VIEWER, Asker(ADMINISTRATOR), NOW, CAUSE)
    assert len(old.address) == len(new.address)
    assert old.ends_at == new.ends_at
    rows = Link.objects.order_by("pk")
    assert [each.sets_password for each in rows] == [False, True]
    fabrikam = elsewhere.grants.get(where__name="fabrikam")
    assert fabrikam.role == "administrator"


def test_the_last_administrator_cannot_leave_unless_an_owner_says_so(contoso: Tenant) -> None:
    grant = member(contoso, ADMINISTRATOR)
    grants.invite(contoso, "late@example.org", ADMINISTRATOR, AT_TERMINAL, NOW, CAUSE)
    gone = member(contoso, ADMINISTRATOR, "gone@example.org")
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    self = Asker(ADMINISTRATOR, grant.user)
    with pytest.raises(GrantRefused, match="the last administrator of contoso"):
        grants.take_away(contoso, grant.pk, self, NOW, CAUSE)
    with pytest.raises(GrantRefused, match="the last administrator of contoso"):
        grants.change(contoso, grant.pk, VIEWER, self, NOW, CAUSE)
    member(contoso, ADMINISTRATOR, "second@example.org")
    assert grants.change(contoso, grant.pk, VIEWER, self, NOW, CAUSE)
    for each in Grant.objects.filter(where=contoso):
        grants.take_away(contoso, each.pk, AT_TERMINAL, NOW, CAUSE)


def test_every_change_of_a_team_is_in_the_audit_trail_of_its_tenant(contoso: Tenant) -> None:
    bert = manage.add(BERT, NOW, CAUSE)
    assert grants.give(contoso, bert, VIEWER, AT_TERMINAL, NOW, CAUSE)
    assert grants.give(contoso, bert, RANGE_MANAGER, AT_TERMINAL, NOW, CAUSE)
    assert not grants.give(contoso, bert, RANGE_MANAGER, AT_TERMINAL, NOW, CAUSE)
    grants.take_away(contoso, grants.grant_of(contoso, bert).pk, AT_TERMINAL, NOW, CAUSE)
    viewer, manager = ({"account": BERT, "role": role} for role in ("viewer", "range_manager"))
    entries = list(Entry.objects.of(contoso.pk).order_by("seq"))
    assert [(each.code, each.before, each.after) for each in entries] == [
        ("given", {}, viewer),
        ("changed", viewer, manager),
        ("taken_away", manager, {}),
    ]
    assert {(each.verb, each.actor, each.reason, each.ticket) for each in entries} == {
        ("role", "portal:anna@example.org", "a test", "T-1")
    }


def test_a_role_of_another_tenant_cannot_be_touched_by_its_id(contoso: Tenant) -> None:
    elsewhere = member(make.tenant("fabrikam"), VIEWER)
    for touch in (
        lambda: grants.change(contoso, elsewhere.pk, SERVICE_DESK, AT_TERMINAL, NOW, CAUSE),
        lambda: grants.take_away(contoso, elsewhere.pk, AT_TERMINAL, NOW, CAUSE),
        lambda: grants.invite_again(contoso, elsewhere.pk, AT_TERMINAL, NOW, CAUSE),
    ):
        with pytest.raises(GrantRefused, match="taken away meanwhile"):
            touch()


def test_a_link_that_waits_is_of_no_use_to_come_into_more(contoso: Tenant) -> None:
    """Whoever holds the link of an unused account must not become what the account is made afterwards."""
    grants.invite(contoso, BERT, VIEWER, Asker(ADMINISTRATOR), NOW, CAUSE)
    manage.set_owner(User.objects.get(email=BERT), True, NOW, CAUSE)
    assert not Link.objects.exists()
    grants.invite(contoso, "carl@example.org", VIEWER, Asker(ADMINISTRATOR), NOW, CAUSE)
    carl = User.objects.get(email="carl@example.org")
    grants.give(make.tenant("fabrikam"), carl, ADMINISTRATOR, AT_TERMINAL, NOW, CAUSE)
    assert not Link.objects.exists()


def test_an_owner_is_not_invited_and_a_member_is_not_invited_twice(contoso: Tenant) -> None:
    manage.add("anna@example.org", NOW, CAUSE, owner=True)
    member(contoso, VIEWER)
    for email, words in (
        ("anna@example.org", "owner of the installation"),
        (BERT, "has a role in contoso already"),
    ):
        with pytest.raises(GrantRefused, match=words):
            grants.invite(contoso, email, VIEWER, AT_TERMINAL, NOW, CAUSE)


def test_a_role_is_named_as_people_write_it(database: str) -> None:
    assert grants.role_for("Service-Desk") is SERVICE_DESK
    with pytest.raises(GrantRefused, match="use one of viewer, service_desk, range_manager, administrator"):
        grants.role_for("owner")


@pytest.mark.parametrize("loses", ["the role", "most of it", "the account"])
def test_links_end_with_the_role_by_which_they_were_made(contoso: Tenant, loses: str) -> None:
    grant = member(contoso, ADMINISTRATOR)
    member(contoso, ADMINISTRATOR, "carl@example.org")
    fabrikam = make.tenant("fabrikam")
    member(fabrikam, ADMINISTRATOR)
    by_bert, asker = Cause(f"portal:{BERT}", "a friend"), Asker(ADMINISTRATOR, grant.user)
    made = {
        place: grants.invite(tenant, f"{place}@example.org", ADMINISTRATOR, asker, NOW, cause).address
        for place, tenant, cause in (
            ("his", contoso, by_bert),
            ("elsewhere", fabrikam, by_bert),
            ("others", contoso, CAUSE),
        )
    }
    if loses == "the role":
        grants.take_away(contoso, grant.pk, AT_TERMINAL, NOW, CAUSE)
    elif loses == "most of it":
        grants.change(contoso, grant.pk, VIEWER, AT_TERMINAL, NOW, CAUSE)
    else:
        manage.add("owner@example.org", NOW, CAUSE, owner=True)
        manage.set_active(grant.user, False, NOW, CAUSE)
    for place, address in made.items():
        dead = place == "his" or (place == "elsewhere" and loses == "the account")
        token = address.rstrip("/").rpartition("/")[2]
        if dead:
            with pytest.raises(links.LinkDead):
                links.opened(token, NOW)
        else:
            assert links.opened(token, NOW)


def test_more_of_a_role_keeps_the_links(contoso: Tenant) -> None:
    grant = member(contoso, RANGE_MANAGER)
    link = grants.invite(
        contoso, "x@example.org", VIEWER, Asker(RANGE_MANAGER), NOW, Cause(f"portal:{BERT}", "x")
    )
    grants.change(contoso, grant.pk, ADMINISTRATOR, AT_TERMINAL, NOW, CAUSE)
    assert links.opened(link.address.rstrip("/").rpartition("/")[2], NOW)


def test_a_link_for_a_password_ends_with_the_ownership_of_who_made_it(database: str) -> None:
    anna = manage.add("anna@example.org", NOW, CAUSE, owner=True)
    manage.add("carl@example.org", NOW, CAUSE, owner=True)
    made = links.make(manage.add(BERT, NOW, CAUSE), NOW, "portal:anna@example.org")
    manage.set_owner(anna, False, NOW, CAUSE)
    with pytest.raises(links.LinkDead):
        links.opened(made.address.rstrip("/").rpartition("/")[2], NOW)
