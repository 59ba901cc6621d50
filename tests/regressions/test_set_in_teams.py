"""What somebody set in Teams is not taken back, also when Teams had once shown it free (M19)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from numberline.assignments.models import Assignment
from tests.chaos import events, invariants
from tests.chaos.company import LINES
from tests.chaos.world import World

NUMBER = LINES[0]


@pytest.fixture
def world(database: str) -> Iterator[World]:
    """A tenant in which a number stays on whoever is deleted."""
    world = World({"deleted_person_number": "kept"})
    yield world
    world.close()


def test_a_number_set_in_teams_that_was_free_for_a_while_is_not_taken_back_from_a_leaver(
    world: World,
) -> None:
    """Shown free in the listing, set again after it: only the look before the release can tell."""
    events.joins(world, "Bath", ("SPE_E5",))
    events.assigned_in_teams(world, 0, NUMBER)
    world.sync()
    (person,) = world.people
    events.leaves_or_returns(world, 0)
    world.sync()
    world.passes(timedelta(hours=23))
    events.unassigned_in_teams(world, 0)
    world.sync(full=True)
    world.tell("assign_out_of_band", number=NUMBER, person=person)
    world.passes(timedelta(hours=2))
    world.sync()
    invariants.hold(world)
    assert world.holder(NUMBER) == person
    row = Assignment.objects.of(world.tenant.pk).get(until=None)
    assert (row.person, row.source, row.freed_in_teams_at) == (person, "found", None)
    assert not [entry for entry in world.service.journal.latest if entry.kind == "unassign"]
