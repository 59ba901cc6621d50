"""The states of a number: what the database lets through, and what a move records."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.core.states import MOVES, State
from numberline.inventory.models import Number
from numberline.inventory.moves import NumberMoved, move
from tests import factories as make


@pytest.fixture
def numbers(database: str) -> dict[State, Number]:
    """A number in each state."""
    owner = make.tenant()
    return {
        state: make.number(owner, f"+44207946{index:04}", state=state) for index, state in enumerate(State)
    }


def set_state(number: Number, state: State) -> None:
    with transaction.atomic():
        Number.objects.of(number.tenant_id).filter(pk=number.pk).update(state=state)


def test_the_database_itself_refuses_every_move_that_is_not_legal(numbers: dict[State, Number]) -> None:
    for old, new in product(State, State):
        if old is new or (old, new) in MOVES:
            continue
        with pytest.raises(IntegrityError, match="illegal move of a number"):
            set_state(numbers[old], new)
        numbers[old].refresh_from_db()
        assert numbers[old].state == old


def test_the_database_accepts_every_legal_move(numbers: dict[State, Number]) -> None:
    owner = numbers[State.AVAILABLE].tenant
    for index, (old, new) in enumerate(sorted(MOVES)):
        row = make.number(owner, f"+1206555{index:04}", state=old)
        set_state(row, new)
        row.refresh_from_db()
        assert row.state == new


def test_a_state_that_nobody_knows_is_refused(numbers: dict[State, Number]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Number.objects.of(numbers[State.AVAILABLE].tenant_id).update(state="lost")


def test_a_row_may_be_written_again_without_a_move(numbers: dict[State, Number]) -> None:
    for state, row in numbers.items():
        row.city = "London"
        row.save()
        row.refresh_from_db()
        assert (row.state, row.city) == (state, "London")


def test_a_move_sets_the_state_and_since_when_and_records_who_what_and_why(database: str) -> None:
    row = make.number(make.tenant(), make.N1)
    cause = Cause("cli:anna", reason="for the board", ticket="T-1", run_id=7)
    move(row, State.ASSIGNED, make.NOW, cause, verb="found", holder=("", make.oid("ann")), until=make.NOW)
    for shown in (row, make.number_row(row.tenant, make.N1)):
        assert (shown.state, shown.since, shown.until) == ("assigned", make.NOW, make.NOW)
    entry = Entry.objects.of(row.tenant_id).get()
    assert (entry.at, entry.actor, entry.verb, entry.reason) == (
        make.NOW,
        "cli:anna",
        "found",
        "for the board",
    )
    assert (entry.ticket, entry.run_id, entry.number) == ("T-1", 7, make.N1)
    assert (entry.before, entry.after) == (
        {"state": "available", "holder": None},
        {"state": "assigned", "holder": make.oid("ann")},
    )


def test_a_move_from_a_state_that_is_no_longer_so_changes_and_records_nothing(database: str) -> None:
    owner = make.tenant()
    row = make.number(owner, make.N1)
    stale = make.number_row(owner, make.N1)
    move(row, State.BLOCKED, make.NOW, make.CAUSE, verb="block")
    with pytest.raises(NumberMoved, match=r"\+442079460001 is no longer available"):
        move(stale, State.ASSIGNING, make.NOW, make.CAUSE, verb="intend")
    assert make.number_row(owner, make.N1).state == "blocked"
    assert [entry.verb for entry in Entry.objects.of(owner.pk)] == ["block"]


def test_an_illegal_move_is_not_recorded_either(database: str) -> None:
    owner = make.tenant()
    row = make.number(owner, make.N1)
    with pytest.raises(IntegrityError), transaction.atomic():
        move(row, State.RELEASING, make.NOW, make.CAUSE, verb="release")
    assert make.number_row(owner, make.N1).state == "available"
    assert not Entry.objects.of(owner.pk).exists()
