"""Finding numbers: by what people type of one, and by what they have in common. Each way goes along an index.

A text with a plus sign in front is the beginning of a number. Bare digits may be the beginning of one as it is dialled
from abroad, in its country or in its town, or its end: each of these is looked up, up to MOST numbers of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from numberline.columns import beginning
from numberline.core.phone import calling_code_of, meant
from numberline.inventory.models import Number
from numberline.inventory.tally import NO_RANGE, tally

MOST: Final = 500
"""Up to how many numbers bare digits find in each of the ways in which they can be meant."""
COUNTED: Final = 200
"""Up to how many numbers are counted where the tally does not tell."""
FEWEST_DIGITS: Final = 2

_BETWEEN = re.compile(r"\(0\)|[\s.()/\[\]\u2010-\u2015-]+")
_DIGITS = re.compile(r"(\+?)([0-9]{1,17})(?:(?:;?ext=?|x)([0-9]{1,15}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which numbers are wanted; what is empty does not matter. `range_key` is a range's key, NO_RANGE for those without.

    `text` is what somebody typed of a number, `ending` its last digits (of its extension, where it has one).
    """

    text: str = ""
    state: str = ""
    range_key: int | None = None
    provider: str = ""
    type: str = ""
    country: str = ""
    area_code: str = ""
    ending: str = ""
    locked: bool = False

    @property
    def kind(self) -> dict[str, Any]:
        """What of it the tally counts by."""
        given: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("state", "provider", "type", "country", "area_code")
            if getattr(self, name)
        }
        return given if self.range_key is None else {**given, "range_key": self.range_key}


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers that are wanted, in no order yet, and the columns to page them by. `more`: a search of bare digits met
    more than it shows."""

    rows: QuerySet[Number]
    keys: tuple[str, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are: exactly, or `more` than so many."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"


def wanted_numbers(numbers: QuerySet[Number], tenant_id: int, wanted: Wanted) -> Found:
    """Those of `numbers` (of this tenant) that are wanted."""
    rows = numbers.filter(**_columns(wanted))
    if wanted.range_key == NO_RANGE:
        rows = rows.filter(range=None)
    elif wanted.range_key is not None:
        rows = rows.filter(range_id=wanted.range_key)
    if wanted.area_code:
        rows = rows.filter(_areas(wanted))
    more = False
    if wanted.text:
        rows, more = _typed(rows, tenant_id, wanted.text)
    if wanted.ending:
        return Found(rows.filter(beginning("reversed", wanted.ending[::-1])), ("reversed", "pk"), more)
    # Within a range by value, which is the order of its draws too: one index serves both.
    return Found(rows, ("value", "pk") if wanted.range_key else ("text",), more)


def count(found: Found, tenant_id: int, wanted: Wanted) -> Count:
    """How many numbers are wanted: from the tally where it can tell, else counted up to COUNTED."""
    if not (wanted.text or wanted.ending or wanted.locked):
        return Count(counted(tenant_id, wanted))
    seen = len(found.rows.order_by().values_list("pk")[: COUNTED + 1])
    return Count(min(seen, COUNTED), seen > COUNTED or found.more)


def counted(tenant_id: int, wanted: Wanted) -> int:
    """How many numbers of the wanted kind the tally has."""
    kind = wanted.kind
    return tally(tenant_id, *kind).get(tuple(kind.values()), 0)


def _columns(wanted: Wanted) -> dict[str, Any]:
    given = {name: value for name, value in wanted.kind.items() if name != "range_key"}
    return given | ({"locked": True} if wanted.locked else {})


def _areas(wanted: Wanted) -> Q:
    """Where numbers of this area code stand in the order of all."""
    code = calling_code_of(wanted.country)
    return beginning("text", f"+{code}{wanted.area_code}") if code else Q()


def _typed(rows: QuerySet[Number], tenant_id: int, text: str) -> tuple[QuerySet[Number], bool]:
    exact = meant(text.strip())
    if exact is not None:
        return rows.filter(beginning("text", str(exact))), False
    match = _DIGITS.fullmatch(_BETWEEN.sub("", text))
    if match is None or len(match[2]) < (1 if match[1] else FEWEST_DIGITS):
        return rows.none(), False
    plus, digits, extension = match[1], match[2], match[3] or ""
    if plus:
        return rows.filter(
            beginning("text", f"+{digits}" + (f";ext={extension}" if extension else ""))
        ), False
    if extension:
        return rows.filter(beginning("reversed", (digits.lstrip("0") + extension)[::-1])), False
    return _each_way(rows, tenant_id, digits)


def _each_way(rows: QuerySet[Number], tenant_id: int, digits: str) -> tuple[QuerySet[Number], bool]:
    found: set[int] = set()
    more = False
    for way in _ways(tenant_id, digits):
        keys = list(rows.filter(way).order_by().values_list("pk", flat=True)[: MOST + 1])
        more = more or len(keys) > MOST
        found.update(keys[:MOST])
    return rows.filter(pk__in=found), more


def _ways(tenant_id: int, digits: str) -> Iterator[Q]:
    """What bare digits may be: the whole from abroad, in the country, in the town, or the end."""
    starts = {digits, digits.removeprefix("00")} - {""}
    national = digits.removeprefix("0")
    for code in {calling_code_of(str(country)) for (country,) in tally(tenant_id, "country")} - {""}:
        starts |= {code + national, code + digits}
    together = Q()
    for start in sorted(starts):
        together |= beginning("text", f"+{start}")
    yield together
    yield beginning("subscriber", digits)
    yield beginning("reversed", digits[::-1])
