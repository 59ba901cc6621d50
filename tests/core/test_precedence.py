"""The order of the steps: whatever holds of a person, the earlier step gives the code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pytest

from numberline.core.person import Entitlement, FreedCause, NumberType, PersonFacts
from numberline.core.supply import Available
from tests.core.people import (
    DAY,
    KEPT,
    LAST,
    NEXT,
    NOW,
    PLAN,
    decide,
    holding,
    numbers,
    own,
    person,
    range_,
    stock,
    tenant,
)


@dataclass
class World:
    """One person and what the tenant has for them; everything would give them the next available number."""

    facts: PersonFacts = field(
        default_factory=lambda: person(entitlement=Entitlement.CALLING_PLAN, attributes={"city": "London"})
    )
    available: list[Available] = field(default_factory=lambda: numbers(NEXT))

    def code(self) -> str:
        excluded = tenant(range_(type=PLAN), exclude=lambda a: a.get("department") == "Rooms")
        return str(decide(self.facts, excluded, stock(London=self.available)).code)


def fact(**known: Any) -> Callable[[World], None]:
    def put(world: World) -> None:
        for name, value in known.items():
            setattr(world.facts, name, value)

    return put


def attribute(name: str, value: str) -> Callable[[World], None]:
    def put(world: World) -> None:
        world.facts.attributes = {**world.facts.attributes, name: value}

    return put


def on_premises(world: World) -> None:
    if world.facts.holding is not None:
        world.facts.holding.on_premises = True
    else:
        world.facts.on_premises_number = "+442079460555"


def lock_number(world: World) -> None:
    held = world.facts.holding or holding(type=PLAN)
    held.locked = True
    world.facts.holding = held


def hold(**known: Any) -> Callable[[World], None]:
    def put(world: World) -> None:
        world.facts.holding = holding(**{"type": PLAN, **known})

    return put


def freed(cause: FreedCause) -> Callable[[World], None]:
    """A number that no longer fits what the licences changed to, and that Teams shows free."""
    return hold(type=NumberType.DIRECT_ROUTING, freed_in_teams_at=NOW, freed_cause=cause)


def move(world: World) -> None:
    hold()(world)
    attribute("city", "Leeds")(world)


def supply(available: list[Available]) -> Callable[[World], None]:
    def put(world: World) -> None:
        world.available = available

    return put


GONE = {"grace", "deleted"}
UNLICENSED = {"grace", "unlicensed"}

# In the order of the steps; each makes its own step true and leaves the later ones as they were.
STEPS: list[tuple[str, Callable[[World], None], set[str]]] = [
    ("resource account", fact(resource_account=True), {"resource_account"}),
    ("guest", fact(guest=True), {"guest"}),
    ("locked person", fact(locked=True), {"locked"}),
    ("locked number", lock_number, {"locked"}),
    ("excluded", fact(excluded=True), {"excluded"}),
    ("excluded by rule", attribute("department", "Rooms"), {"excluded_by_rule"}),
    ("on-premises", on_premises, {"on_premises"}),
    ("deleted", fact(deleted=True, lost_at=NOW), GONE),
    ("unlicensed", fact(entitlement=Entitlement.NONE, lost_at=NOW), UNLICENSED),
    ("suspended", fact(entitlement=Entitlement.SUSPENDED), {"suspended"}),
    ("moved", move, {"moved"}),
    ("holds", hold(), {"holds", "moved"}),
    ("released by hand", fact(released_by_hand=True), {"released_by_hand"}),
    ("freed in Teams", freed(FreedCause.FREED_IN_TEAMS), {"freed_in_teams"}),
    ("freed by a licence change", freed(FreedCause.ENTITLEMENT_CHANGED), {"entitlement_changed"}),
    ("disabled", fact(enabled=False), {"disabled"}),
    ("no matching rule", attribute("city", "Leeds"), {"no_matching_rule"}),
    ("other country", supply(numbers("+12065550110", country="US")), {"country_mismatch"}),
    ("used up", supply([]), {"range_exhausted"}),
    ("not ready", fact(ready=False), {"not_ready"}),
]
# Two ways of saying one thing: the later would undo the earlier.
SAME_FACT = {
    frozenset(pair)
    for pair in (
        ("unlicensed", "suspended"),
        ("locked number", "moved"),
        ("locked number", "holds"),
        ("moved", "holds"),
        ("freed in Teams", "freed by a licence change"),
        ("other country", "used up"),
    )
}
NUMBER_HELD = {"moved", "holds"}
NUMBER_FREED = {"freed in Teams", "freed by a licence change"}

PAIRS = [
    (one, other)
    for one, other in combinations(STEPS, 2)
    if frozenset((one[0], other[0])) not in SAME_FACT
    and not (one[0] in NUMBER_HELD and other[0] in NUMBER_FREED)  # one holding is either held or freed
]


@pytest.mark.parametrize(("name", "put", "codes"), STEPS, ids=[step[0] for step in STEPS])
def test_each_step_gives_its_code(name: str, put: Callable[[World], None], codes: set[str]) -> None:
    world = World()
    assert world.code() == "next_available"
    put(world)
    assert world.code() in codes


@pytest.mark.parametrize(("earlier", "later"), PAIRS, ids=[f"{one[0]} before {two[0]}" for one, two in PAIRS])
def test_the_earlier_step_decides(earlier: Any, later: Any) -> None:
    world = World()
    later[1](world)
    earlier[1](world)
    assert world.code() in earlier[2]


def test_a_reserved_number_comes_before_the_last_one_and_that_before_the_next() -> None:
    world = World()
    world.facts.last_number = own(LAST, type=PLAN)
    assert world.code() == "returner"
    world.facts.reserved = (own(KEPT, type=PLAN),)
    assert world.code() == "reserved_for"


@pytest.mark.parametrize("name", ["reserved", "last_number"])
def test_a_number_kept_for_the_person_is_given_though_no_rule_matches_and_the_range_is_used_up(
    name: str,
) -> None:
    world = World(person(entitlement=Entitlement.CALLING_PLAN, attributes={"city": "Leeds"}), [])
    kept = own(KEPT, type=PLAN)
    setattr(world.facts, name, (kept,) if name == "reserved" else kept)
    assert world.code() == {"reserved": "reserved_for", "last_number": "returner"}[name]


@pytest.mark.parametrize(
    "put", [fact(enabled=False), fact(released_by_hand=True), fact(deleted=True, lost_at=NOW - 9 * DAY)]
)
def test_a_number_kept_for_the_person_waits_for_the_earlier_steps(put: Callable[[World], None]) -> None:
    world = World()
    world.facts.reserved = (own(KEPT, type=PLAN),)
    put(world)
    assert world.code() in {"disabled", "released_by_hand", "deleted"}
