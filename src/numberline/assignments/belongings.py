"""What people hold, held last, and have reserved for them: read for many people at once."""

from collections.abc import Sequence
from datetime import datetime

from numberline.assignments.models import Assignment
from numberline.core.person import FreedCause, Holding, NumberType, OwnNumber
from numberline.core.states import State
from numberline.directory.facts import Belongings, ended
from numberline.inventory.models import Number

VOICE_APPLICATION = "voiceApplicationAssigned"


def belongings_of(tenant_id: int, people: Sequence[str], now: datetime) -> Belongings:
    """The belongings of these people (object ids)."""
    holdings: dict[str, Holding] = {}
    on_premises: dict[str, str] = {}
    voice: set[str] = set()
    last: dict[str, OwnNumber] = {}
    rows = (
        Assignment.objects.of(tenant_id)
        .filter(person__in=people)
        .select_related("number", "number__range")
        .order_by("-since", "-id")
    )
    for row in rows:
        number = row.number
        if row.until is not None:
            last.setdefault(row.person, _last(row))
            continue
        if number.teams_status == VOICE_APPLICATION:
            voice.add(row.person)
        if row.category == "primary":
            holdings[row.person] = _holding(row, now)
        elif number.on_premises:
            on_premises[row.person] = number.text
    return Belongings(
        holdings,
        {person: number for person, number in last.items() if person not in holdings},
        _reserved(tenant_id, people, now),
        on_premises,
        frozenset(voice),
    )


def _holding(row: Assignment, now: datetime) -> Holding:
    number = row.number
    return Holding(
        number.text,
        NumberType(number.type),
        number.range.name if number.range else None,
        number.country or None,
        locked=number.locked and not ended(number.locked_until, now),
        on_premises=number.on_premises,
        since=row.since,
        freed_in_teams_at=row.freed_in_teams_at,
        freed_cause=FreedCause(row.freed_code) if row.freed_code else None,
    )


def _last(row: Assignment) -> OwnNumber:
    number = row.number
    drawable = (
        number.state in (State.AVAILABLE, State.QUARANTINED)
        and number.teams_free
        and not number.locked
        and number.reserved_for in ("", row.person)
    )
    return _own(number, drawable)


def _reserved(tenant_id: int, people: Sequence[str], now: datetime) -> dict[str, tuple[OwnNumber, ...]]:
    found: dict[str, list[OwnNumber]] = {}
    rows = (
        Number.objects.of(tenant_id)
        .filter(reserved_for__in=people, state=State.RESERVED)
        .select_related("range")
        .order_by("value", "extension")
    )
    for number in rows:
        if not ended(number.until, now):
            found.setdefault(number.reserved_for, []).append(_own(number, number.teams_free))
    return {person: tuple(numbers) for person, numbers in found.items()}


def _own(number: Number, drawable: bool) -> OwnNumber:
    location = (number.range.location if number.range else "") or number.location_id
    return OwnNumber(
        number.text,
        NumberType(number.type),
        number.range.name if number.range else None,
        number.country or None,
        location or None,
        drawable,
    )
