"""Lists as CSV files, all rows that the filter matches, written while they are read.

A spreadsheet takes a cell that begins with = + - @, a tab or a line end for a formula, so such a cell gets an
apostrophe in front, which spreadsheets show as text. A number in E.164 begins with + and stays as it is, since plus and
digits compute nothing and the file can be imported again. UTF-8 with a mark in front, by which spreadsheets know it.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse

from numberline import clock
from numberline.assignments.listing import holders_of
from numberline.assignments.search import held_by
from numberline.directory.models import Person
from numberline.directory.search import KEYS
from numberline.inventory.models import Number
from numberline.inventory.search import wanted_numbers
from numberline.paging import page
from numberline.portal.filters import Filters
from numberline.portal.numbers import wanted_of
from numberline.portal.people import people_of
from numberline.portal.request import InTenant

M = TypeVar("M", bound=Model)
CHUNK = 1000
PEOPLE = (
    *("name", "upn", "object_id", "number", "since", "decision", "code", "reason"),
    *("entitlement", "deleted", "locked", "excluded"),
)
NUMBERS = (
    *("number", "state", "holder", "holder_upn", "range", "type", "provider", "country", "area_code"),
    *("since", "until", "locked", "reserved_for", "reserved_purpose"),
)

_E164 = re.compile(r"\+[0-9]{2,15}(;ext=[0-9]{1,15})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def people_export(request: InTenant) -> HttpResponseBase:
    """The people whom the filter matches."""
    visit, rows = request.visit, people_of(request.visit, Filters(request.GET))

    def lines() -> Iterator[Sequence[Any]]:
        for some in _chunks(rows, KEYS):
            held = held_by(visit.tenant.pk, [row.object_id for row in some])
            for row in some:
                has = held.get(row.object_id)
                yield _person(row, has.number if has else "", has.since if has else None)

    return _file(f"people {visit.tenant.name}", PEOPLE, lines())


def numbers_export(request: InTenant) -> HttpResponseBase:
    """The numbers that the filter matches."""
    visit, wanted = request.visit, wanted_of(request.visit, Filters(request.GET))
    found = wanted_numbers(visit.numbers.select_related("range"), visit.tenant.pk, wanted)

    def lines() -> Iterator[Sequence[Any]]:
        for some in _chunks(found.rows, found.keys):
            holders = holders_of(visit.tenant.pk, [row.pk for row in some])
            for row in some:
                yield _number(row, holders.get(row.pk))

    return _file(f"numbers {visit.tenant.name}", NUMBERS, lines())


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _E164.fullmatch(text) else text


def _person(row: Person, number: str, since: Any) -> Sequence[Any]:
    decided = (row.action, row.code, row.reason)
    return (
        *(row.name, row.upn, row.object_id, number, since),
        *decided,
        *(row.entitlement, row.deleted, row.locked, row.excluded),
    )


def _number(row: Number, holder: Any) -> Sequence[Any]:
    return (
        *(row.text, row.state, holder.name if holder else "", holder.upn if holder else ""),
        *(row.range.name if row.range else "", row.type, row.provider, row.country, row.area_code),
        *(row.since, row.until, row.locked, row.reserved_for, row.reserved_purpose),
    )


def _chunks(rows: QuerySet[M], keys: Sequence[str]) -> Iterator[Sequence[M]]:
    cursor = ""
    while True:
        got = page(rows, keys, cursor, CHUNK)
        yield got.rows
        cursor = got.after
        if not cursor:
            return


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """The line as it stands in the file."""
        return text


def _file(name: str, header: Sequence[str], lines: Iterable[Sequence[Any]]) -> HttpResponseBase:
    writer = csv.writer(_Echo())

    def content() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(header)
        for line in lines:
            yield writer.writerow([cell(value) for value in line])

    answer = StreamingHttpResponse(content(), content_type="text/csv; charset=utf-8")
    safe = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()
    answer["Content-Disposition"] = f'attachment; filename="{safe}-{clock.now():%Y-%m-%d}.csv"'
    return answer
