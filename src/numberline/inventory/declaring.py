"""Making the rows of declared numbers: by the hundred thousand, so past the ORM.

Every column comes from the model, so that a new field needs nothing here.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from numberline.core.phone import PhoneNumber
from numberline.core.states import State
from numberline.inventory.membership import Definition, Homes
from numberline.inventory.models import Number
from numberline.inventory.placement import resting_fields

Place = tuple[str, str]
"""Country and area code, empty where unknown."""

_BATCH = 20_000


def insert(
    tenant_id: int,
    homes: Homes,
    home: Definition,
    keys: list[tuple[int, str]],
    at: datetime,
    *,
    imported: bool,
) -> None:
    """Insert free Direct Routing numbers of one range, given as value and extension."""
    templates = {state: _template(tenant_id, home, state, at, imported) for state in _RESTING}
    names = [name for name, _ in _columns(Number())]
    varying = [names.index(name) for name in ("text", "value", "extension", "country", "area_code")]
    place = _places()

    def rows() -> Iterator[list[Any]]:
        for value, extension in keys:
            row = templates[homes.resting(home.id, value, extension)].copy()
            text = f"+{value};ext={extension}" if extension else f"+{value}"
            for at_, content in zip(varying, (text, value, extension, *place(value)), strict=True):
                row[at_] = content
            yield row

    _write(names, rows())


_RESTING = (State.AVAILABLE, State.RESERVED, State.BLOCKED)


def _template(tenant_id: int, home: Definition, state: State, at: datetime, imported: bool) -> list[Any]:
    """The columns of a new number; what differs from one to the next is filled in later."""
    number = Number(
        tenant_id=tenant_id,
        value=0,
        type=home.type,
        range_id=home.id,
        provider=home.provider,
        state=state.value,
        since=at,
        free_since=at,
        teams_free=True,
        imported=imported,
        **resting_fields(state),
    )
    return [content for _, content in _columns(number)]


def _columns(number: Number) -> Iterator[tuple[str, Any]]:
    for column in Number._meta.concrete_fields:
        if not column.primary_key:
            yield column.attname, column.get_db_prep_save(getattr(number, column.attname), connection)


def _write(names: list[str], rows: Iterator[list[Any]]) -> None:
    quote = connection.ops.quote_name
    table = quote(Number._meta.db_table)
    of = {column.attname: column.column or "" for column in Number._meta.concrete_fields}
    columns = ", ".join(quote(of[name]) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        statement = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(names))})"
        for batch in _batches(rows):
            cursor.executemany(statement, batch)


def _batches(rows: Iterator[list[Any]]) -> Iterable[list[list[Any]]]:
    batch: list[list[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _places() -> Callable[[int], Place]:
    """Country and area code of numbers, asked once a hundred where both ends of the hundred agree.

    No numbering plan tells countries or areas apart by the last two digits alone; where the ends differ, each
    number is looked at.
    """
    known: dict[int, Place | None] = {}

    def place(value: int) -> Place:
        hundred = value // 100
        if hundred not in known:
            known.clear()
            first, last = _place(hundred * 100), _place(hundred * 100 + 99)
            known[hundred] = first if first == last else None
        return known[hundred] or _place(value)

    return place


def _place(value: int) -> Place:
    number = PhoneNumber(f"+{value}")
    return number.country or "", number.area_code or ""
