"""Entries of the audit trail that somebody looks for: by person, number, actor, verb and time."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from numberline.audit.models import Entry
from numberline.scope import TenantQuerySet

MOST = 500
"""The most values of which a choice is offered."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are wanted; empty and None: any. `person` is an object id, `number` number text as it is stored;
    the time runs from `since` to before `until`."""

    person: str = ""
    number: str = ""
    actor: str = ""
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns by which the latest come first, page by page, along an index whatever is wanted."""
        return ("-seq",) if self.person or self.number else ("-at", "-seq")


def entries(tenant_id: int, wanted: Wanted) -> TenantQuerySet[Entry]:
    """The entries that are wanted, in no order yet."""
    rows = Entry.objects.of(tenant_id)
    for column in ("person", "number", "actor", "verb"):
        value = getattr(wanted, column)
        if value:
            rows = rows.filter(**{column: value})
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(at__lt=wanted.until)
    return rows


def entries_of_run(tenant_id: int, run: int, began: datetime, ended: datetime) -> TenantQuerySet[Entry]:
    """The entries that a run wrote, which began and ended then, in no order yet."""
    return Entry.objects.of(tenant_id).filter(at__gte=began, at__lte=ended, run_id=run)


def verbs(tenant_id: int) -> list[str]:
    """The verbs that stand in the trail."""
    return _values(tenant_id, "verb")


def actors(tenant_id: int) -> list[str]:
    """Who stands in the trail."""
    return _values(tenant_id, "actor")


def _values(tenant_id: int, column: str) -> list[str]:
    """The values of a column, each found behind the one before it in the index: a few steps, however long the trail
    is."""
    name = connection.ops.quote_name(column)
    sql = (
        f"WITH RECURSIVE known(value) AS ("
        f"SELECT min({name}) FROM audit_entry WHERE tenant_id = %s UNION ALL "
        f"SELECT (SELECT min({name}) FROM audit_entry WHERE tenant_id = %s AND {name} > known.value) "
        f"FROM known WHERE known.value IS NOT NULL) "
        f"SELECT value FROM known WHERE value IS NOT NULL LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, tenant_id, MOST])
        return [value for (value,) in cursor.fetchall()]
