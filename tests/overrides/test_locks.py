"""Locking numbers against automation."""

import pytest

from numberline.audit.history import number_history
from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.core.decision import Code
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.overrides.lock import lock, unlock
from numberline.overrides.outcome import Outcome, OverrideRefused
from numberline.planning.decide import decide
from numberline.tenants.models import Tenant
from tests import factories as make

HAND = Cause("cli:anna", "under review", "CHG-9")
SOON = make.NOW + make.DAY


@pytest.fixture
def owner(database: str) -> Tenant:
    """A tenant with one number, which is free."""
    home = make.range_(make.tenant())
    make.number(home.tenant, make.N1, home)
    return home.tenant


def settle(owner: Tenant) -> None:
    Person.objects.of(owner.pk).update(changed=False)


def test_a_locked_number_is_given_to_nobody_until_it_is_unlocked(owner: Tenant) -> None:
    make.person(owner)
    assert lock(owner, make.N1, make.NOW, HAND) == Outcome(True, f"{make.N1} is locked against automation.")
    assert not decide(owner, make.NOW, everybody=True).plan.changes
    assert unlock(owner, make.N1, make.NOW, HAND).sentence == f"{make.N1} is no longer locked."
    (change,) = decide(owner, make.NOW, everybody=True).plan.changes
    assert change.number == make.N1


def test_who_holds_a_locked_number_keeps_it_and_is_looked_at_again(owner: Tenant) -> None:
    make.person(owner, licences=())
    make.holding(make.number_row(owner, make.N1))
    settle(owner)
    lock(owner, make.N1, make.NOW, HAND)
    assert make.person_row(owner).changed
    decide(owner, make.NOW + 9 * make.DAY)
    assert make.person_row(owner).code == Code.LOCKED
    assert not make.person_row(owner).changed
    unlock(owner, make.N1, make.NOW, HAND)
    decide(owner, make.NOW + 9 * make.DAY)
    assert make.person_row(owner).code == Code.UNLICENSED
    assert make.person_row(owner).action == "release"


def test_a_lock_and_its_end_are_recorded_and_leave_the_holder_as_it_was(owner: Tenant) -> None:
    ann = make.person(owner)
    make.holding(make.number_row(owner, make.N1))
    lock(owner, make.N1, make.NOW, HAND, SOON)
    unlock(owner, make.N1, make.NOW, HAND)
    locked, unlocked = Entry.objects.of(owner.pk)
    assert (locked.verb, unlocked.verb) == ("lock", "unlock")
    assert (locked.person, locked.number, locked.ticket) == (ann.object_id, make.N1, "CHG-9")
    free = {"state": "assigned", "locked": False, "locked_until": None}
    held = {"state": "assigned", "locked": True, "locked_until": SOON.isoformat()}
    assert (locked.before, locked.after, unlocked.before, unlocked.after) == (free, held, held, free)
    assert [moment.moved for moment in number_history(owner.pk, make.N1)] == [False, False]


@pytest.mark.parametrize("state", [s for s in State if s is not State.RETIRED])
def test_a_number_is_locked_in_whatever_state_it_is(database: str, state: State) -> None:
    owner = make.tenant()
    make.number(owner, make.N1, state=state)
    lock(owner, make.N1, make.NOW, HAND, SOON)
    row = make.number_row(owner, make.N1)
    assert (row.state, row.locked, row.locked_until) == (state, True, SOON)


def test_a_retired_number_is_not_locked(database: str) -> None:
    owner = make.tenant()
    make.number(owner, make.N1, state="retired")
    with pytest.raises(OverrideRefused, match=r"is retired.*: declare it in a range first"):
        lock(owner, make.N1, make.NOW, HAND)
    assert not make.number_row(owner, make.N1).locked


def test_a_repeat_writes_nothing_and_says_so(owner: Tenant) -> None:
    assert unlock(owner, make.N1, make.NOW, HAND) == Outcome(
        False, f"{make.N1} is not locked: nothing was changed."
    )
    lock(owner, make.N1, make.NOW, HAND, SOON)
    assert lock(owner, make.N1, make.NOW, HAND, SOON) == Outcome(
        False,
        f"{make.N1} is locked against automation until 2026-11-24 09:00 UTC already: nothing was changed.",
    )
    assert Entry.objects.of(owner.pk).count() == 1


def test_locking_again_moves_the_end(owner: Tenant) -> None:
    lock(owner, make.N1, make.NOW, HAND, SOON)
    assert lock(owner, make.N1, make.NOW, HAND).changed
    row = make.number_row(owner, make.N1)
    assert (row.locked, row.locked_until) == (True, None)


def test_a_lock_that_is_over_counts_as_none(owner: Tenant) -> None:
    lock(owner, make.N1, make.NOW, HAND, SOON)
    assert not unlock(owner, make.N1, SOON, HAND).changed
    assert lock(owner, make.N1, SOON, HAND, SOON + make.DAY).changed
