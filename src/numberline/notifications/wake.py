"""Wake-ups: noted, found, begun, taken. The row is the truth; whoever looks may look as often as they like."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from numberline.notifications.models import WakeUp
from numberline.tenants.models import Mode, Tenant

APART = timedelta(seconds=5)
"""Syncs that wake-ups begin are so far apart in a tenant, from beginning to beginning."""


def note(tenant_id: int, at: datetime) -> None:
    """Somebody changed in this tenant: the next sync is wanted at once. One statement."""
    noted = {"first_at": Coalesce(F("first_at"), at), "last_at": at, "count": F("count") + 1}
    if not WakeUp.objects.of(tenant_id).update(**noted):
        fresh = WakeUp(tenant_id=tenant_id, first_at=at, last_at=at, count=1)
        WakeUp.objects.of(tenant_id).bulk_create([fresh], ignore_conflicts=True)


def woken(at: datetime) -> list[int]:
    """The tenants for which a wake-up waits and a sync may begin by now, the longest waiting first.

    Whoever schedules leaves out tenants in which something is at work, and those whose last pass failed: a tenant that
    fails is not asked more often than its back-off says because people change in it.
    """
    rested = Q(wake_up__begun_at=None) | Q(wake_up__begun_at__lte=at - APART)
    rows = Tenant.objects.exclude(mode=Mode.OFF).filter(rested, wake_up__first_at__isnull=False)
    return list(rows.order_by("wake_up__first_at").values_list("pk", flat=True))


def claim(tenant_id: int, at: datetime) -> bool:
    """Whether whoever asks is the one to begin the sync: of several one is. The wake-up waits on until the sync takes
    it, so that one which never begins is begun again later."""
    rested = Q(begun_at=None) | Q(begun_at__lte=at - APART)
    rows = WakeUp.objects.of(tenant_id).filter(rested, first_at__isnull=False)
    return rows.update(begun_at=at) == 1


def take(tenant_id: int) -> bool:
    """A sync begins, which will see every change that was told of by now: what is told from now on is another wake-up.
    Gives whether one waited. To be called before the first page is read."""
    return WakeUp.objects.of(tenant_id).filter(first_at__isnull=False).update(first_at=None) == 1
