"""The legs of a change: the single requests to Microsoft that it is made of, forward and back.

A change of number takes the old one and gives the new one. A swap takes both numbers before it gives either, because
whether Teams refuses a second primary number, or lets it replace the first, is not documented.
"""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from numberline.assignments.models import Change, Kind
from numberline.core.person import NumberType
from numberline.graph.types import GraphNumber
from numberline.inventory.models import Number

if TYPE_CHECKING:
    from numberline.assignments.flight import Ask


@dataclass(frozen=True, slots=True)
class Leg:
    """One request: give a number to a person, or take it from them (`takes`). `location` is the emergency location to
    give it with, empty for none."""

    number: str
    type: str
    person: str
    takes: bool = False
    location: str = ""


@dataclass(slots=True)
class Seen:
    """What a run has seen of a change of two numbers. None of it outlives the run: the next one looks again.

    `shown` is what Teams said last of each number, `fresh` the one that was looked at just now and `look` the one that
    is. `checks` is what is to be looked at before anything is sent, `final` whether the looks are the last ones. `gone`
    are numbers to be taken that were shown on nobody at least once.
    """

    look: str = ""
    fresh: str = ""
    shown: dict[str, GraphNumber | None] = field(default_factory=dict)
    checks: "deque[tuple[Ask, Leg]]" = field(default_factory=deque)
    final: bool = False
    gone: set[str] = field(default_factory=set)

    def holder(self, number: str) -> str:
        """Object id of who was shown with this number last; empty for nobody."""
        said = self.shown.get(number)
        return (said.holder if said is not None else None) or ""


def forward(change: Change) -> tuple[Leg, ...]:
    """What is asked of Microsoft, in this order, if all goes well."""
    new, old = change.number, change.from_number
    if old is None:
        return (_leg(new, change.person, change.location_id, takes=change.kind == Kind.RELEASE),)
    take, give = (
        _leg(old, change.person, _place_of(old), takes=True),
        _leg(new, change.person, change.location_id or _place_of(new)),
    )
    if change.kind != Kind.SWAP:
        return take, give
    return (
        take,
        _leg(new, change.partner, _place_of(new), takes=True),
        give,
        _leg(old, change.partner, _place_of(old)),
    )


def backward(change: Change) -> tuple[Leg, ...]:
    """What undoes the legs that were asked for: what was given is taken first, then what was taken is given."""
    asked = [leg for index, leg in enumerate(forward(change)) if change.asked >> index & 1]
    undone = [replace(leg, takes=not leg.takes) for leg in asked]
    return (*(leg for leg in reversed(undone) if leg.takes), *(leg for leg in undone if not leg.takes))


def _leg(number: Number, person: str, location: str, *, takes: bool = False) -> Leg:
    return Leg(number.text, number.type, person, takes, location)


def _place_of(number: Number) -> str:
    """The emergency location to give a number with, also back to whoever had it: its range's, else its own; empty for
    none. Direct Routing numbers have none (Microsoft: what-are-emergency-locations-addresses-and-call-routing)."""
    if number.type == NumberType.DIRECT_ROUTING:
        return ""
    return (number.range.location if number.range is not None else "") or number.location_id


def script(change: Change) -> tuple[Leg, ...]:
    """The legs that the change is at, forward or back; `change.leg` of them are done."""
    return backward(change) if change.back else forward(change)


def current(change: Change) -> Leg:
    """The leg under way; the last one when all are done."""
    legs = script(change)
    return legs[min(change.leg, len(legs) - 1)]
