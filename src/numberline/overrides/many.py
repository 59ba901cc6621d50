"""Setting many numbers by hand at once: what would become of each is shown first, and done exactly so or not at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from django.db import transaction

from numberline.assignments.listing import upns
from numberline.assignments.models import Assignment
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.directory.facts import ended
from numberline.inventory.find import NumberUnknown
from numberline.inventory.models import Number
from numberline.inventory.placement import DECLARED_BLOCK, DECLARED_PURPOSE
from numberline.overrides import block, lock, reserve
from numberline.overrides.outcome import Outcome, OverrideRefused
from numberline.overrides.releasing import why_not_released
from numberline.tenants.models import Tenant

MOST = 500
"""Numbers that are set at once."""


class Act(StrEnum):
    """What can be done with many numbers."""

    RESERVE = "reserve"
    UNRESERVE = "unreserve"
    BLOCK = "block"
    UNBLOCK = "unblock"
    LOCK = "lock"
    UNLOCK = "unlock"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Line:
    """One number: what would become of it, or why nothing would; `mark` tells whether it has moved since.

    `person` is the object id of who holds it, empty for nobody, and `holder` what they are called.
    """

    number: Number
    person: str
    holder: str
    would: bool
    sentence: str
    mark: str


@dataclass(frozen=True, slots=True)
class Extra:
    """What goes with some acts: until when, and for what."""

    until: datetime | None = None
    purpose: str = ""


class Moved(OverrideRefused):
    """Numbers are no longer as they were shown; nothing was done. `numbers` names them."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self.numbers = tuple(numbers)
        shown = ", ".join(self.numbers[:5]) + (f" and {len(numbers) - 5} more" if len(numbers) > 5 else "")
        super().__init__(f"these have changed since they were shown, so nothing was done: {shown}")


def look(tenant: Tenant, act: Act, rows: Iterable[Number], at: datetime) -> list[Line]:
    """What the act would do to each number, in their order."""
    numbers = list(rows)
    held = Assignment.objects.of(tenant.pk).filter(number__in=numbers, until=None)
    holdings = {row.number_id: row for row in held.select_related("number__range")}
    names = upns(tenant.pk, [row.person for row in holdings.values()])
    lines = []
    for number in numbers:
        holding = holdings.get(number.pk)
        holder = names.get(holding.person, holding.person) if holding is not None else ""
        why = _why_not(act, number, holding, holder, at)
        sentence = why or _WOULD[act].format(holder=holder)
        person = holding.person if holding is not None else ""
        lines.append(Line(number, person, holder, why is None, sentence, _mark(number, holding, why)))
    return lines


def carry_out(
    tenant: Tenant,
    act: Act,
    seen: dict[str, str],
    numbers: Callable[[], Iterable[Number]],
    at: datetime,
    cause: Cause,
    extra: Extra,
) -> list[Outcome]:
    """Do what was shown: `seen` has the mark of each number, `numbers` reads them anew. All of it, or nothing.

    Raises Moved, OverrideRefused.
    """
    with transaction.atomic():
        lines = unmoved(tenant, act, seen, numbers(), at)
        try:
            return [_done(tenant, act, line.number.text, at, cause, extra) for line in lines if line.would]
        except NumberUnknown as error:
            raise OverrideRefused(str(error)) from error


def unmoved(
    tenant: Tenant, act: Act, seen: dict[str, str], numbers: Iterable[Number], at: datetime
) -> list[Line]:
    """The lines of numbers that are as they were shown. Raises Moved."""
    lines = look(tenant, act, numbers, at)
    found = {line.number.text: line.mark for line in lines}
    moved = [text for text, mark in seen.items() if found.get(text) != mark]
    if moved:
        raise Moved(moved)
    return lines


def _mark(number: Number, holding: Assignment | None, why: str | None) -> str:
    held = (holding.person, holding.source, holding.category) if holding is not None else None
    marks = (number.reserved_for, number.reserved_purpose, number.until, number.block_code)
    facts = (number.state, held, *marks, number.locked, number.locked_until, why is None)
    return sha256(repr(facts).encode()).hexdigest()[:10]


def _why_not(act: Act, number: Number, holding: Assignment | None, holder: str, at: datetime) -> str | None:
    """Why the act does nothing to a number; None when it does something. The verbs look again when it is done."""
    state, locked = State(number.state), number.locked and not ended(number.locked_until, at)
    if act is Act.LOCK:
        return "retired" if state is State.RETIRED else "locked already" if locked else None
    if act is Act.UNLOCK:
        return None if locked else "not locked"
    if act is Act.RELEASE:
        return why_not_released(holding) if holding is not None else f"{state}, and nobody holds it"
    if holding is not None or state in (State.ASSIGNING, State.RELEASING):
        return f"held by {holder or 'somebody'}"
    return _BY_STATE[act](number, at)


def _why_not_reserve(number: Number, _at: datetime) -> str | None:
    if number.state != State.AVAILABLE:
        return f"{number.state}{' already' if number.state == State.RESERVED else ''}"
    return None if number.teams_free else "not free in Teams"


def _why_not_unreserve(number: Number, _at: datetime) -> str | None:
    if number.state != State.RESERVED:
        return f"{number.state}, not reserved"
    return "reserved by the settings of its range" if number.reserved_purpose == DECLARED_PURPOSE else None


def _why_not_block(number: Number, _at: datetime) -> str | None:
    free = (State.AVAILABLE, State.RESERVED, State.QUARANTINED)
    return (
        None
        if number.state in free
        else f"{number.state}{' already' if number.state == State.BLOCKED else ''}"
    )


def _why_not_unblock(number: Number, at: datetime) -> str | None:
    if number.state != State.BLOCKED:
        return f"{number.state}, not blocked"
    if number.block_code == DECLARED_BLOCK:
        return "blocked by the settings of its range"
    return "blocked during its quarantine, which is not over" if number.until and number.until > at else None


_BY_STATE: dict[Act, Callable[[Number, datetime], str | None]] = {
    Act.RESERVE: _why_not_reserve,
    Act.UNRESERVE: _why_not_unreserve,
    Act.BLOCK: _why_not_block,
    Act.UNBLOCK: _why_not_unblock,
}
_WOULD = {
    Act.RESERVE: "is reserved",
    Act.UNRESERVE: "is no longer reserved",
    Act.BLOCK: "is blocked",
    Act.UNBLOCK: "is no longer blocked",
    Act.LOCK: "is locked against automation",
    Act.UNLOCK: "is no longer locked",
    Act.RELEASE: "is taken from {holder}",
}


def _done(tenant: Tenant, act: Act, text: str, at: datetime, cause: Cause, extra: Extra) -> Outcome:
    if act is Act.RESERVE:
        return reserve.reserve(tenant, text, reserve.Reservation(None, extra.purpose, extra.until), at, cause)
    if act is Act.LOCK:
        return lock.lock(tenant, text, at, cause, extra.until)
    verbs = {
        Act.UNRESERVE: reserve.unreserve,
        Act.BLOCK: block.block,
        Act.UNBLOCK: block.unblock,
        Act.UNLOCK: lock.unlock,
    }
    return verbs[act](tenant, text, at, cause)
