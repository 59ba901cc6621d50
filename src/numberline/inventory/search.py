"""Finding numbers: by what people type of one, and by what they have in common. Each way goes along an index.

A text with a plus sign in front is the beginning of a number. Bare digits may be the beginning of one as it is dialled
from abroad, in its country or in its town, or its end: each of these is looked up, up to MOST numbers of each. Few digits
are more likely an end and stand first as such, more of them more likely a beginning.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import Case, IntegerField, Q, QuerySet, When

from numberline.columns import beginning
from numberline.core.phone import calling_code_of, meant
from numberline.inventory.models import Number
from numberline.inventory.tally import NO_RANGE, tally

MOST: Final = 500
"""Up to how many numbers bare digits find in each of the ways in which they can be meant."""
COUNTED: Final = 200
"""Up to how many numbers are counted where the tally does not tell."""
FEWEST_DIGITS: Final = 2
SHORT: Final = 5
"""Up to so many bare digits are an end rather than a beginning."""

_BETWEEN = re.compile(r"\(0\)|[\s.()/\[\]\u2010-\u2015-]+")
_DIGITS = re.compile(r"(\+?)([0-9]{1,17})(?:(?:;?ext=?|x)([0-9]{1,15}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which numbers are wanted; what is empty does not matter. `range_key` is a range's key, NO_RANGE for those without.

    `text` is what somebody typed of a number, `ending` its last digits (of its extension, where it has one), `provider`
    whatever one provider is stored as: its name, and the ids that Teams has for it.
    """

    text: str = ""
    state: str = ""
    range_key: int | None = None
    provider: tuple[str, ...] = ()
    type: str = ""
    country: str = ""
    area_code: str = ""
    ending: str = ""
    locked: bool = False

    @property
    def kind(self) -> dict[str, tuple[Any, ...]]:
        """What of it the tally counts by, each with the values that are wanted."""
        names = ("state", "type", "country", "area_code")
        given: dict[str, tuple[Any, ...]] = {
            name: (getattr(self, name),) for name in names if getattr(self, name)
        }
        if self.provider:
            given["provider"] = self.provider
        return given if self.range_key is None else {**given, "range_key": (self.range_key,)}


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are: exactly, or `more` than so many."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A way in which bare digits are met: as an end (`ending`), as a beginning (`start`, with its plus sign), or as the
    beginning within a town (neither)."""

    count: Count
    ending: str = ""
    start: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers that are wanted, in no order yet, and the columns to page them by. `more`: a search of bare digits met
    more than it shows. `readings`: how bare digits were read, where they can be meant in several ways."""

    rows: QuerySet[Number]
    keys: tuple[str, ...]
    more: bool = False
    readings: tuple[Reading, ...] = ()


def wanted_numbers(numbers: QuerySet[Number], tenant_id: int, wanted: Wanted) -> Found:
    """Those of `numbers` (of this tenant) that are wanted."""
    rows = numbers.filter(**_columns(wanted))
    if wanted.range_key == NO_RANGE:
        rows = rows.filter(range=None)
    elif wanted.range_key is not None:
        rows = rows.filter(range_id=wanted.range_key)
    if wanted.area_code:
        rows = rows.filter(_areas(wanted))
    found = _typed(rows, tenant_id, wanted.text) if wanted.text else Found(rows, ())
    if wanted.ending:
        ends = found.rows.filter(beginning("reversed", wanted.ending[::-1]))
        return replace(found, rows=ends, keys=("reversed", "pk"))
    # Within a range by value, which is the order of its draws too: one index serves both.
    return replace(found, keys=found.keys or (("value", "pk") if wanted.range_key else ("text",)))


def count(found: Found, tenant_id: int, wanted: Wanted) -> Count:
    """How many numbers are wanted: from the tally where it can tell, else counted up to COUNTED."""
    if not (wanted.text or wanted.ending or wanted.locked):
        return Count(counted(tenant_id, wanted))
    seen = len(found.rows.order_by().values_list("pk")[: COUNTED + 1])
    return Count(min(seen, COUNTED), seen > COUNTED or found.more)


