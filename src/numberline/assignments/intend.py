"""The intent to give a number: written before anybody asks Microsoft."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from numberline.assignments.holders import let_go
from numberline.assignments.models import Assignment, Change, Kind, Phase
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.inventory.moves import NumberMoved, move


@dataclass(frozen=True, slots=True)
class Intent:
    """One person is to have one number, or to lose it. `location_id` is the emergency location to pass, empty for none."""

    person: str
    upn: str
    number: str
    location_id: str
    code: str
    reason: str
    kind: Kind = Kind.ASSIGN


def claim(tenant_id: int, intent: Intent, at: datetime, cause: Cause) -> Change:
    """Write the intent. Raises NumberMoved when the number is no longer as it was decided about,
    django.db.IntegrityError when the person or the number has an open change already."""
    if intent.kind == Kind.RELEASE:
        return claim_release(tenant_id, intent, at, cause)
    return claim_number(tenant_id, intent, at, cause)


def claim_release(tenant_id: int, intent: Intent, at: datetime, cause: Cause) -> Change:
    """Write the intent to take a number back: it becomes `releasing`, and still counts as the person's."""
    with transaction.atomic():
        held = Assignment.objects.of(tenant_id).filter(
            person=intent.person, number__text=intent.number, until=None
        )
        row = held.select_related("number").first()
        if row is None or row.number.state != State.ASSIGNED:
            raise NumberMoved(f"{intent.number} is not held by {intent.upn}")
        holder = (intent.person, intent.person)
        move(
            row.number,
            State.RELEASING,
            at,
            cause,
            verb="intend",
            holder=holder,
            code=intent.code,
            reason=intent.reason,
        )
        return _open(tenant_id, intent, row.number, State.ASSIGNED, at, cause)


def _open(tenant_id: int, intent: Intent, number: Number, before: str, at: datetime, cause: Cause) -> Change:
    return Change.objects.of(tenant_id).create(
        kind=intent.kind,
        person=intent.person,
        number=number,
        from_state=before,
        location_id=intent.location_id,
        code=intent.code,
        reason=intent.reason,
        actor=cause.actor,
        ticket=cause.ticket,
        run_id=cause.run_id,
        created_at=at,
    )


def claim_number(tenant_id: int, intent: Intent, at: datetime, cause: Cause) -> Change:
    """Write the intent to give a number: the number becomes `assigning`, and a Change is open for person and number.

    Raises NumberMoved when the number is no longer to be had, django.db.IntegrityError when the person
    or the number has an open change already.
    """
    with transaction.atomic():
        _let_go(tenant_id, intent.person, at, cause)
        number = Number.objects.of(tenant_id).filter(text=intent.number).first()
        if number is None or number.state not in (State.AVAILABLE, State.RESERVED, State.QUARANTINED):
            raise NumberMoved(f"{intent.number} is {number.state if number else 'not there'}")
        _refuse_set_apart(number, intent, at)
        before = number.state
        move(
            number,
            State.ASSIGNING,
            at,
            cause,
            verb="intend",
            holder=("", intent.person),
            code=intent.code,
            reason=intent.reason,
        )
        return _open(tenant_id, intent, number, before, at, cause)


def _refuse_set_apart(number: Number, intent: Intent, at: datetime) -> None:
    """What an administrator set by hand since the decision counts: reservations, locks, exclusions."""
    if number.state == State.RESERVED and number.reserved_for != intent.person:
        raise NumberMoved(f"{number.text} is reserved for somebody or something else")
    if number.locked and not ended(number.locked_until, at):
        raise NumberMoved(f"{number.text} is locked")
    person = Person.objects.of(number.tenant_id).filter(object_id=intent.person).first()
    if person is None:
        return
    locked = person.locked and not ended(person.locked_until, at)
    if locked or (person.excluded and not ended(person.excluded_until, at)):
        raise NumberMoved(f"{person} is locked or excluded")


def _let_go(tenant_id: int, person: str, at: datetime, cause: Cause) -> None:
    """End a holding that Microsoft freed and whose grace is over: it rests before anybody else may draw it."""
    rows = Assignment.objects.of(tenant_id).filter(person=person, until=None, category="primary")
    freed = rows.exclude(freed_in_teams_at=None).select_related("number__range", "number__tenant")
    for row in list(freed):
        let_go(row, at, cause, "Teams shows it free and the grace is over")


def mark_sending(change: Change, at: datetime) -> None:
    """Note that the request is about to leave: from here on it may have reached Microsoft.

    Repeating an attempt that stayed without an answer keeps the doubt, whatever the repeat is answered.
    """
    doubtful = change.doubtful or change.phase != Phase.INTENDED
    _step(change, phase=Phase.SENDING, sent_at=at, attempts=change.attempts + 1, doubtful=doubtful)


def mark_unsent(change: Change) -> None:
    """Note that Microsoft surely did not take the request (throttled, never connected)."""
    if not change.doubtful:
        _step(change, phase=Phase.INTENDED)


def mark_accepted(change: Change, operation: str) -> None:
    """Note Microsoft's 202 and the operation to poll."""
    _step(change, phase=Phase.ACCEPTED, operation=operation)


def mark_succeeded(change: Change) -> None:
    """Note that Microsoft's operation succeeded; Teams does not show the number yet."""
    _step(change, phase=Phase.SUCCEEDED)


def mark_doubtful(change: Change, code: str, error: str) -> None:
    """Note that an attempt stayed without a clear answer."""
    _step(change, doubtful=True, error_code=code, error=error)


def _step(change: Change, **fields: object) -> None:
    rows = Change.objects.of(change.tenant_id).filter(pk=change.pk, phase=change.phase, open=True)
    if rows.update(**fields) != 1:
        raise NumberMoved(f"change {change.pk} is no longer {change.phase}")
    for name, value in fields.items():
        setattr(change, name, value)
