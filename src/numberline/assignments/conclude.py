"""How a change ends: confirmed by Teams, cancelled before it was sent, refused, or given up in doubt."""

from datetime import datetime, timedelta

from django.db import transaction

from numberline.assignments.holders import end_holding, hold, quarantine_of
from numberline.assignments.models import Change, Phase
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.inventory.models import Number
from numberline.inventory.moves import NumberMoved, move
from numberline.worklist.items import close_items, open_item

LEAST_QUARANTINE = timedelta(days=1)


def cause_of(change: Change) -> Cause:
    """The cause that the change was written with, for what is recorded when it ends."""
    return Cause(change.actor, change.reason, change.ticket, change.run_id, change.code)


def confirm(change: Change, at: datetime) -> None:
    """Teams shows the number on the person: the change is done."""
    with transaction.atomic():
        number = _number(change)
        _end(change, Phase.DONE, at)
        hold(number, change.person, at, "numberline")
        move(
            number,
            State.ASSIGNED,
            at,
            cause_of(change),
            verb="assign",
            holder=("", change.person),
            reserved_for="",
            reserved_purpose="",
            until=None,
            teams_free=False,
        )
        close_items(
            change.tenant_id,
            at,
            "refused",
            "not_ready",
            "given_up",
            "freed_in_teams",
            person=change.person,
        )


def cancel(change: Change, at: datetime, code: str, reason: str) -> None:
    """The request surely never reached Microsoft, or surely was refused: the number goes back."""
    with transaction.atomic():
        number = _number(change)
        _end(change, Phase.CANCELLED if not change.attempts else Phase.REFUSED, at, code, reason)
        move(
            number,
            State(change.from_state),
            at,
            cause_of(change),
            verb="cancel",
            holder=(change.person, ""),
            code=code,
            reason=reason,
        )


def block(change: Change, at: datetime, code: str, reason: str) -> None:
    """Microsoft refuses the number for its own sake: it is blocked and the next one will be tried."""
    with transaction.atomic():
        number = _number(change)
        _end(change, Phase.REFUSED, at, code, reason)
        move(
            number,
            State.BLOCKED,
            at,
            cause_of(change),
            verb="block",
            holder=(change.person, ""),
            code="refused_by_microsoft",
            reason=reason,
            block_code="refused_by_microsoft",
        )
        open_item(change.tenant_id, "refused_by_microsoft", at, number=number.text, detail=reason)


def lost_to(change: Change, at: datetime, holder: str, category: str) -> None:
    """Teams shows the number on somebody else, who was not given it by us: recorded as found (M19)."""
    with transaction.atomic():
        number = _number(change)
        _end(change, Phase.REFUSED, at, "already_assigned", f"Teams shows {number.text} on {holder}")
        move(
            number,
            State.ASSIGNED,
            at,
            cause_of(change),
            verb="found",
            holder=(change.person, holder),
            code="found",
            reason=f"Teams shows {number.text} on {holder}",
            teams_free=False,
        )
        hold(number, holder, at, "found", category)


def give_up(change: Change, at: datetime) -> None:
    """Whether Microsoft carried it out stayed unknown: the number rests at least a day, the person is free."""
    with transaction.atomic():
        number = _number(change)
        _end(
            change,
            Phase.GIVEN_UP,
            at,
            change.error_code or "given_up",
            change.error or "Teams never showed it",
        )
        move(
            number,
            State.QUARANTINED,
            at,
            cause_of(change),
            verb="give_up",
            holder=(change.person, ""),
            code="given_up",
            reason="it stayed unknown whether Microsoft carried out the assignment",
            until=at + max(LEAST_QUARANTINE, quarantine_of(number)),
        )
        open_item(
            change.tenant_id, "given_up", at, person=change.person, number=number.text, detail=change.error
        )


def replaced(number: Number, at: datetime, cause: Cause, holder: str, category: str) -> None:
    """An assigned number is on somebody else in Teams: the old holding ends, the new one is recorded."""
    with transaction.atomic():
        before = end_holding(number, at)
        move(
            number,
            State.ASSIGNED,
            at,
            cause,
            verb="found",
            holder=(before, holder),
            code="found_other_holder",
        )
        hold(number, holder, at, "found", category)
        open_item(number.tenant_id, "found_other_holder", at, person=before, number=number.text)


def _number(change: Change) -> Number:
    rows = Number.objects.of(change.tenant_id).select_related("range", "tenant")
    return rows.get(pk=change.number_id)


def _end(change: Change, phase: Phase, at: datetime, code: str = "", error: str = "") -> None:
    fields = {"phase": phase, "open": False, "ended_at": at, "error_code": code, "error": error}
    rows = Change.objects.of(change.tenant_id).filter(pk=change.pk, open=True)
    if rows.update(**fields) != 1:
        raise NumberMoved(f"change {change.pk} has ended already")
    close_items(change.tenant_id, at, "in_doubt", person=change.person)
    for name, value in fields.items():
        setattr(change, name, value)
