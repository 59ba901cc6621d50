"""Lists as CSV files: all rows that the filter matches, written while they are read (numberline.portal.downloads)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase

from numberline import clock
from numberline.assignments.listing import holders_of
from numberline.assignments.search import held_by
from numberline.core.held import Held, held
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.inventory.search import wanted_numbers
from numberline.paging import page
from numberline.planning.store import PlanUnknown, plan_named, shown
from numberline.portal.downloads import csv_file
from numberline.portal.filters import Filters
from numberline.portal.numbers import wanted_of
from numberline.portal.people import people_of
from numberline.portal.request import InTenant

M = TypeVar("M", bound=Model)
CHUNK = 1000
PEOPLE = (
    *("name", "upn", "object_id", "number", "since", "decision", "code", "reason"),
    *("entitlement", "deleted", "locked", "excluded", "held_by", "held_since"),
)
NUMBERS = (
    *("number", "state", "holder", "holder_upn", "range", "type", "provider", "country", "area_code"),
    *("since", "until", "locked", "reserved_for", "reserved_purpose"),
)
PLAN = ("person", "upn", "action", "number", "from_number", "range", "type", "code", "reason", "limit")


def people_export(request: InTenant) -> HttpResponseBase:
    """The people whom the filter matches."""
    visit, found = request.visit, people_of(request.visit, Filters(request.GET))

    def lines() -> Iterator[Sequence[Any]]:
        for some in _chunks(found.rows, found.keys):
            numbers = held_by(visit.tenant.pk, [row.object_id for row in some])
            for row in some:
                has = numbers.get(row.object_id)
                holds = held(row.action, visit.tenant.mode, row.limited_by, row.limited_since)
                yield _person(row, has.number if has else "", has.since if has else None, holds)

    return csv_file(_name(f"people {visit.tenant.name}"), PEOPLE, lines())


def numbers_export(request: InTenant) -> HttpResponseBase:
    """The numbers that the filter matches."""
    visit, wanted = request.visit, wanted_of(request.visit, Filters(request.GET))
    found = wanted_numbers(visit.numbers.select_related("range"), visit.tenant.pk, wanted)

    def lines() -> Iterator[Sequence[Any]]:
        for some in _chunks(found.rows, found.keys):
            holders = holders_of(visit.tenant.pk, [row.pk for row in some])
            for row in some:
                yield _number(row, holders.get(row.pk))

    return csv_file(_name(f"numbers {visit.tenant.name}"), NUMBERS, lines())


def plan_export(request: InTenant, name: str) -> HttpResponseBase:
    """Every change of a plan; `limit` is what holds it, empty for what goes ahead."""
    try:
        told = shown(plan_named(request.visit.tenant, name))
    except PlanUnknown as error:
        raise Http404 from error
    rows = ([change.get(key) for key in PLAN] for change in (*told["changes"], *told["held"]))
    return csv_file(_name(f"plan {request.visit.tenant.name} {told['plan']}"), PLAN, rows)


def _person(row: Person, number: str, since: Any, holds: Held | None) -> Sequence[Any]:
    decided = (row.action, row.code, row.reason)
    return (
        *(row.name, row.upn, row.object_id, number, since),
        *decided,
        *(row.entitlement, row.deleted, row.locked, row.excluded),
        *((holds.limit, holds.since) if holds else ("", "")),
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


def _name(what: str) -> str:
    """A file's name of a list, with the day."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", what).strip("-").lower()
    return f"{plain}-{clock.now():%Y-%m-%d}.csv"
