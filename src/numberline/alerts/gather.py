"""What is to be told: level-triggered from the worklist. The item is the truth; whatever is open and was never told
is told, whoever opened it and whenever the process died.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Count

from numberline.alerts.models import Alert, Channel, Delivery, Kind
from numberline.alerts.receivers import Target, targets_of, troubled
from numberline.tenants.models import Tenant
from numberline.worklist.codes import ADVICE
from numberline.worklist.models import Item

SINGLE = 10
"""So many messages a receiver gets within WINDOW; then comes one digest, and nothing more until the window has passed."""
WINDOW = timedelta(minutes=15)
FIRST = 5
"""How many items of each code a digest tells in full."""
MOST = 40
KEPT = timedelta(days=30)
END_TOLD = ("run_failing", "alert_failed")
"""Codes whose end is told as well: by itself nobody would see that it works again."""
AT_ONCE = 500


class _Overtaken(Exception):
    """Another process tells the same items."""


def gather(tenant: Tenant, at: datetime) -> int:
    """Write down alerts about what is open, or ended, and was not told; gives how many things were.

    The alerts and the mark on the items are one transaction, so that each occasion is written down once.
    """
    targets = targets_of(tenant)
    sent = _recently(tenant.pk, at) if targets else 0
    if not targets or sent > SINGLE:
        return 0
    rows = Item.objects.of(tenant.pk)
    opened = list(rows.filter(closed_at=None, told_at=None).order_by("since", "pk").values_list("pk", "code"))
    ended = rows.filter(code__in=END_TOLD, end_told_at=None).exclude(closed_at=None).exclude(told_at=None)
    closed = list(ended.values_list("pk", "code"))
    count = len(opened) + len(closed)
    if not count:
        return 0
    try:
        with transaction.atomic():
            _mark(tenant.pk, [pk for pk, _ in opened], "told_at", at)
            _mark(tenant.pk, [pk for pk, _ in closed], "end_told_at", at)
            _write(tenant, at, targets, opened, closed, sent)
            Alert.objects.of(tenant.pk).filter(at__lt=at - KEPT).delete()
    except _Overtaken:
        return 0
    return count


def _recently(tenant_id: int, at: datetime) -> int:
    """How many messages the busiest receiver got within the window."""
    rows = Delivery.objects.of(tenant_id).filter(alert__at__gt=at - WINDOW)
    counts = rows.order_by().values("channel", "target").annotate(count=Count("pk"))
    return max((row["count"] for row in counts), default=0)


def _mark(tenant_id: int, keys: Sequence[int], column: str, at: datetime) -> None:
    """Mark items as told, each of them: who finds one marked was overtaken, and takes everything back."""
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        rows = Item.objects.of(tenant_id).filter(pk__in=some, **{column: None})
        if rows.update(**{column: at}) != len(some):
            raise _Overtaken


def _write(
    tenant: Tenant,
    at: datetime,
    targets: Sequence[Target],
    opened: Sequence[tuple[int, str]],
    closed: Sequence[tuple[int, str]],
    sent: int,
) -> None:
    """One thing is one message. Several are single messages for a webhook, where there is room in the window, and one
    digest for people."""
    count = len(opened) + len(closed)
    singles = count == 1 or sent + count <= SINGLE
    alike = [t for t in targets if singles and (count == 1 or t.channel is Channel.WEBHOOK)]
    together = [t for t in targets if t not in alike]
    if alike:
        for kind, pairs in ((Kind.OPENED, opened), (Kind.CLOSED, closed)):
            for body in _bodies(tenant.pk, [pk for pk, _ in pairs]):
                _add(tenant, at, kind, body, alike)
    if together:
        _add(tenant, at, Kind.DIGEST, _digest(tenant.pk, opened, closed), together)


def _add(tenant: Tenant, at: datetime, kind: Kind, body: dict[str, Any], targets: Sequence[Target]) -> None:
    bad = troubled(tenant.pk)
    about_alerts = body.get("code") == "alert_failed"
    hear = [t for t in targets if not _deaf(bad.get((t.channel, t.address)), about_alerts, kind)]
    if not hear:
        return
    alert = Alert.objects.of(tenant.pk).create(key=f"alert_{uuid4().hex}", kind=kind, at=at, body=body)
    Delivery.objects.of(tenant.pk).bulk_create(
        Delivery(tenant_id=tenant.pk, alert=alert, channel=t.channel, target=t.address, due_at=at)
        for t in hear
    )


def _deaf(receiver: Any, about_alerts: bool, kind: Kind) -> bool:
    """A receiver that is gone gets nothing, and one that fails is not told over itself that it does."""
    return receiver is not None and (receiver.gone or (about_alerts and kind is Kind.OPENED))


def _bodies(tenant_id: int, keys: Sequence[int]) -> list[dict[str, Any]]:
    rows = Item.objects.of(tenant_id).filter(pk__in=keys)
    return [_body(item) for item in sorted(rows, key=lambda item: (item.since, item.pk))]


def _body(item: Item) -> dict[str, Any]:
    """What is told of an item. Microsoft's own words stay on the worklist: they may name people."""
    return {
        "code": item.code,
        "since": _text(item.since),
        "until": None if item.closed_at is None else _text(item.closed_at),
        "person": item.person or None,
        "number": item.number or None,
        "range": item.range_name or None,
        "subject": item.subject or None,
        "cause": item.cause,
        "remedy": ADVICE[item.code].remedy,
    }


def _digest(
    tenant_id: int, opened: Sequence[tuple[int, str]], closed: Sequence[tuple[int, str]]
) -> dict[str, Any]:
    """The counts by code, and the first few of each."""
    shown: list[int] = []
    for code in dict.fromkeys(code for _, code in opened):
        shown += islice((pk for pk, other in opened if other == code), FIRST)
    return {
        "opened": dict(Counter(code for _, code in opened)),
        "closed": dict(Counter(code for _, code in closed)),
        "items": _bodies(tenant_id, shown[:MOST]),
    }


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
