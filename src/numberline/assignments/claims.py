"""The intents that concern one number: to give it, and to take it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from numberline.assignments.holders import let_go
from numberline.assignments.models import Assignment, Change, Kind
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.inventory.moves import NumberMoved, move

BY_HAND: Final = "by_hand"
"""The code of what an administrator wants: locks and exclusions keep automation away, not them."""
DRAWN: Final = (State.AVAILABLE, State.RESERVED, State.QUARANTINED)
"""The states from which a number may be given."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One person is to have one number, or to lose it. `location_id` is the emergency location to pass, empty for none.

    A change gives `number` in place of `from_number`, which the person holds. A swap does so too, and gives
    `from_number` to `partner` (object id), who holds `number`.
    """

    person: str
    upn: str
    number: str
    location_id: str
    code: str
    reason: str
    kind: Kind = Kind.ASSIGN
    from_number: str = ""
    partner: str = ""
    partner_upn: str = ""


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
        return open_change(tenant_id, intent, row.number, State.ASSIGNED, at, cause)


def open_change(
    tenant_id: int, intent: Intent, number: Number, before: str, at: datetime, cause: Cause, **more: Any
) -> Change:
    """The row of an intent, open from now on; `more` are further fields of it."""
    fields: dict[str, Any] = {"person": intent.person, "location_id": intent.location_id, **more}
    return Change.objects.of(tenant_id).create(
        kind=intent.kind,
        number=number,
        from_state=before,
        code=intent.code,
        reason=intent.reason,
        actor=cause.actor,
        ticket=cause.ticket,
        run_id=cause.run_id,
        created_at=at,
        **fields,
    )


def claim_number(tenant_id: int, intent: Intent, at: datetime, cause: Cause) -> Change:
    """Write the intent to give a number: the number becomes `assigning`, and a Change is open for person and number.

    Raises NumberMoved when the number is no longer to be had, django.db.IntegrityError when the person
    or the number has an open change already.
    """
    with transaction.atomic():
        _let_go(tenant_id, intent.person, at, cause)
        number = drawn(tenant_id, intent, at)
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
        return open_change(tenant_id, intent, number, before, at, cause)


def drawn(tenant_id: int, intent: Intent, at: datetime) -> Number:
    """The number that an intent is to give. Raises NumberMoved when it is no longer to be had."""
    number = Number.objects.of(tenant_id).filter(text=intent.number).first()
    if number is None or number.state not in DRAWN:
        raise NumberMoved(f"{intent.number} is {number.state if number else 'not there'}")
    _refuse_set_apart(number, intent, at)
    return number


def _refuse_set_apart(number: Number, intent: Intent, at: datetime) -> None:
    """What an administrator set by hand since the decision counts: reservations, locks, exclusions."""
    if number.state == State.RESERVED and number.reserved_for != intent.person:
        raise NumberMoved(f"{number.text} is reserved for somebody or something else")
    if intent.code == BY_HAND:
        return
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
