"""People, ranges and numbers to decide about: a licensed joiner in London unless told otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from numberline.core.allocate import allocate
from numberline.core.classify import classify
from numberline.core.decision import Decision, Wants
from numberline.core.person import Entitlement, Holding, NumberType, OwnNumber, PersonFacts
from numberline.core.ranges import RangeView, Settings
from numberline.core.supply import Available, MemorySupply

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DIRECT, OPERATOR, PLAN = NumberType.DIRECT_ROUTING, NumberType.OPERATOR_CONNECT, NumberType.CALLING_PLAN
HELD = "+442079460001"
LAST = "+442079460002"
KEPT = "+442079460003"
NEXT = "+442079460010"


def london(attributes: Any) -> bool:
    return bool(attributes.get("city") == "London")


def person(person_id: str = "ann", **facts: Any) -> PersonFacts:
    given: dict[str, Any] = {
        "upn": f"{person_id}@contoso.example",
        "attributes": {"city": "London"},
        "entitlement": Entitlement.CARRIER,
        "first_seen": NOW - DAY,
        "usage_location": "GB",
    }
    return PersonFacts(person_id, **{**given, **facts})


def holding(number: str = HELD, **known: Any) -> Holding:
    given: dict[str, Any] = {"type": DIRECT, "range": "London", "country": "GB"}
    return Holding(number, **{**given, **known})


def own(number: str, **known: Any) -> OwnNumber:
    given: dict[str, Any] = {"type": DIRECT, "range": "London", "country": "GB"}
    return OwnNumber(number, **{**given, **known})


def range_(name: str = "London", **settings: Any) -> RangeView:
    given: dict[str, Any] = {"type": DIRECT, "rule": london}
    return RangeView(name, **{**given, **settings})


def numbers(first: str, count: int = 3, country: str | None = "GB", **known: Any) -> list[Available]:
    start = int(first[1:])
    return [Available(f"+{start + i}", country, **known) for i in range(count)]


def tenant(*ranges: RangeView, **settings: Any) -> Settings:
    return Settings(ranges or (range_(),), **settings)


def stock(**of_range: Iterable[Available]) -> MemorySupply:
    return MemorySupply(of_range or {"London": numbers(NEXT)}, NOW)


def decide(
    facts: PersonFacts,
    settings: Settings | None = None,
    supply: MemorySupply | None = None,
    now: datetime = NOW,
) -> Decision:
    """The decision about one person alone."""
    return decide_all([facts], settings, supply, now)[facts.id]


def decide_all(
    people: Iterable[PersonFacts],
    settings: Settings | None = None,
    supply: MemorySupply | None = None,
    now: datetime = NOW,
) -> dict[str, Decision]:
    """The decisions about several people, by person."""
    settings = settings or tenant()
    results = [classify(facts, settings, now) for facts in people]
    wants = [result for result in results if isinstance(result, Wants)]
    decided = [result for result in results if isinstance(result, Decision)]
    decided += allocate(wants, supply if supply is not None else stock(), settings)
    return {decision.person: decision for decision in decided}


def outcome(decision: Decision) -> tuple[str, str]:
    return str(decision.action), str(decision.code)
