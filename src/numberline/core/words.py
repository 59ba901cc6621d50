"""Words that the sentences of decisions share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from numberline.core.person import Entitlement, NumberType

TYPE_WORDS = {
    NumberType.CALLING_PLAN: "Calling Plan",
    NumberType.OPERATOR_CONNECT: "Operator Connect",
    NumberType.DIRECT_ROUTING: "Direct Routing",
}
"""Microsoft's names of the types."""

LICENCE_WORDS = {
    Entitlement.NONE: "no Phone System licence",
    Entitlement.CARRIER: "Phone System without a Calling Plan",
    Entitlement.CALLING_PLAN: "Phone System with a Calling Plan",
    Entitlement.SUSPENDED: "suspended licences",
}
"""What the licences are, to stand after "has"."""

_NAMED = 5


def moment(at: datetime) -> str:
    """A time to the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def listed(names: Sequence[str]) -> str:
    """The first few names in quotes, and how many more there are."""
    named = ", ".join(f'"{name}"' for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{named} and {more} more" if more > 0 else named


def of_range(name: str | None) -> str:
    """The range, to stand after a number."""
    return f'of range "{name}"' if name is not None else "of no range"
