"""A decision as the way that led to it: each step of the decision passed, where it stopped, and what was not reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from numberline.core.decision import Action, Code, Decision
from numberline.core.person import PersonFacts


class Reached(StrEnum):
    """How far the decision came with a step."""

    PASSED = "passed"
    STOPPED = "stopped here"
    DUE = "due"
    HELD = "held"
    SKIPPED = "not needed"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its number in "How a number is chosen", what it asks, how far it came, and why it stopped (or empty)."""

    number: int
    title: str
    reached: Reached
    detail: str = ""


TITLES = (
    "A member of the organisation: no guest, no resource account",
    "Neither locked nor excluded",
    "No number from on-premises",
    "The account is not deleted",
    "Licensed for a number",
    "Holds no number yet",
    "None was taken from them",
    "The account is enabled",
    "No number is reserved for them, and none that they had before can be theirs",
    "A range whose rule matches",
    "Numbers of their country, with an emergency location where one is needed",
    "A number is left",
    "Ready in Teams",
    "Assign",
)
"""What each step asks, in the order of docs/explain/how-a-number-is-chosen.md."""
OWN, READY, LAST = 9, 13, len(TITLES)
UNASKED = "Ready in Teams: asked when the number is given"
KEPT = {
    Code.RESERVED_FOR: "A number is reserved for them",
    Code.RETURNER: "The number that they last had is free",
}
"""What stands in place of step 9 when that is where the number comes from."""

_STOPS = {
    Code.RESOURCE_ACCOUNT: 1,
    Code.GUEST: 1,
    Code.LOCKED: 2,
    Code.EXCLUDED: 2,
    Code.EXCLUDED_BY_RULE: 2,
    Code.ON_PREMISES: 3,
    Code.DELETED: 4,
    Code.UNLICENSED: 5,
    Code.SUSPENDED: 5,
    Code.HOLDS: 6,
    Code.MOVED: 6,
    Code.WRONG_TYPE: 6,
    Code.RELEASED_BY_HAND: 7,
    Code.FREED_IN_TEAMS: 7,
    Code.ENTITLEMENT_CHANGED: 7,
    Code.DISABLED: 8,
    Code.NO_MATCHING_RULE: 10,
    Code.NO_LOCATION: 11,
    Code.RANGE_EXHAUSTED: 12,
    Code.NOT_READY: 13,
    Code.NEXT_AVAILABLE: LAST,
    Code.RESERVED_FOR: LAST,
    Code.RETURNER: LAST,
}


def steps_of(decision: Decision, facts: PersonFacts, *, held: bool = False) -> tuple[Step, ...]:
    """The steps of one person's decision, in their order. `held`: something keeps the last one from being made."""
    stop, kept = _stop(decision, facts), KEPT.get(decision.code)
    steps = []
    for number, title in enumerate(TITLES, 1):
        reached = _reached(number, stop, kept=kept is not None)
        if kept and number == OWN:
            title = kept
        elif number == READY and facts.ready is None and reached is Reached.PASSED:
            title = UNASKED
        elif held and reached is Reached.DUE:
            reached = Reached.HELD
        detail = decision.reason if number == stop else ""
        steps.append(Step(number, title, reached, detail))
    return tuple(steps)


def _stop(decision: Decision, facts: PersonFacts) -> int:
    """The step at which the decision was made."""
    if decision.code is Code.GRACE:
        return 4 if facts.deleted else 5
    if decision.code is Code.COUNTRY_MISMATCH:
        return 6 if decision.action is Action.KEEP else 11
    return _STOPS[decision.code]


def _reached(number: int, stop: int, *, kept: bool) -> Reached:
    if number > stop:
        return Reached.NOT_REACHED
    if number == stop:
        return Reached.DUE if number == LAST else Reached.STOPPED
    return Reached.SKIPPED if kept and OWN < number < stop - 1 else Reached.PASSED
