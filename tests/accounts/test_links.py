"""One-time links."""

from datetime import timedelta

import pytest

from numberline.accounts import links, manage
from numberline.accounts.links import LinkDead
from numberline.accounts.models import Grant, Link, User
from numberline.audit.record import Cause
from tests import factories as make
from tests.factories import NOW

CAUSE = Cause("cli:anna")
PASSWORD = "a new password for a test"


@pytest.fixture
def user(database: str) -> User:
    return manage.add("bert@example.org", NOW, CAUSE)


def token(made: links.MadeLink) -> str:
    return made.address.rstrip("/").rpartition("/")[2]


def test_a_link_works_once(user: User) -> None:
    key = token(links.make(user, NOW, "cli:anna"))
    assert links.opened(key, NOW).user == user
    assert links.use(key, PASSWORD, NOW, name="Bert").check_password(PASSWORD)
    assert User.objects.get(pk=user.pk).name == "Bert"
    with pytest.raises(LinkDead):
        links.use(key, "another password for a test", NOW)


def test_a_link_dies_with_a_newer_one_and_at_its_end(user: User) -> None:
    old = token(links.make(user, NOW, "cli:anna"))
    new = token(links.make(user, NOW, "cli:anna"))
    with pytest.raises(LinkDead):
        links.opened(old, NOW)
    with pytest.raises(LinkDead):
        links.use(new, PASSWORD, NOW + timedelta(hours=48))


def test_a_link_dies_with_the_account(user: User) -> None:
    key = token(links.make(user, NOW, "cli:anna"))
    manage.set_active(user, False, NOW, CAUSE)
    manage.set_active(user, True, NOW, CAUSE)
    with pytest.raises(LinkDead):
        links.opened(key, NOW)


def test_the_address_of_the_portal_is_in_the_link_and_the_database_has_only_a_digest(user: User) -> None:
    made = links.make(user, NOW, "cli:anna")
    assert made.address.startswith("http://127.0.0.1:8480/account/link/")
    assert token(made) not in str(list(Link.objects.values_list()))


def test_an_account_that_another_made_under_an_address_does_not_get_the_roles_that_the_address_is_invited_to(
    user: User,
) -> None:
    """Somebody invites an address to a tenant of theirs, uses the link themselves, and waits."""
    theirs, ours = make.tenant("theirs"), make.tenant("ours")
    first, second = (
        Grant.objects.create(user=user, where=where, role="viewer", since=NOW, by="x")
        for where in (theirs, ours)
    )
    links.use(token(links.make(user, NOW, "x", grant=first)), PASSWORD, NOW)
    assert list(Grant.objects.filter(accepted_at__isnull=False)) == [first]
    invitation = token(links.make(user, NOW, "x", grant=second))
    with pytest.raises(LinkDead):
        links.use(invitation, PASSWORD, NOW)
    with pytest.raises(LinkDead):
        links.accept(invitation, manage.add("other@example.org", NOW, CAUSE), NOW)
    assert links.accept(invitation, user, NOW) == second
    assert Grant.objects.get(pk=second.pk).accepted_at == NOW


def test_what_is_over_is_tidied_away(user: User) -> None:
    links.make(user, NOW, "cli:anna")
    links.tidy(NOW + timedelta(hours=49))
    assert not Link.objects.exists()
