"""The supply of each range from the database: loaded lazily, in the order of numberline.core.supply.draw_key."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.db.models.functions import Length

from numberline.core.ranges import Draw
from numberline.core.states import State
from numberline.core.supply import RECENTLY_FREED, Available
from numberline.inventory.models import Number, Range
from numberline.scope import TenantQuerySet

CHUNK = 100
Q = TypeVar("Q", bound="QuerySet[Number]")


class DatabaseSupply:
    """What the ranges of one tenant have to give at `now`. Locked numbers are never drawn."""

    def __init__(self, tenant_id: int, now: datetime) -> None:
        self._tenant_id = tenant_id
        self._now = now
        self._ranges = {
            r.name: r for r in Range.objects.of(tenant_id).only("id", "name", "draw", "tenant_id")
        }

    def available(self, range_name: str) -> Iterator[Available]:
        """The drawable numbers of a range in draw order; those freed in the last 30 days come last."""
        view = self._ranges.get(range_name)
        if view is None:
            return
        for rows in in_parts(self._drawable(range_name), Draw(view.draw), self._now):
            yield from self._loaded(rows)

    def count(self, range_name: str) -> int:
        """How many drawable numbers a range has."""
        return self._drawable(range_name).count() if range_name in self._ranges else 0

    def _drawable(self, range_name: str) -> TenantQuerySet[Number]:
        view = self._ranges[range_name]
        return drawable(self._tenant_id, self._now).filter(range_id=view.pk)

    def _loaded(self, rows: TenantQuerySet[Number]) -> Iterator[Available]:
        wanted = rows.values_list("text", "country", "location_id", "freed_at")
        start = 0
        while chunk := list(wanted[start : start + CHUNK]):
            for text, country, location, freed_at in chunk:
                yield Available(text, country or None, location or None, freed_at)
            start += CHUNK


def in_parts(rows: TenantQuerySet[Number], draw: Draw, now: datetime) -> tuple[TenantQuerySet[Number], ...]:
    """Numbers of a range in the parts in which they are drawn, each in its order along an index: those freed in the
    last 30 days come last, and of those that were free for longest the ones that nobody ever had come first."""
    recently = now - RECENTLY_FREED
    fresh = rows.filter(freed_at__gt=recently)
    lowest: list[Any] = ["value", Length("extension"), "extension"]
    if draw is Draw.LOWEST:
        return rows.exclude(freed_at__isnull=False, freed_at__gt=recently).order_by(*lowest), fresh.order_by(
            *lowest
        )
    parts = (rows.filter(freed_at=None), rows.filter(freed_at__lte=recently), fresh)
    return tuple(part.order_by("freed_at", *lowest) for part in parts)


def drawable(tenant_id: int, now: datetime) -> TenantQuerySet[Number]:
    """Numbers that automation may draw now: available, free in Teams, not locked (spec section 3)."""
    return drawn_of(Number.objects.of(tenant_id), now)


def drawn_of(numbers: Q, now: datetime) -> Q:
    """Those of some numbers that automation may draw now."""
    return not_locked(numbers.filter(state=State.AVAILABLE, teams_free=True), now)


def not_locked(numbers: Q, now: datetime) -> Q:
    """Those of some numbers that are not locked against automation now."""
    return numbers.exclude(locked=True, locked_until=None).exclude(locked=True, locked_until__gt=now)
