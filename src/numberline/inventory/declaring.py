"""Making the rows of declared numbers: by the hundred thousand."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from numberline import bulk
from numberline.core.phone import PhoneNumber
from numberline.core.states import State
from numberline.inventory.membership import Definition, Homes
from numberline.inventory.models import Number
from numberline.inventory.placement import resting_fields

Place = tuple[str, str, int]
"""Country and area code, empty where unknown, and how many digits stand before the subscriber's own."""

_BATCH = 10_000
_VARYING = ("text", "value", "extension", "country", "area_code", "subscriber", "reversed")
_RESTING = (State.AVAILABLE, State.RESERVED, State.BLOCKED)


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
    shared = {state: _shared(home, state, at, imported) for state in _RESTING}
    fields = [*_VARYING, *shared[State.AVAILABLE]]
    place = _places()

    def rows() -> Iterator[tuple[Any, ...]]:
        for value, extension in keys:
            text = f"+{value};ext={extension}" if extension else f"+{value}"
            resting = homes.resting(home.id, value, extension)
            country, area_code, before = place(value)
            digits = str(value)
            searched = digits[before:], (digits + extension)[::-1]
            yield text, value, extension, country, area_code, *searched, *shared[resting].values()

    every = rows()
    while batch := list(islice(every, _BATCH)):
        bulk.insert(Number, tenant_id, fields, batch)


def _shared(home: Definition, state: State, at: datetime, imported: bool) -> dict[str, Any]:
    """What new numbers of a range that rest in one state have in common, besides the model's defaults."""
    return {
        "type": home.type,
        "range_id": home.id,
        "provider": home.provider,
        "state": state.value,
        "since": at,
        "free_since": at,
        "teams_free": True,
        "imported": imported,
        **resting_fields(state),
    }


def _places() -> Callable[[int], Place]:
    """Where numbers belong, asked once a hundred where both ends of the hundred agree.

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
    return number.country or "", number.area_code or "", len(str(value)) - len(number.subscriber)
