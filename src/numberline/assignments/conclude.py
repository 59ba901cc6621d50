"""How a change ends: confirmed by Teams, cancelled before it was sent, refused, or given up in doubt."""

from datetime import datetime, timedelta

from django.db import transaction

from numberline.assignments.claims import BY_HAND
from numberline.assignments.holders import end_holding, hold, licensed_for, quarantine_of
from numberline.assignments.models import Change, Phase
from numberline.assignments.outside import given_outside
from numberline.audit.record import Cause
from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.directory.models import Person
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
        close_change(change, Phase.DONE, at)
        outside = given_outside(change, number, change.person)
        hold(number, change.person, at, "numberline", outside=outside)
        move(
            number,
            State.ASSIGNED,
            at,
            cause_of(change),
            verb="assign",
            holder=(change.person, change.person),
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
            "change_stuck",
            person=change.person,
        )


def cancel(change: Change, at: datetime, code: str, reason: str) -> None:
    """The request surely never reached Microsoft, or surely was refused: the number goes back."""
    with transaction.atomic():
        number = _number(change)
        close_change(change, Phase.CANCELLED if not change.attempts else Phase.REFUSED, at, code, reason)
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
        close_change(change, Phase.REFUSED, at, code, reason)
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
        close_change(change, Phase.REFUSED, at, "already_assigned", f"Teams shows {number.text} on {holder}")
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
        close_change(
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


def released(change: Change, at: datetime, *, asked: bool) -> None:
    """Teams shows the number free: the holding ends, and the number rests for its quarantine.

    `asked`: we had it taken back; else Microsoft had freed it already, as it does when a licence goes. After a
    request without an answer the number rests at least a day, because that request may still be carried out.
    """
    with transaction.atomic():
        number = _number(change)
        close_change(change, Phase.DONE, at)
        end_holding(number, at)
        rest = quarantine_of(number)
        if change.doubtful:
            rest = max(rest, LEAST_QUARANTINE)
        move(
            number,
            State.QUARANTINED if rest else State.AVAILABLE,
            at,
            cause_of(change),
            verb="release" if asked else "free",
            holder=(change.person, ""),
            until=at + rest if rest else None,
            freed_at=at,
            free_since=at,
            teams_free=number.type == NumberType.DIRECT_ROUTING
            or number.teams_status == "unassigned"
            or asked,
        )
        if change.code == BY_HAND:
            # Not undone by the next sync: automation gives them no other until a human says so.
            rows = Person.objects.of(change.tenant_id).filter(object_id=change.person)
            rows.update(released_by_hand=True, changed=True)
        close_items(
            change.tenant_id, at, "freed_in_teams", "stuck_on_person", "release_refused", number=number.text
        )


def put_back(change: Change, at: datetime, code: str, reason: str) -> None:
    """The number was not taken back: it stays with the person as before."""
    with transaction.atomic():
        number = _number(change)
        close_change(change, Phase.CANCELLED if not change.attempts else Phase.REFUSED, at, code, reason)
        holder = (change.person, change.person)
        move(
            number,
            State.ASSIGNED,
            at,
            cause_of(change),
            verb="put_back",
            holder=holder,
            code=code,
            reason=reason,
        )


def passed_on(change: Change, at: datetime, holder: str, category: str) -> None:
    """The number is somebody else's in Teams by now: nothing is taken, the new holder is recorded."""
    with transaction.atomic():
        number = _number(change)
        close_change(
            change, Phase.REFUSED, at, "found_other_holder", f"Teams shows {number.text} on {holder}"
        )
        end_holding(number, at)
        reason = f"Teams shows {number.text} on {holder}"
        parties = (change.person, holder)
        move(
            number,
            State.ASSIGNED,
            at,
            cause_of(change),
            verb="found",
            holder=parties,
            code="found_other_holder",
            reason=reason,
        )
        hold(number, holder, at, "found", category)
        took(number, change.person, at)


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
        took(number, before, at)


def took(number: Number, person: str, at: datetime) -> None:
    """Note that this number was taken from `person` in Teams: automation gives them no other before a human decides.

    Who had lost it anyway, by leaving or by the licences, is served like anybody who comes back.
    """
    row = Person.objects.of(number.tenant_id).filter(object_id=person).first()
    if row is not None and not licensed_for(row, number):
        return
    Person.objects.of(number.tenant_id).filter(object_id=person).update(
        taken_number=number.text, changed=True
    )
    open_item(number.tenant_id, "found_other_holder", at, person=person, number=number.text)


def _number(change: Change) -> Number:
    rows = Number.objects.of(change.tenant_id).select_related("range", "tenant")
    return rows.get(pk=change.number_id)


def close_change(change: Change, phase: Phase, at: datetime, code: str = "", error: str = "") -> None:
    """End the row of a change. Raises NumberMoved when it has ended already."""
    fields = {"phase": phase, "open": False, "ended_at": at, "error_code": code, "error": error}
    rows = Change.objects.of(change.tenant_id).filter(pk=change.pk, open=True)
    if rows.update(**fields) != 1:
        raise NumberMoved(f"change {change.pk} has ended already")
    close_items(change.tenant_id, at, "in_doubt", person=change.person)
    for name, value in fields.items():
        setattr(change, name, value)