def counted(tenant_id: int, wanted: Wanted) -> int:
    """How many numbers of the wanted kind the tally has."""
    kind = wanted.kind
    return sum(
        n
        for values, n in tally(tenant_id, *kind).items()
        if all(value in some for value, some in zip(values, kind.values(), strict=True))
    )


def _columns(wanted: Wanted) -> dict[str, Any]:
    given: dict[str, Any] = {
        name if len(values) == 1 else f"{name}__in": values[0] if len(values) == 1 else values
        for name, values in wanted.kind.items()
        if name != "range_key"
    }
    return given | ({"locked": True} if wanted.locked else {})


def _areas(wanted: Wanted) -> Q:
    """Where numbers of this area code stand in the order of all."""
    code = calling_code_of(wanted.country)
    return beginning("text", f"+{code}{wanted.area_code}") if code else Q()


def _typed(rows: QuerySet[Number], tenant_id: int, text: str) -> Found:
    exact = meant(text.strip())
    if exact is not None:
        return Found(rows.filter(beginning("text", str(exact))), ())
    match = _DIGITS.fullmatch(_BETWEEN.sub("", text))
    if match is None or len(match[2]) < (1 if match[1] else FEWEST_DIGITS):
        return Found(rows.none(), ())
    plus, digits, extension = match[1], match[2], match[3] or ""
    if plus:
        start = f"+{digits}" + (f";ext={extension}" if extension else "")
        return Found(rows.filter(beginning("text", start)), ())
    if extension:
        return Found(rows.filter(beginning("reversed", (digits.lstrip("0") + extension)[::-1])), ())
    return _each_way(rows, tenant_id, digits)


def _each_way(rows: QuerySet[Number], tenant_id: int, digits: str) -> Found:
    """What bare digits may be: the whole from abroad, in the country, in the town, or the end."""
    starts = _starts(tenant_id, digits)
    together = Q()
    for start in starts:
        together |= beginning("text", start)
    ending = beginning("reversed", digits[::-1])
    ends, starting, local = (_some(rows, way) for way in (ending, together, beginning("subscriber", digits)))
    readings = [Reading(_told(len(ends)), ending=digits)] if ends else []
    met = Counter(next(one for one in starts if text.startswith(one)) for text in starting.values())
    for start, n in met.items():
        # All of them were met together: each may have more than are shown of it.
        readings.append(Reading(Count(min(n, MOST), len(starting) > MOST), start=start))
    if local:
        readings.append(Reading(_told(len(local))))
    ways = [list(way)[:MOST] for way in (ends, starting, local)]
    first, rest = (0, 1) if len(digits) <= SHORT else (1, 0)
    order = Case(When(ending, then=first), default=rest, output_field=IntegerField())
    return Found(
        rows.filter(pk__in={key for way in ways for key in way}).annotate(reading=order),
        ("reading", "text"),
        any(len(way) > MOST for way in (ends, starting, local)),
        tuple(readings) if len(readings) > 1 else (),
    )


def _some(rows: QuerySet[Number], way: Q) -> dict[int, str]:
    """The keys and texts of numbers that are met this way, one more than MOST where there are."""
    return dict(rows.filter(way).order_by().values_list("pk", "text")[: MOST + 1])


def _told(met: int) -> Count:
    return Count(min(met, MOST), met > MOST)


def _starts(tenant_id: int, digits: str) -> list[str]:
    """How a number may begin that somebody dials so, the longest first."""
    starts = {digits, digits.removeprefix("00")} - {""}
    national = digits.removeprefix("0")
    for code in {calling_code_of(str(country)) for (country,) in tally(tenant_id, "country")} - {""}:
        starts |= {code + national, code + digits}
    return sorted((f"+{start}" for start in starts), key=lambda start: (-len(start), start))
