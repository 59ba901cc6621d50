"""The audit trail as it is written, one entry after the other, for other tools to keep."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from numberline.audit.models import Entry

AT_ONCE = 2000


def exported(tenant_id: int, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Every entry of a tenant in the order of the trail, from `since` on when given; as `audit export` prints it."""
    rows = Entry.objects.of(tenant_id)
    return as_exported(rows if since is None else rows.filter(at__gte=since))


def as_exported(rows: QuerySet[Entry]) -> Iterator[dict[str, Any]]:
    """These entries in the order of the trail, as `audit export` prints them."""
    for row in rows.order_by("seq").iterator(chunk_size=AT_ONCE):
        yield {
            "seq": row.seq,
            "at": _exact(row.at),
            "actor": row.actor,
            "verb": row.verb,
            "person": row.person or None,
            "number": row.number or None,
            "before": row.before,
            "after": row.after,
            "code": row.code or None,
            "reason": row.reason or None,
            "ticket": row.ticket or None,
            "run": row.run_id,
            "key": row.key,
            "mac": row.mac,
        }


def _exact(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds: the entries of one second stay apart."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
