"""What looks as if everybody were gone releases nobody: a directory or a list of numbers that is cut, empty, refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from numberline.assignments.models import Assignment
from numberline.directory.models import Person
from numberline.graph.errors import GraphError
from numberline.inventory.models import Listing, Range
from numberline.planning.store import shown
from numberline.runs.sync import make_plan
from numberline.simulator.process import SimulatorProcess
from numberline.simulator.state import PERMISSIONS
from numberline.worklist.models import Item
from tests.runs.office import Office
from tests.support import programs, quick

PEOPLE = 1000


@pytest.fixture(scope="module")
def microsoft() -> Iterator[SimulatorProcess]:
    """A company of a thousand people, most of whom have a number; the tests leave it as they found it."""
    with quick.here(), programs.simulator(people=PEOPLE) as simulator:
        simulator.control.open_question(deleted_person_number="kept")
        yield simulator


@pytest.fixture
def office(database: str, microsoft: SimulatorProcess) -> Iterator[Office]:
    """All of them are known, and their numbers were given here."""
    made = Office(microsoft)
    Range.objects.of(made.tenant.pk).update(rule="", numbers=[])
    made.sync()
    Assignment.objects.of(made.tenant.pk).update(source="numberline")
    microsoft.control.clear_requests()
    yield made
    consent(made, *PERMISSIONS)
    microsoft.control.clear_faults()


def consent(office: Office, *permissions: str) -> None:
    """The application has these permissions from now on."""
    office.control.permissions(list(permissions))
    office.control.revoke_tokens()


def ordinary(office: Office) -> list[str]:
    """People who simply hold a number, the lowest object ids first."""
    rows = Person.objects.of(office.tenant.pk).filter(action="keep", code__in=("holds", "country_mismatch"))
    return sorted(rows.values_list("object_id", flat=True))


def strikes(office: Office, **faults: Any) -> str:
    """A day passes, and Microsoft answers so, also when the grace has passed: nobody may lose a number. Gives why
    nothing was concluded, as the run or the worklist says it."""
    before = (office.held(), office.unassigned())
    office.control.faults(**faults)
    office.a_day_passes()
    said = synced(office)
    office.grace_passes()
    synced(office)
    assert (office.held(), office.unassigned()) == before
    office.control.clear_faults()
    office.control.faults(operation_seconds=0.05)
    return said


def synced(office: Office) -> str:
    """One run; gives what the worklist says of short lists, or the sentence with which it failed."""
    try:
        office.sync()
    except GraphError as error:
        return f"{office.run().outcome}: {error}"
    items = Item.objects.of(office.tenant.pk).filter(closed_at=None)
    return "; ".join(f"{item.code}: {item.detail}" for item in items if item.code.endswith("_short"))


def leave(office: Office, people: list[str]) -> None:
    """They are deleted, and their grace passes."""
    for person in people:
        office.control.delete(person)
    office.sync()
    office.grace_passes()


def come_back(office: Office, people: list[str]) -> None:
    """They are restored."""
    for person in people:
        office.control.restore(person)
    office.sync()


@pytest.mark.long(12)
def test_a_directory_that_is_cut_empty_or_refused_releases_nobody_and_real_leavers_are(
    office: Office,
) -> None:
    before, people = office.held(), ordinary(office)
    cut = strikes(office, short_listing={"on": "delta", "after": 1, "count": 1})
    assert cut == "directory_short: 600 of 1000 people were not shown"
    empty = strikes(office, short_listing={"on": "delta", "share": 0})
    assert empty == "directory_short: 1000 of 1000 people were not shown"
    words = "Insufficient privileges to complete the operation."
    refused = strikes(office, unavailable={"on": "delta", "after": 2, "status": 403, "text": words})
    assert refused.startswith("failed: The application lacks the permission")
    consent(office, *(name for name in PERMISSIONS if name != "User.Read.All"))
    taken = strikes(office)
    assert "User.Read.All" in taken
    consent(office, *PERMISSIONS)
    leave(office, people[:3])
    assert office.sync().released == 3, "three who really left on the same day"
    assert office.held() == {person: before[person] for person in before if person not in people[:3]}
    come_back(office, people[:3])


@pytest.mark.sqlite  # one of the three shows what the other database has to do with it
@pytest.mark.long(8)
def test_sixty_percent_that_are_deleted_in_one_answer_are_held_and_said(office: Office) -> None:
    before, people = office.held(), ordinary(office)[: PEOPLE * 6 // 10]
    assert len(people) == PEOPLE * 6 // 10
    leave(office, people)
    result = office.sync()
    assert (result.released, result.held, result.exit_code) == (0, len(people), 4)
    held = shown(make_plan(office.tenant, actor="cli:anna"))["held"]
    assert {(one["action"], one["code"], one["limit"]) for one in held} == {("release", "deleted", "release")}
    come_back(office, people)
    result = office.sync()
    assert (result.held, result.exit_code) == (0, 0)
    assert (office.held(), office.unassigned()) == (before, 0)


@pytest.mark.sqlite  # one of the three shows what the other database has to do with it
@pytest.mark.long(12)
def test_a_list_of_numbers_that_is_cut_empty_or_refused_frees_nothing_and_nothing_is_taken_back(
    office: Office,
) -> None:
    people = ordinary(office)[:3]
    listed = Listing.objects.of(office.tenant.pk).get().count
    assert listed > 1000, "the list has a second page"
    leave(office, people)
    nothing_more = {"on": "numbers", "share": 0}
    short = strikes(office, short_listing=[{"on": "numbers", "count": 1, "share": 0.4}, nothing_more])
    assert short.startswith(f"listing_short: Teams listed 400 numbers after {listed}")
    empty = strikes(office, short_listing=nothing_more)
    assert empty.startswith("listing_short: Teams listed 0 numbers")
    cut = strikes(office, short_listing={**nothing_more, "after": 1})
    assert cut.startswith("listing_short: Teams listed 1000 numbers")
    words = {"status": 403, "text": "Access denied."}
    refused = strikes(office, unavailable={"on": "numbers", "after": 1, **words})
    assert refused.startswith("failed: The application lacks the permission")
    consent(office, *(name for name in PERMISSIONS if not name.startswith("TeamsTelephone")))
    taken = strikes(office)
    assert "TeamsTelephoneNumber.ReadWrite.All" in taken
    consent(office, *PERMISSIONS)
    assert office.sync().released == 3, "once a whole list has come"
    come_back(office, people)
