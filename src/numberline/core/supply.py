"""The numbers that ranges have to give, and the order in which they give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, Protocol

from numberline.core.phone import sort_key
from numberline.core.ranges import Draw

RECENTLY_FREED = timedelta(days=30)
"""Numbers freed more recently than this are drawn last: callers still ring their former holders."""


@dataclass(slots=True)
class Available:
    """One drawable number. `freed_at` is when its last holder lost it, None if it never had one."""

    number: str
    country: str | None
    location_id: str | None = None
    freed_at: datetime | None = None


class Supply(Protocol):
    """What ranges have: only drawable numbers, never one that is reserved or quarantined."""

    def available(self, range_name: str) -> Iterator[Available]:
        """The numbers of a range in draw order, loaded as they are asked for."""

    def count(self, range_name: str) -> int:
        """How many there are."""


_EVER = datetime.min.replace(tzinfo=UTC)


def draw_key(number: Available, draw: Draw, now: datetime) -> tuple[Any, ...]:
    """Sort key of the draw order; a supply from a database must sort the same way."""
    freed = number.freed_at
    recent = freed is not None and now - freed < RECENTLY_FREED
    if draw is Draw.LOWEST:
        return (recent, sort_key(number.number))
    return (recent, freed or _EVER, sort_key(number.number))


class MemorySupply:
    """A supply held in memory, for previews and tests."""

    def __init__(
        self,
        numbers: Mapping[str, Iterable[Available]],
        now: datetime,
        draw: Mapping[str, Draw] | None = None,
    ) -> None:
        draws = draw or {}
        self._numbers: dict[str, list[Available]] = {}
        for name, available in numbers.items():
            keyed = [(draw_key(number, draws.get(name, Draw.LOWEST), now), number) for number in available]
            self._numbers[name] = [number for _, number in sorted(keyed, key=itemgetter(0))]

    def available(self, range_name: str) -> Iterator[Available]:
        """The numbers of a range in draw order."""
        return iter(self._numbers.get(range_name, ()))

    def count(self, range_name: str) -> int:
        """How many there are."""
        return len(self._numbers.get(range_name, ()))
