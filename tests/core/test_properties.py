"""What must hold of every plan, whoever the people and whatever the numbers."""

import random
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from numberline.core.limits import Limits, Mode
from numberline.core.person import Entitlement, FreedCause, NumberType, PersonFacts
from numberline.core.plan import Plan, build_plan
from numberline.core.ranges import RangeView, Settings
from numberline.core.supply import Available, MemorySupply
from tests.core.people import DAY, NOW, decide_all, holding, own, person, range_

CITIES = ("London", "Leeds")
COUNTRIES = ("GB", "US", None)
LENT = [f"+4420794601{i:02}" for i in range(12)]
FREE = [f"+4420794602{i:02}" for i in range(12)]

types = st.sampled_from(NumberType)
days = st.integers(0, 3).map(lambda n: NOW - n * DAY)
kept = st.builds(
    own, st.sampled_from(FREE), type=types, country=st.sampled_from(COUNTRIES), drawable=st.booleans()
)


def in_city(city: str) -> Any:
    return lambda attributes: attributes.get("city") == city


@st.composite
def people(draw: st.DrawFn) -> list[PersonFacts]:
    """People of different ids who hold different numbers, as the database has them."""
    found = []
    for i in range(draw(st.integers(0, 8))):
        held = draw(
            st.none()
            | st.builds(
                holding,
                st.just(LENT[i]),
                type=types,
                country=st.sampled_from(COUNTRIES),
                freed_in_teams_at=st.none() | days,
                freed_cause=st.sampled_from(FreedCause),
            )
        )
        facts = st.builds(
            person,
            st.just(f"p{i}"),
            attributes=st.sampled_from(CITIES).map(lambda city: {"city": city}),
            entitlement=st.sampled_from(Entitlement),
            first_seen=days,
            phone_system_since=st.none() | days,
            usage_location=st.sampled_from(COUNTRIES),
            enabled=st.booleans(),
            deleted=st.booleans(),
            lost_at=st.none() | days,
            ready=st.sampled_from([True, False, None]),
            last_number=st.none() | kept,
            reserved=st.lists(kept, max_size=2).map(tuple),
        )
        one = draw(facts)
        one.holding = held
        found.append(one)
    return found


available = st.builds(
    Available,
    st.sampled_from(FREE),
    st.sampled_from(COUNTRIES),
    st.sampled_from(["hq", None]),
    st.none() | st.integers(0, 60).map(lambda n: NOW - timedelta(days=n)),
)
# The supplies of two ranges may overlap.
worlds = st.tuples(
    people(),
    st.lists(
        st.builds(
            range_,
            st.uuids().map(str),
            type=types,
            rule=st.sampled_from([*map(in_city, CITIES), None]),
            priority=st.integers(1, 3),
            enabled=st.booleans(),
        ),
        max_size=4,
        unique_by=lambda view: view.name,
    ),
    st.lists(st.lists(available, max_size=6, unique_by=lambda one: one.number), min_size=4, max_size=4),
)
World = tuple[list[PersonFacts], list[RangeView], list[list[Available]]]


def plan_of(world: World, order: random.Random | None = None) -> Plan:
    """The plan of a world, everything handed in in the given order."""
    everyone, ranges, numbers = list(world[0]), list(world[1]), [list(some) for some in world[2]]
    supply = {view.name: some for view, some in zip(world[1], numbers, strict=False)}
    if order is not None:
        shuffled: list[list[Any]] = [everyone, ranges, *numbers]
        for things in shuffled:
            order.shuffle(things)
    decisions = list(decide_all(everyone, Settings(ranges, country="GB"), MemorySupply(supply, NOW)).values())
    if order is not None:
        order.shuffle(decisions)
    return build_plan(
        "contoso", "1", decisions, mode=Mode.FULL, limits=Limits(assign=3, release=2), held_numbers=lambda: 5
    )


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_no_plan_holds_one_number_or_one_person_twice(world: World) -> None:
    plan = plan_of(world)
    wanted = [*plan.changes, *(decision for decision, _ in plan.held)]
    numbers = [decision.number for decision in wanted]
    named = [decision.person for decision in (*wanted, *plan.waiting)]
    assert len(set(numbers)) == len(numbers)
    assert len(set(named)) == len(named)


@given(worlds, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_equal_inputs_give_equal_plans_whatever_their_order(world: World, order: random.Random) -> None:
    assert plan_of(world, order).to_json() == plan_of(world).to_json()


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_everybody_gets_one_decision_and_nobody_who_holds_a_number_gets_another(world: World) -> None:
    everyone, ranges, numbers = world
    supply = {view.name: some for view, some in zip(ranges, numbers, strict=False)}
    decisions = decide_all(everyone, Settings(ranges, country="GB"), MemorySupply(supply, NOW))
    assert set(decisions) == {facts.id for facts in everyone}
    for facts in everyone:
        decision = decisions[facts.id]
        held = facts.holding
        if held is not None and held.freed_in_teams_at is None:
            assert decision.action != "assign"
        if decision.action == "release":
            assert held is not None
            assert held.number == decision.number
        if decision.action == "assign":
            assert facts.entitlement in (Entitlement.CARRIER, Entitlement.CALLING_PLAN)
            assert (decision.type is NumberType.CALLING_PLAN) == (
                facts.entitlement is Entitlement.CALLING_PLAN
            )
