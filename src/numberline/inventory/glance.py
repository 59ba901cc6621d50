"""The supply of ranges at a glance: for looking at one person or a page of them, however many ranges and numbers there
are."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce

from numberline.core.ranges import Draw
from numberline.core.supply import Available, draw_key
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


class KeysOf(Subquery):
    """The column `key` of a query's rows with commas between, as a value within another query; limit the query."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """As SQLite joins texts."""
        return self.as_sql(
            compiler, connection, template="(SELECT group_concat(key, ',') FROM (%(subquery)s) picked)"
        )

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """As PostgreSQL joins texts."""
        return self.as_sql(
            compiler, connection, template="(SELECT string_agg(key::text, ',') FROM (%(subquery)s) picked)"
        )


class Ahead(DatabaseSupply):
    """The supply of one tenant at `now`, with the first numbers of some ranges, as many of each as `depth` up to `MOST`,
    read together in two queries. Further numbers are read where these do not fit."""

    def __init__(self, tenant_id: int, now: datetime, ranges: Collection[str], depth: int) -> None:
        super().__init__(tenant_id, now)
        self._depth = max(1, min(depth, MOST))
        self._read: dict[str, list[Available]] = {}
        if ranges:
            self._read_together(ranges)

    def available(self, range_name: str) -> Iterator[Available]:
        """The drawable numbers of a range in draw order."""
        some = self._read.get(range_name, [])
        yield from some
        if range_name not in self._read or len(some) == self._depth:
            known = {number.number for number in some}
            yield from (number for number in super().available(range_name) if number.number not in known)

    def _read_together(self, ranges: Collection[str]) -> None:
        inside = drawable(self._tenant_id, self._now).filter(range_id=OuterRef("pk"))
        parts = {draw: in_parts(inside, draw, self._now) for draw in Draw}
        columns = [
            Case(
                When(draw=Draw.LONGEST_IDLE.value, then=self._keys(idle)),
                default=self._keys(lowest) if lowest is not None else Value(""),
                output_field=TextField(),
            )
            for idle, lowest in zip(parts[Draw.LONGEST_IDLE], (*parts[Draw.LOWEST], None), strict=True)
        ]
        homes = Range.objects.of(self._tenant_id).filter(name__in=ranges)
        found = homes.values_list("name", *columns)
        home = {
            int(key): name
            for name, *texts in found
            for text in texts
            for key in (text or "").split(",")
            if key
        }
        numbers: dict[str, list[Available]] = defaultdict(list)
        rows = Number.objects.of(self._tenant_id).filter(pk__in=home)
        for key, text, country, location, freed in rows.values_list(
            "pk", "text", "country", "location_id", "freed_at"
        ):
            numbers[home[key]].append(Available(text, country or None, location or None, freed))
        for name in ranges:
            order = partial(draw_key, draw=Draw(self._ranges[name].draw), now=self._now)
            self._read[name] = sorted(numbers[name], key=order)[: self._depth]

    def _keys(self, rows: Any) -> KeysOf:
        return KeysOf(rows.annotate(key=F("pk")).values("key")[: self._depth])
