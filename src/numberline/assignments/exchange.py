"""The intents that concern two numbers: another number for somebody who has one, and two people's numbers swapped."""

from datetime import datetime

from django.db import transaction

from numberline.assignments.claims import Intent, drawn, open_change
from numberline.assignments.models import Assignment, Change
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.inventory.models import Number
from numberline.inventory.moves import NumberMoved, move


def claim_change(tenant_id: int, intent: Intent, at: datetime, cause: Cause) -> Change:
    """Write the intent to give a number in place of the one that a person has, which becomes `releasing` and counts
    as theirs until the other is confirmed. Raises NumberMoved, django.db.IntegrityError as `claim` does."""
    with transaction.atomic():
        held = _held(tenant_id, intent.person, intent.from_number)
        number = drawn(tenant_id, intent, at)
        before = number.state
        _intend(held, State.RELEASING, intent.person, intent.person, intent, at, cause)
        _intend(number, State.ASSIGNING, "", intent.person, intent, at, cause)
        return open_change(tenant_id, intent, number, before, at, cause, from_number=held)


def claim_swap(tenant_id: int, intent: Intent, at: datetime, cause: Cause) -> Change:
    """Write the intent that two people exchange their numbers, in a row for each of them; gives the first. Raises
    NumberMoved, django.db.IntegrityError as `claim` does."""
    with transaction.atomic():
        theirs = _held(tenant_id, intent.person, intent.from_number)
        others = _held(tenant_id, intent.partner, intent.number)
        for number, holder in ((theirs, intent.person), (others, intent.partner)):
            _intend(number, State.RELEASING, holder, holder, intent, at, cause)
        leader = open_change(
            tenant_id, intent, others, State.ASSIGNED, at, cause, from_number=theirs, partner=intent.partner
        )
        follower = {"person": intent.partner, "partner": intent.person, "from_number": others}
        open_change(tenant_id, intent, theirs, State.ASSIGNED, at, cause, leader=leader, **follower)
        return leader


def _held(tenant_id: int, person: str, text: str) -> Number:
    """The number with this text, which must be the person's own; NumberMoved when it is not."""
    rows = Assignment.objects.of(tenant_id).filter(
        person=person, number__text=text, until=None, category="primary"
    )
    row = rows.select_related("number").first()
    if row is None or row.number.state != State.ASSIGNED:
        raise NumberMoved(f"{text} is not held by {person}")
    return row.number


def _intend(
    number: Number, to: State, before: str, after: str, intent: Intent, at: datetime, cause: Cause
) -> None:
    holder = (before, after)
    move(number, to, at, cause, verb="intend", holder=holder, code=intent.code, reason=intent.reason)
