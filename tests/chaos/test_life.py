"""The whole life of numbers, lived at random: people join, leave, return, move and are licensed anew, humans reserve,
block, lock and change things in Teams, Microsoft's side fails, runs are killed and time passes. What must be true is
looked at after every step, and once the weather is fair everything comes to what the rules say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.chaos import events, hands, invariants, oracle, weather
from tests.chaos.deaths import Death
from tests.chaos.world import World
from tests.support import databases

HOW_LONG = st.sampled_from(
    [
        timedelta(),
        *(timedelta(minutes=m) for m in (1, 5, 16, 60)),
        timedelta(hours=13),
        timedelta(days=1, hours=1),
    ]
)
DEATHS = st.builds(Death, st.just("statement"), st.integers(1, 150)) | st.builds(
    Death, st.sampled_from(("before", "after")), st.integers(1, 3)
)
MEANWHILE = st.tuples(st.integers(1, 80), events.EVENT)
ENDS: dict[str, st.SearchStrategy[Any]] = {"death": DEATHS, "meanwhile": MEANWHILE}
RUNS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({}, optional={"full": st.just(True), **ENDS}),
    st.fixed_dictionaries({}, optional={"full": st.just(True), **ENDS}),
    st.fixed_dictionaries({"person": events.WHO}, optional=ENDS),
    st.fixed_dictionaries({"wish": hands.WISH}, optional=ENDS),
)
SOME = st.lists(events.EVENT, min_size=1, max_size=5)


class Life(RuleBasedStateMachine):
    """One company from its first day on."""

    world: World | None = None
    lived = 0

    @initialize(answers=weather.ANSWERS, uploaded=st.booleans(), people=st.integers(2, 6))
    def founded(self, answers: dict[str, Any], uploaded: bool, people: int) -> None:
        """A tenant at a Microsoft that answers the open questions in this way."""
        self.world = World(answers)
        if uploaded:
            self.world.upload()
        for index in range(people):
            city, plan = ("London", "Leeds")[index % 3 == 2], ("MCOPSTN1",) * (index % 3 == 1)
            events.joins(self.world, city, ("SPE_E5", *plan))
        self.world.sync()
        invariants.hold(self.world)

    @rule(some=SOME, later=HOW_LONG, run=RUNS)
    def lives(self, some: list[events.Event], later: timedelta, run: dict[str, Any]) -> None:
        """Things happen, time passes, and the product looks."""
        assert self.world is not None
        self.lived += 1
        for event in some:
            events.happens(self.world, event)
            invariants.hold(self.world)
        self.world.passes(later)
        events.runs(self.world, **run)
        invariants.hold(self.world)

    @precondition(lambda self: self.lived >= 8)
    @rule()
    def rests(self) -> None:
        """Nothing happens for days."""
        assert self.world is not None
        self.lived = 0
        oracle.comes_to_rest(self.world)
        invariants.hold(self.world)

    def teardown(self) -> None:
        """However it went, it comes to rest."""
        if self.world is None:
            return
        try:
            self.rests()
        finally:
            self.world.close()


QUIET = settings(
    deadline=None, database=None, derandomize=True, print_blob=False, suppress_health_check=list(HealthCheck)
)
SEEDS = {"sqlite": 1, "postgresql": 2}


@pytest.mark.long(15)
def test_numbers_live_through_whatever_happens(database: str) -> None:
    """Other lives on the one database than on the other."""

    @seed(SEEDS[databases.kind()])
    class Lives(Life):
        """The lives of this database."""

    run_state_machine_as_test(Lives, settings=settings(QUIET, max_examples=5, stateful_step_count=15))


@pytest.mark.soak
def test_numbers_live_through_whatever_happens_for_long(database: str) -> None:
    run_state_machine_as_test(Life, settings=settings(QUIET, max_examples=400, stateful_step_count=40))
