"""What ends by itself: a quarantine that has run out, a reservation with an end."""

from datetime import datetime

from django.db import transaction

from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.inventory.models import Number
from numberline.inventory.moves import move


def expire(tenant_id: int, at: datetime, cause: Cause) -> int:
    """Make available what has rested or been reserved for long enough. Gives how many numbers."""
    due = Number.objects.of(tenant_id).filter(
        state__in=(State.QUARANTINED, State.RESERVED), until__isnull=False, until__lte=at
    )
    done = 0
    for number in list(due):
        verb = "quarantine_over" if number.state == State.QUARANTINED else "reservation_over"
        with transaction.atomic():
            move(
                number,
                State.AVAILABLE,
                at,
                cause,
                verb=verb,
                until=None,
                reserved_for="",
                reserved_purpose="",
                free_since=at,
            )
        done += 1
    return done
