"""What people hold, held last, and have reserved for them: read for many people at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from numberline.assignments.models import Assignment
from numberline.columns import among
from numberline.core.person import FreedCause, Holding, NumberType, OwnNumber
from numberline.core.states import State
from numberline.directory.facts import Belongings, ended
from numberline.inventory.models import Number

VOICE_APPLICATION = "voiceApplicationAssigned"


class _Row(NamedTuple):
    """What counts of an assignment and its number, without the cost of whole rows: it is read for everybody."""

    person: str
    since: datetime
    until: datetime | None
    category: str
    freed_in_teams_at: datetime | None
    freed_code: str
    source: str
    given_outside: dict[str, Any] | None
    text: str
    type: str
    country: str
    state: str
    teams_free: bool
    teams_status: str
    locked: bool
    locked_until: datetime | None
    reserved_for: str
    on_premises: bool
    location_id: str
    range: str | None
    range_location: str | None
    range_adopts: bool | None


COLUMNS = (
    *_Row._fields[:8],
    *(f"number__{name}" for name in _Row._fields[8:19]),
    "number__range__name",
    "number__range__location",
    "number__range__adopt",
)


def belongings_of(tenant_id: int, people: Sequence[str], now: datetime) -> Belongings:
    """The belongings of these people (object ids)."""
    holdings: dict[str, Holding] = {}
    on_premises: dict[str, str] = {}
    voice: set[str] = set()
    last: dict[str, OwnNumber] = {}
    rows = (
        Assignment.objects.of(tenant_id)
        .filter(among("person", people))
        .order_by("-since", "-id")
        .values_list(*COLUMNS)
    )
    for row in map(_Row._make, rows):
        if row.until is not None:
            if row.category == "primary":
                last.setdefault(row.person, _last(row, now))
            continue
        if row.teams_status == VOICE_APPLICATION:
            voice.add(row.person)
        if row.category == "primary":
            holdings[row.person] = _holding(row, now)
        elif row.on_premises:
            on_premises[row.person] = row.text
    return Belongings(
        holdings,
        {person: number for person, number in last.items() if person not in holdings},
        _reserved(tenant_id, people, now),
        on_premises,
        frozenset(voice),
    )


def _holding(row: _Row, now: datetime) -> Holding:
    return Holding(
        row.text,
        NumberType(row.type),
        row.range,
        row.country or None,
        locked=row.locked and not ended(row.locked_until, now),
        on_premises=row.on_premises,
        since=row.since,
        freed_in_teams_at=row.freed_in_teams_at,
        freed_cause=FreedCause(row.freed_code) if row.freed_code else None,
        adopted=row.source != "found" or bool(row.range_adopts),
        given_outside=row.given_outside,
    )


def _last(row: _Row, now: datetime) -> OwnNumber:
    drawable = (
        row.state in (State.AVAILABLE, State.QUARANTINED)
        and row.teams_free
        and not (row.locked and not ended(row.locked_until, now))
        and row.reserved_for in ("", row.person)
    )
    return OwnNumber(
        row.text,
        NumberType(row.type),
        row.range,
        row.country or None,
        row.range_location or row.location_id or None,
        drawable,
    )


def _reserved(tenant_id: int, people: Sequence[str], now: datetime) -> dict[str, tuple[OwnNumber, ...]]:
    found: dict[str, list[OwnNumber]] = {}
    rows = (
        Number.objects.of(tenant_id)
        .exclude(reserved_for="")  # what the index is made of
        .filter(among("reserved_for", people), state=State.RESERVED)
        .select_related("range")
        .order_by("value", "extension")
    )
    for number in rows:
        if not ended(number.until, now):
            found.setdefault(number.reserved_for, []).append(_own(number, now))
    return {person: tuple(numbers) for person, numbers in found.items()}


def _own(number: Number, now: datetime) -> OwnNumber:
    locked = number.locked and not ended(number.locked_until, now)
    location = (number.range.location if number.range else "") or number.location_id
    return OwnNumber(
        number.text,
        NumberType(number.type),
        number.range.name if number.range else None,
        number.country or None,
        location or None,
        number.teams_free and not locked,
    )
