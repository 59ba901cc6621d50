"""What exactly a message authentication code of the audit trail covers: one spelling for every entry and head.

Both databases must give back the very text that was sealed. SQLite keeps text as it was written; PostgreSQL has its
own spelling of times and JSON, from which the canonical one is made again.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import connection

Values = tuple[Any, ...]
"""An entry's values in the order of COLUMNS, with times and JSON in their canonical spelling."""

COLUMNS = (
    *("seq", "at", "actor", "verb", "person", "number", "before", "after"),
    *("code", "reason", "ticket", "run_id", "key"),
)
AT, BEFORE, AFTER, KEY = (COLUMNS.index(name) for name in ("at", "before", "after", "key"))
TYPES = tuple(int if name in ("seq", "run_id") else str for name in COLUMNS)
TYPES_WITHOUT_RUN = tuple(
    type(None) if name == "run_id" else kind for name, kind in zip(COLUMNS, TYPES, strict=True)
)
MOST = 2**63

_encoder = msgspec.json.Encoder(order="sorted")


def entry(tenant_id: int, values: Values, previous: str) -> bytes:
    """What the code of an entry covers: all that it says, its place, and the code of the entry before it."""
    return _encoder.encode(("entry", tenant_id, previous, values))


def head(tenant_id: int, seq: int, mac: str, key: str) -> bytes:
    """What the seal of a head covers."""
    return _encoder.encode(("head", tenant_id, seq, mac, key))


def well_typed(values: Values) -> bool:
    """Whether every value has the type that it was written with."""
    types = tuple(map(type, values))
    return types in (TYPES, TYPES_WITHOUT_RUN)


def json_text(value: dict[str, Any]) -> str:
    """Facts as JSON: keys sorted, no spaces, whole numbers without a fraction."""
    return _encoder.encode(_settled(value)).decode()


def time_text(at: datetime) -> str:
    """A time in UTC as SQLite keeps it: `2026-11-23 09:00:00`, microseconds only when there are any."""
    return str(at.astimezone(UTC).replace(tzinfo=None))


def as_sealed(values: Values) -> Values:
    """Values as read from the database, all as text, in the spelling in which they were sealed."""
    if connection.vendor == "sqlite":
        return values
    known = list(values)
    known[AT] = _time_again(known[AT])
    known[BEFORE], known[AFTER] = _json_again(known[BEFORE]), _json_again(known[AFTER])
    return tuple(known)


def _time_again(text: str) -> str:
    """PostgreSQL leaves out zeros at the end of a fraction, and names the zone."""
    time = text.removesuffix("+00")
    whole, dot, fraction = time.partition(".")
    return f"{whole}.{fraction:0<6}" if dot else time


def _json_again(text: str) -> str | None:
    try:
        return json_text(msgspec.json.decode(text))
    except (msgspec.DecodeError, ValueError, OverflowError):
        return None


def _settled(value: Any) -> Any:
    """PostgreSQL knows no difference between 1e2 and 100: whole numbers are told as such where they fit."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if isinstance(value, dict):
        return {key: _settled(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_settled(part) for part in value]
    if kind is float and value.is_integer() and abs(value) < MOST:
        return int(value)
    if kind is int and abs(value) >= MOST:
        return float(value)
    return value
