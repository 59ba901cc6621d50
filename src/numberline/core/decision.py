"""What a decision can be: actions, codes, and the two results of classifying a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from numberline.core.person import NumberType, OwnNumber, PersonFacts
from numberline.core.ranges import RangeView


class Action(StrEnum):
    """What becomes of a person. Automation never produces `change`; administrators do."""

    KEEP = "keep"
    SKIP = "skip"
    WAIT = "wait"
    ASSIGN = "assign"
    CHANGE = "change"
    RELEASE = "release"


class Code(StrEnum):
    """Why, in one word that scripts and the worklist can rely on."""

    RESOURCE_ACCOUNT = "resource_account"
    GUEST = "guest"
    LOCKED = "locked"
    EXCLUDED = "excluded"
    EXCLUDED_BY_RULE = "excluded_by_rule"
    ON_PREMISES = "on_premises"
    GRACE = "grace"
    DELETED = "deleted"
    UNLICENSED = "unlicensed"
    SUSPENDED = "suspended"
    HOLDS = "holds"
    MOVED = "moved"
    WRONG_TYPE = "wrong_type"
    COUNTRY_MISMATCH = "country_mismatch"
    RELEASED_BY_HAND = "released_by_hand"
    FREED_IN_TEAMS = "freed_in_teams"
    ENTITLEMENT_CHANGED = "entitlement_changed"
    DISABLED = "disabled"
    NO_MATCHING_RULE = "no_matching_rule"
    NO_LOCATION = "no_location"
    RANGE_EXHAUSTED = "range_exhausted"
    NOT_READY = "not_ready"
    NEXT_AVAILABLE = "next_available"
    RESERVED_FOR = "reserved_for"
    RETURNER = "returner"


@dataclass(slots=True)
class Decision:
    """One person's decision. `reason` is a sentence in plain words.

    `number` is what is to be assigned or released, or what is kept; `from_number` is set by `change` alone.
    `order` is the place in the order of service, `basis` the facts that a change stands on: both enter a plan.
    """

    person: str
    upn: str | None
    action: Action
    code: Code
    reason: str
    number: str | None = None
    range: str | None = None
    type: NumberType | None = None
    location_id: str | None = None
    from_number: str | None = None
    order: tuple[int, datetime] | None = None
    basis: dict[str, Any] | None = None


def basis(facts: PersonFacts, view: RangeView | None) -> dict[str, Any]:
    """The facts that a change stands on, as plain JSON values: if one of them moves, the plan has another digest.

    Whether the person is ready is left out: it is asked again before anything is sent.
    """
    holding = facts.holding
    rule_attributes: tuple[str, ...] = () if view is None else getattr(view.rule, "attributes", ())
    return {
        "entitlement": facts.entitlement.value,
        "enabled": facts.enabled,
        "deleted": facts.deleted,
        "lost_at": None if facts.lost_at is None else facts.lost_at.isoformat(),
        "usage_location": facts.usage_location,
        "holding": None if holding is None else [holding.number, holding.type.value, holding.range],
        "attributes": {name: facts.attributes.get(name) for name in rule_attributes},
    }


@dataclass(slots=True)
class Wants:
    """A person who wants a number: the ones kept for them that fit, else the first of `candidates` that serves."""

    facts: PersonFacts
    reserved: tuple[OwnNumber, ...]
    returner: OwnNumber | None
    candidates: tuple[RangeView, ...]
    country: str | None

    @property
    def since(self) -> datetime:
        """Who waits longest is served first: since Phone System was assigned, else since first seen."""
        return self.facts.phone_system_since or self.facts.first_seen
