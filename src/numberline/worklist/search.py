"""The open items that somebody looks for: by code, by who looks after them, put off or not."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from numberline.scope import TenantQuerySet
from numberline.worklist.models import Item


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which open items are wanted: of one `code` (empty: any), looked after by `assignee` (empty: anybody), and
    those that are put off (`snoozed`) or those that are not."""

    code: str = ""
    assignee: str = ""
    snoozed: bool = False


def wanted_items(tenant_id: int, wanted: Wanted, now: datetime) -> TenantQuerySet[Item]:
    """The open items that are wanted, in no order yet."""
    rows = _open(tenant_id, wanted.snoozed, now)
    if wanted.code:
        rows = rows.filter(code=wanted.code)
    if wanted.assignee:
        rows = rows.filter(assignee=wanted.assignee)
    return rows


def counts(tenant_id: int, now: datetime, *, snoozed: bool = False) -> dict[str, int]:
    """How many open items of each code there are, the most first."""
    rows = _open(tenant_id, snoozed, now).values_list("code").annotate(count=Count("pk"))
    return dict(rows.order_by("-count", "code"))


def _open(tenant_id: int, snoozed: bool, now: datetime) -> TenantQuerySet[Item]:
    rows = Item.objects.of(tenant_id).filter(closed_at=None)
    off = Q(snoozed_until__gt=now)
    return rows.filter(off) if snoozed else rows.exclude(off)
