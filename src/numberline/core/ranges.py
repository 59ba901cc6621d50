"""Ranges and settings of a tenant as the decision sees them, prepared once for a whole run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from numberline.core.person import Attributes, Entitlement, NumberType

Rule = Callable[[Attributes], bool]
"""A compiled rule: true or false of a person's attributes."""


class Draw(StrEnum):
    """Which number of a range is next: the lowest, or the one that has been free for longest."""

    LOWEST = "lowest"
    LONGEST_IDLE = "longest_idle"


TYPES_OF: dict[Entitlement, frozenset[NumberType]] = {
    Entitlement.NONE: frozenset(),
    Entitlement.CARRIER: frozenset({NumberType.OPERATOR_CONNECT, NumberType.DIRECT_ROUTING}),
    Entitlement.CALLING_PLAN: frozenset({NumberType.CALLING_PLAN}),
    Entitlement.SUSPENDED: frozenset(),
}
"""The types of number that an entitlement draws (licence-first)."""


@dataclass(slots=True)
class RangeView:
    """One range. Without a rule it never serves automation. None in `grace` or `quarantine` means the tenant's.

    `location` is an emergency location id. `countries`, where known, are the countries of all its numbers, drawable
    or not: it lets a decision tell "wrong country" from "used up" without reading the supply.
    """

    name: str
    type: NumberType
    rule: Rule | None = None
    priority: int = 100
    enabled: bool = True
    draw: Draw = Draw.LOWEST
    provider: str | None = None
    grace: timedelta | None = None
    quarantine: timedelta | None = None
    location: str | None = None
    countries: frozenset[str] | None = None


class Settings:
    """A tenant's ranges and settings, indexed for deciding about many people."""

    def __init__(
        self,
        ranges: Iterable[RangeView],
        *,
        exclude: Rule | None = None,
        country: str | None = None,
        default_grace: timedelta = timedelta(hours=24),
        default_quarantine: timedelta = timedelta(0),
    ) -> None:
        self.exclude = exclude
        self.country = country.upper() if country else None
        self.default_grace = default_grace
        self.default_quarantine = default_quarantine
        self.ranges = sorted(ranges, key=lambda r: (r.priority, r.name))
        """Every range in the order in which they are asked."""
        self.by_name = {r.name: r for r in self.ranges}
        if len(self.by_name) != len(self.ranges):
            raise ValueError("Two ranges have one name: rename one of them.")
        self._serving = {
            entitlement: [r for r in self.ranges if r.enabled and r.rule is not None and r.type in types]
            for entitlement, types in TYPES_OF.items()
        }

    def candidates(self, entitlement: Entitlement, attributes: Attributes) -> tuple[RangeView, ...]:
        """The ranges that serve the entitlement and whose rule is true, first asked first. Ranges that share one
        rule object have it evaluated once."""
        seen: dict[int, bool] = {}
        found = []
        for view in self._serving[entitlement]:
            rule = view.rule
            key = id(rule)
            true = seen.get(key)
            if true is None:
                true = seen[key] = rule is not None and bool(rule(attributes))
            if true:
                found.append(view)
        return tuple(found)

    def grace(self, name: str | None) -> timedelta:
        """How long a loss must last before a number of this range (None: of no range) is taken."""
        view = self.by_name.get(name) if name is not None else None
        return self.default_grace if view is None or view.grace is None else view.grace

    def quarantine(self, name: str | None) -> timedelta:
        """How long a freed number of this range (None: of no range) rests before it is available again."""
        view = self.by_name.get(name) if name is not None else None
        return self.default_quarantine if view is None or view.quarantine is None else view.quarantine
