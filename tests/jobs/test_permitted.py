"""A task is carried out only while whoever asked for it may still ask for it."""

from collections.abc import Callable

import pytest

from numberline import clock
from numberline.access import grants
from numberline.access.grants import AT_TERMINAL
from numberline.access.permissions import Permission
from numberline.access.roles import ADMINISTRATOR, RANGE_MANAGER, SERVICE_DESK, VIEWER, Role
from numberline.accounts.actor import in_portal, user_of
from numberline.accounts.manage import set_active, set_owner
from numberline.accounts.models import Grant, User
from numberline.audit.record import Cause
from numberline.jobs.models import Kind, State, Task
from numberline.jobs.permitted import NEEDS
from numberline.jobs.tasks import ask
from numberline.jobs.verbs import VERBS, Ended, Verb
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import somebody, somebody_with
from tests.support.tasks import carry_out_waiting

CAUSE = Cause("cli:anna", reason="has left")
Loses = Callable[[User, Tenant], object]


@pytest.fixture
def tenant(database: str, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """A tenant where everything that is asked for is done at once."""
    verb = Verb(lambda order: Ended(State.DONE, "Done."), may=frozenset({"number", "numbers"}))
    for kind in (Kind.RELEASE, Kind.SYNC):
        monkeypatch.setitem(VERBS, kind, verb)
    return make.tenant()


def became(user: User, tenant: Tenant, loses: Loses, kind: Kind = Kind.RELEASE, **given: object) -> Task:
    """What became of a task when its asker loses something before it is carried out."""
    ask(tenant, kind, dict(given), actor=in_portal(user), reason="asked for")
    loses(user, tenant)
    (task,) = carry_out_waiting(tenant)
    return task


def nothing(user: User, tenant: Tenant) -> None:
    """They keep what they have."""


def the_role(user: User, tenant: Tenant) -> None:
    grants.take_away(tenant, Grant.objects.get(user=user).pk, AT_TERMINAL, clock.now(), CAUSE)


def most_of_it(user: User, tenant: Tenant) -> None:
    grants.change(tenant, Grant.objects.get(user=user).pk, VIEWER, AT_TERMINAL, clock.now(), CAUSE)


def the_account(user: User, tenant: Tenant) -> None:
    set_active(user, False, clock.now(), CAUSE)


@pytest.mark.parametrize("loses", [the_role, most_of_it, the_account])
def test_what_somebody_asked_for_who_may_not_any_longer_is_refused(tenant: Tenant, loses: Loses) -> None:
    task = became(somebody_with(SERVICE_DESK, tenant), tenant, loses, number=make.N1)
    assert task.state == State.REFUSED
    assert "by now and may not assign, change, swap, release" in task.sentence
    assert task.sentence.startswith("service_desk@example.org ")


@pytest.mark.parametrize(
    ("role", "given", "state"),
    [
        (SERVICE_DESK, {"number": make.N1}, State.DONE),
        (SERVICE_DESK, {"numbers": [make.N1]}, State.REFUSED),
        (RANGE_MANAGER, {"numbers": [make.N1]}, State.DONE),
    ],
)
def test_who_still_may_has_it_done_and_of_many_more_is_asked(
    tenant: Tenant, role: Role, given: dict[str, object], state: State
) -> None:
    assert became(somebody_with(role, tenant), tenant, nothing, **given).state == state


def test_an_owner_may_everywhere_until_they_are_none(tenant: Tenant) -> None:
    owner, other = somebody("owner@example.org", owner=True), somebody("other@example.org", owner=True)

    def no_owner(user: User, _tenant: Tenant) -> None:
        set_owner(user, False, clock.now(), CAUSE)

    assert became(other, tenant, nothing, Kind.SYNC).state == State.DONE
    assert became(owner, tenant, no_owner, Kind.SYNC).state == State.REFUSED


def test_a_role_elsewhere_or_an_account_that_is_gone_is_none(tenant: Tenant) -> None:
    elsewhere = somebody_with(ADMINISTRATOR, make.tenant("fabrikam"))
    assert became(elsewhere, tenant, nothing, Kind.SYNC).state == State.REFUSED
    ask(tenant, Kind.SYNC, actor="portal:nobody@example.org")
    assert carry_out_waiting(tenant)[0].state == State.REFUSED


def test_every_kind_of_task_says_what_it_asks() -> None:
    assert set(NEEDS) == set(Kind)
    assert all(isinstance(need, Permission) for need in NEEDS.values())


def test_an_address_of_any_length_is_found_again(database: str) -> None:
    long = somebody(f"{'a' * 60}@{'.'.join(['b' * 60] * 3)}.example")
    assert user_of(in_portal(long)) == long
    assert user_of("cli:anna") is None


def test_what_somebody_asked_for_who_may_not_any_longer_does_not_stand_for_who_asks_after_them(
    tenant: Tenant,
) -> None:
    gone, stays = somebody_with(SERVICE_DESK, tenant), somebody_with(RANGE_MANAGER, tenant)
    ask(tenant, Kind.SYNC, actor=in_portal(gone))
    the_role(gone, tenant)
    ask(tenant, Kind.SYNC, actor=in_portal(stays))
    assert [task.state for task in carry_out_waiting(tenant)] == [State.REFUSED, State.DONE]
