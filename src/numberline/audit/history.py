"""What the audit trail says of a number and of a person: who held what on a day (M20)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from numberline.audit.models import Entry
from numberline.core.states import State

CHUNK = 500
HELD = (State.ASSIGNED, State.RELEASING)


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a number's history: what was done, from which state to which, and who held it afterwards
    (object id)."""

    at: datetime
    verb: str
    before: str | None
    after: str | None
    holder: str | None
    by: str
    reason: str | None
    moved: bool

    def to_json(self) -> dict[str, Any]:
        """The entry as `number history` and `number show` print it (spec section 7)."""
        return {
            "at": self.at,
            "from": self.before,
            "to": self.after,
            "holder": self.holder,
            "by": self.by,
            "reason": self.reason,
        }


def number_history(
    tenant_id: int, number: str, until: datetime | None = None, *, last: int | None = None
) -> list[Moment]:
    """Everything recorded about a number, oldest first; up to and including `until`, and only the `last` so many
    entries, when given."""
    rows = Entry.objects.of(tenant_id).filter(number=number)
    if until is not None:
        rows = rows.filter(at__lte=until)
    told = rows.order_by("seq").iterator() if last is None else reversed(rows.order_by("-seq")[:last])
    return [moment for _, moment in _with_moments(told)]


def _with_moments(rows: Iterable[Entry]) -> Iterator[tuple[Entry, Moment]]:
    """An entry that says nothing of state or holder left both as they were."""
    state: str | None = None
    holder: str | None = None
    for row in rows:
        before = row.before.get("state", state)
        after = row.after.get("state", before)
        now_held = row.after.get("holder", holder)
        moved = (before, row.before.get("holder", holder)) != (after, now_held)
        reason = row.reason or row.code or None
        yield row, Moment(row.at, row.verb, before, after, now_held, row.actor, reason, moved)
        state, holder = after, now_held


@dataclass(frozen=True, slots=True)
class PersonMoment:
    """One entry that concerns a person: what was done, which way a number moved, and which numbers they held after it.

    `number`, `before` and `after` (states) are None where the entry is about the person alone.
    """

    at: datetime
    verb: str
    number: str | None
    before: str | None
    after: str | None
    holds: tuple[str, ...]
    by: str
    reason: str | None

    def to_json(self) -> dict[str, Any]:
        """The entry as `person history` prints it."""
        return {
            "at": self.at,
            "verb": self.verb,
            "number": self.number,
            "from": self.before,
            "to": self.after,
            "holds": self.holds,
            "by": self.by,
            "reason": self.reason,
        }


def person_history(tenant_id: int, person: str, *, last: int | None = None) -> list[PersonMoment]:
    """Everything recorded about a person (object id) and the numbers that they held or were to have, oldest first; only
    the `last` so many entries when given."""
    theirs = Entry.objects.of(tenant_id).filter(person=person)
    entries = list(theirs.order_by("seq") if last is None else theirs.order_by("-seq")[:last])
    told = [(row.seq, _of_person(row, None, None)) for row in entries if not row.number]
    numbers = sorted({row.number for row in entries if row.number})
    for rows in _by_number(tenant_id, numbers).values():
        for row, moment in _with_moments(rows):
            if person in (row.person, row.before.get("holder"), row.after.get("holder")):
                told.append((row.seq, _of_person(row, moment, person)))
    told.sort(key=lambda pair: pair[0])
    moments = list(_held(moment for _, moment in told))
    return moments if last is None else moments[-last:]


def _by_number(tenant_id: int, numbers: list[str]) -> dict[str, list[Entry]]:
    """Everything recorded about these numbers, each oldest first."""
    found: dict[str, list[Entry]] = {number: [] for number in numbers}
    # Sorted here and not by the database: it might read the whole trail backwards rather than these numbers' parts.
    for start in range(0, len(numbers), CHUNK):
        for row in Entry.objects.of(tenant_id).filter(number__in=numbers[start : start + CHUNK]).order_by():
            found[row.number].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row.seq)
    return found


def _of_person(row: Entry, moment: Moment | None, person: str | None) -> PersonMoment:
    """The entry with the number in `holds` if the person holds it afterwards."""
    before, after = (moment.before, moment.after) if moment else (None, None)
    holding = moment is not None and moment.holder == person and after in HELD
    return PersonMoment(
        at=row.at,
        verb=row.verb,
        number=row.number or None,
        before=before,
        after=after,
        holds=(row.number,) if holding else (),
        by=row.actor,
        reason=row.reason or row.code or None,
    )


def _held(moments: Iterable[PersonMoment]) -> Iterator[PersonMoment]:
    """Each with everything that is held after it."""
    held: set[str] = set()
    for moment in moments:
        if moment.number is not None:
            held.discard(moment.number)
            held.update(moment.holds)
        yield replace(moment, holds=tuple(sorted(held)))
