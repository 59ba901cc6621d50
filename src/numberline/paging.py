"""Pages of long lists by key: the next page begins behind the last row of this one, whatever came or went meanwhile.

No row is counted or skipped to get there, so that the last page of a million rows is as quick as the first, given an
index over the same columns.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Model, Q, QuerySet

M = TypeVar("M", bound=Model)

SIZE = 50
LONGEST_CURSOR = 1000
BIGGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows of a list. `after` and `before` are the cursors of the pages around it, empty where there is none."""

    rows: Sequence[M]
    after: str
    before: str


def page(rows: QuerySet[M], keys: Sequence[str], cursor: str = "", size: int = SIZE) -> Page[M]:
    """The page of these rows that a cursor names; the first one for an empty cursor, and for one that means nothing.

    Args:
        rows: the whole list, in no order.
        keys: columns of the model, or what is annotated, that order it and are together unique, each with `-` before it for falling order;
            none of them may be null.
        cursor: what an earlier page gave as `after` or `before`.
        size: the most rows of a page.
    """
    backward, values = _read(rows, keys, cursor)
    ordered = rows.order_by(*(_turned(key) if backward else key for key in keys))
    if values is not None:
        ordered = ordered.filter(_beyond([_turned(key) if backward else key for key in keys], values))
    found = list(ordered[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    first, last = (found[0], found[-1]) if found else (None, None)
    has_after, has_before = (values is not None, more) if backward else (more, values is not None)
    return Page(
        found,
        _cursor(last, keys, backward=False) if last is not None and has_after else "",
        _cursor(first, keys, backward=True) if first is not None and has_before else "",
    )


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(keys: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows behind these values: the first column alone bounds the index, the rest tells rows of equal ones apart."""
    behind, equal = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        name, way = key.lstrip("-"), "lt" if key.startswith("-") else "gt"
        behind |= equal & Q(**{f"{name}__{way}": value})
        equal &= Q(**{name: value})
    first, way = keys[0].lstrip("-"), "lte" if keys[0].startswith("-") else "gte"
    return Q(**{f"{first}__{way}": values[0]}) & behind


def _cursor(row: Model, keys: Sequence[str], *, backward: bool) -> str:
    values = [_text(getattr(row, key.lstrip("-"))) for key in keys]
    text = json.dumps([int(backward), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(rows: QuerySet[M], keys: Sequence[str], cursor: str) -> tuple[bool, list[Any] | None]:
    """The way and the values of a cursor, which comes out of an address and may be anything."""
    try:
        told = json.loads(_decoded(cursor))
        backward, *values = told
        if len(values) != len(keys) or backward not in (0, 1):
            return False, None
        return bool(backward), [
            _value(_field(rows, key), value) for key, value in zip(keys, values, strict=True)
        ]
    except (ValueError, TypeError, RecursionError, ValidationError, binascii.Error):
        return False, None


def _decoded(cursor: str) -> bytes:
    if not cursor or len(cursor) > LONGEST_CURSOR:
        raise ValueError
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


def _field(rows: QuerySet[M], key: str) -> "Field[Any, Any]":
    model, computed = rows.model, rows.query.annotations.get(key.lstrip("-"))
    if computed is not None:
        return computed.output_field
    try:
        return model._meta.pk if key.lstrip("-") == "pk" else model._meta.get_field(key.lstrip("-"))  # type: ignore[return-value]
    except FieldDoesNotExist as error:
        raise LookupError(f"{model.__name__} has no column {key} to page by") from error


def _value(field: "Field[Any, Any]", text: Any) -> Any:
    if not isinstance(text, str | int) or isinstance(text, bool):
        raise ValueError
    value = field.to_python(text)
    if isinstance(value, int) and abs(value) > BIGGEST:
        raise ValueError
    if isinstance(value, str) and "\0" in value:
        raise ValueError
    if isinstance(value, date) and getattr(value, "tzinfo", None) is None:
        raise ValueError
    return value
