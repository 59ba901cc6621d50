"""The supply of every range at a glance: for looking at one person, however many ranges and numbers there are."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

from numberline.core.ranges import Draw
from numberline.core.supply import Available
from numberline.inventory.draw import DatabaseSupply, drawable, in_parts
from numberline.inventory.models import Number, Range

MOST = 100
"""Numbers of a range are counted up to here."""


class CountOf(Subquery):
    """How many rows a query has, as a value within another query; limit the query, so that it ends."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


class Glance(DatabaseSupply):
    """What the ranges of one tenant have to give at `now`: the first number and a count up to `MOST` of every range in
    two queries. Further numbers are read where the first does not fit."""

    def __init__(self, tenant_id: int, now: datetime) -> None:
        self._tenant_id, self._now = tenant_id, now
        inside = drawable(tenant_id, now).filter(range_id=OuterRef("pk"))
        seen = Range.objects.of(tenant_id).annotate(
            first=Case(
                When(draw=Draw.LONGEST_IDLE.value, then=_first(inside, Draw.LONGEST_IDLE, now)),
                default=_first(inside, Draw.LOWEST, now),
            ),
            # In the order of an index: for rows in any order PostgreSQL goes through the numbers of all ranges.
            some=CountOf(inside.order_by("value").values("pk")[:MOST]),
        )
        rows = list(seen.only("id", "name", "draw", "rule", "tenant_id"))
        self._ranges = {row.name: row for row in rows}
        self.rules = {row.name: row.rule for row in rows}
        """The rule of each range, by its name."""
        self._some = {row.name: row.some for row in rows}
        numbers = Number.objects.of(tenant_id).filter(pk__in=[row.first for row in rows if row.first])
        first = {number.pk: number for number in numbers}
        self._first = {row.name: first[row.first] for row in rows if row.first in first}

    def available(self, range_name: str) -> Iterator[Available]:
        """The drawable numbers of a range in draw order; only the first is known without asking."""
        first = self._first.get(range_name)
        if first is None:
            return
        yield Available(first.text, first.country or None, first.location_id or None, first.freed_at)
        for number in super().available(range_name):
            if number.number != first.text:
                yield number

    def count(self, range_name: str) -> int:
        """How many drawable numbers a range has, up to `MOST`."""
        return int(self._some.get(range_name, 0))


def _first(inside: Any, draw: Draw, now: datetime) -> Coalesce:
    return Coalesce(*(Subquery(part.values("pk")[:1]) for part in in_parts(inside, draw, now)))
