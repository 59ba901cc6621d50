"""The machine of test_life.py is worth something only if it can fail: with a mistake planted in the product, a short
life that meets it breaks one of the things that must hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from numberline.assignments import recover
from numberline.assignments.steps import Steps
from numberline.assignments.taking import Taking
from numberline.core import classify
from numberline.core.ranges import Settings
from tests.chaos import events, invariants, oracle
from tests.chaos.company import LINES
from tests.chaos.deaths import Death
from tests.chaos.world import World

pytestmark = pytest.mark.sqlite  # that the watch sees mistakes depends on no database

FIRST = LINES[0]
GRACE_IS_OVER = timedelta(hours=25)


@pytest.fixture
def world(database: str) -> Iterator[World]:
    """A tenant with one person who was served; Direct Routing numbers stay on people who lose the licence."""
    world = World({"direct_routing_after_licence": "stuck", "deleted_person_number": "kept"})
    events.joins(world, "London", ("SPE_E5",))
    world.sync()
    invariants.hold(world)
    yield world
    world.close()


def breaks(world: World) -> str:
    """What no longer holds."""
    with pytest.raises(AssertionError) as broken:
        invariants.hold(world)
    return str(broken.value)


def leaves(world: World) -> None:
    """The person is deleted, and the grace passes."""
    events.leaves_or_returns(world, 0)
    world.sync()
    world.passes(GRACE_IS_OVER)


def test_it_finds_a_number_taken_back_without_a_look_at_whose_it_is(world: World) -> None:
    def sends(steps: Taking, flight: Any, said: Any) -> None:
        steps.send(flight)

    events.joins(world, "Bath", ("SPE_E5",))
    leaves(world)
    no_round = patch("numberline.runs.reading.FULL_ROUND", 2 * GRACE_IS_OVER)
    no_list = patch("numberline.runs.sync.listing_due", return_value=False)
    with patch.object(Taking, "before", sends), no_round, no_list:
        events.assigned_in_teams(world, 1, FIRST)
        world.simulated.unseen.clear()
        world.sync()
    assert "to whom Numberline did not give it" in breaks(world)


def test_it_finds_a_number_taken_back_that_somebody_set_in_teams(world: World) -> None:
    events.unassigned_in_teams(world, 0)
    events.assigned_in_teams(world, 0, LINES[1])
    world.sync(full=True)
    events.leaves_or_returns(world, 0)
    world.sync()
    world.passes(GRACE_IS_OVER)
    with (
        patch("numberline.assignments.belongings._Row.source", "numberline"),
        patch("numberline.assignments.taking.is_ours", lambda tenant_id, text: True),
    ):
        world.sync()
    assert "to whom Numberline did not give it" in breaks(world)


def test_it_finds_a_grace_that_is_not_kept(world: World) -> None:
    events.leaves_or_returns(world, 0)
    with patch.object(Settings, "grace", lambda settings, name: timedelta()):
        world.sync()
    assert "not for long enough" in breaks(world)


def test_it_finds_a_lock_that_is_not_kept(world: World) -> None:
    leaves(world)
    events.set_apart(world, 0, "lock", None)
    with patch.object(classify, "_set_apart", lambda facts, settings: None):
        world.sync()
    assert "locked or excluded" in breaks(world)


def test_it_finds_that_what_may_have_been_sent_is_forgotten(world: World) -> None:
    """A request whose answer is late, a run that dies, and a next one that takes it for never sent."""
    events.foul(world, {"lose_answer": {"on": "assign", "count": 1, "seconds": 300.0}})
    events.joins(world, "London", ("SPE_E5",))
    world.sync(death=Death("after", 1))
    events.locked(world, LINES[1], None)  # so that the next run gives another one
    with patch.object(recover, "list", lambda rows: [_as_never_sent(row) for row in rows], create=True):
        world.sync()
    assert "was in doubt" in breaks(world)


def _as_never_sent(change: Any) -> Any:
    type(change).objects.of(change.tenant_id).filter(pk=change.pk).update(phase="intended", asked=0)
    change.phase, change.asked = "intended", 0
    return change


def test_it_finds_a_settle_time_that_is_not_waited_for(world: World) -> None:
    events.foul(world, {"lose_answer": {"on": "assign", "count": 1, "seconds": 300.0}})
    events.joins(world, "London", ("SPE_E5",))
    with patch.object(Steps, "settled", lambda steps, flight: True):
        world.sync()
        world.passes(timedelta(minutes=1))
        world.sync()
    assert "was in doubt" in breaks(world)


def test_it_finds_that_somebody_is_left_without_a_number(world: World) -> None:
    events.joins(world, "London", ("SPE_E5",))
    with (
        patch.object(classify, "_wants", lambda facts, settings: classify.no_matching_rule(facts)),
        pytest.raises(AssertionError, match="is to have one of"),
    ):
        oracle.comes_to_rest(world)


def test_it_finds_that_something_is_left_under_way(world: World) -> None:
    events.joins(world, "London", ("SPE_E5",))
    world.sync(death=Death("after", 1))
    with (
        patch("numberline.runs.sync.recover", lambda tenant_id, at: []),
        pytest.raises(AssertionError, match="assigning"),
    ):
        oracle.comes_to_rest(world)


def test_it_finds_nothing_wrong_when_a_return_that_nobody_saw_does_not_prolong_the_grace(
    world: World,
) -> None:
    events.joins(world, "Bath", ("SPE_E5",))
    events.licence(world, 0, "SPE_E5")
    world.sync()
    events.licence(world, 0, "SPE_E5")
    events.runs(world, person=1)
    events.purged(world, 0)
    world.passes(GRACE_IS_OVER)
    world.sync()
    invariants.hold(world)
    assert world.holder(FIRST) is None
