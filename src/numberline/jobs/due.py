"""When the next pass over a tenant is due: written down, for other processes and for whoever looks."""

from datetime import datetime, timedelta

from django.db.utils import Error as DatabaseError

from numberline import clock
from numberline.jobs.models import Due
from numberline.jobs.turn import Turn
from numberline.notifications.wake import claim


def begins(tenant_id: int) -> Due | None:
    """The row of a tenant whose pass is to begin: it is due, or woken (numberline.notifications.wake) and none failed last.
    None when whoever was quicker has seen to it."""
    now = clock.now()
    row = Due.objects.of(tenant_id).first()
    if row is None or (row.at > now and (row.failures or not claim(tenant_id, now))):
        return None
    return row


def note_due(tenant_id: int, turn: Turn) -> None:
    """Write down when this turn comes next."""
    at = clock.now() + timedelta(seconds=max(0.0, turn.due - clock.monotonic()))
    try:
        Due.objects.of(tenant_id).update_or_create(defaults={"at": at, "failures": turn.failures})
    except DatabaseError:
        return  # the database is away, which the loop says, or the tenant was removed


def next_pass(tenant_id: int) -> tuple[datetime, int] | None:
    """When the next pass is due, and how many failed in a row before it; None when no loop has said so."""
    return Due.objects.of(tenant_id).values_list("at", "failures").first()
