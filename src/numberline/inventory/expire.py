"""What ends by itself: a quarantine that has run out, a reservation with an end, a lock with an end."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.inventory.models import Number
from numberline.inventory.moves import amend, move
from numberline.scope import TenantQuerySet

RESERVATION = ("reserved_for", "reserved_purpose", "until")
"""The fields of a number that say for whom, for what and until when it is reserved."""


def expire(tenant_id: int, at: datetime, cause: Cause) -> int:
    """Make available what has rested or been reserved for long enough, and end locks whose time is over. Gives how
    many numbers."""
    return _each(resting_until(tenant_id, at), _end_rest, at, cause) + _each(
        locked_until(tenant_id, at), _end_lock, at, cause
    )


def _each(
    due: TenantQuerySet[Number], end: Callable[[Number, datetime, Cause], None], at: datetime, cause: Cause
) -> int:
    """End them one by one, each only if it is still due: an administrator may have just prolonged it."""
    done = 0
    for key in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            number = due.select_for_update().filter(pk=key).first()
            if number is not None:
                end(number, at, cause)
                done += 1
    return done


def resting_until(tenant_id: int, at: datetime) -> TenantQuerySet[Number]:
    """Numbers whose quarantine or reservation is over at `at`."""
    rows = Number.objects.of(tenant_id).filter(state__in=(State.QUARANTINED, State.RESERVED))
    return rows.filter(until__isnull=False, until__lte=at)


def locked_until(tenant_id: int, at: datetime) -> TenantQuerySet[Number]:
    """Numbers whose lock is over at `at`."""
    return Number.objects.of(tenant_id).filter(locked_until__lte=at, locked=True)


def _end_rest(number: Number, at: datetime, cause: Cause) -> None:
    reserved = number.state == State.RESERVED
    if not reserved and number.reserved_for:
        # It was being given to whom it is reserved for, and that was given up in doubt: the reservation still stands.
        move(
            number, State.RESERVED, at, cause, verb="quarantine_over", person=number.reserved_for, until=None
        )
        return
    move(
        number,
        State.AVAILABLE,
        at,
        cause,
        verb="reservation_over" if reserved else "quarantine_over",
        noted=RESERVATION if reserved else (),
        person=number.reserved_for,
        until=None,
        reserved_for="",
        reserved_purpose="",
        free_since=at,
    )


def _end_lock(number: Number, at: datetime, cause: Cause) -> None:
    amend(number, at, cause, verb="lock_over", locked=False, locked_until=None)
