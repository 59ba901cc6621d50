"""What somebody with the database, and without the key, could do to an audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from numberline import promises, triggers
from numberline.audit.models import Entry, Head
from numberline.audit.record import Cause, Fact, record
from tests import factories as make

TENANT = 7
TEXTS = ("actor", "verb", "person", "number", "code", "reason", "ticket", "key", "mac")


@contextmanager
def unguarded() -> Iterator[None]:
    """The tables of the trail without their triggers; the triggers come back afterwards."""
    if connection.vendor == "sqlite":
        promises.lift(connection)
    else:
        with connection.cursor() as cursor:
            for table in ("audit_entry", "audit_head"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in ("audit_entry", "audit_head"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    triggers.install(connection)


def raw(sql: str, *values: Any) -> None:
    """Carry out a statement behind the product's back."""
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def alter(seq: int, column: str, value: Any, tenant_id: int = TENANT) -> None:
    """Put another value into a column of an entry."""
    raw(f'UPDATE audit_entry SET "{column}" = %s WHERE tenant_id = %s AND seq = %s', value, tenant_id, seq)


def delete(first: int, last: int, tenant_id: int = TENANT) -> None:
    """Remove entries."""
    raw("DELETE FROM audit_entry WHERE tenant_id = %s AND seq BETWEEN %s AND %s", tenant_id, first, last)


def swap(one: int, other: int, tenant_id: int = TENANT) -> None:
    """Let two entries change places."""
    with unguarded(), connection.cursor() as cursor:
        for old, new in ((one, -1), (other, one), (-1, other)):
            cursor.execute(
                "UPDATE audit_entry SET seq = %s WHERE tenant_id = %s AND seq = %s", [new, tenant_id, old]
            )


def put_head_back(seq: int, head: Head) -> None:
    """Cut off everything after entry `seq`, with the head as it was then: nothing in the trail tells."""
    delete(seq + 1, 10**9, head.tenant_id)
    raw(
        "UPDATE audit_head SET seq = %s, mac = %s, key = %s, seal = %s WHERE tenant_id = %s",
        *(head.seq, head.mac, head.key, head.seal, head.tenant_id),
    )


def wrote(*facts: Fact, tenant_id: int = TENANT, cause: Cause = make.CAUSE) -> None:
    """Record facts, each in a transaction of its own."""
    for fact in facts:
        record(tenant_id, make.NOW, cause, fact)


def moves(count: int) -> list[Fact]:
    """So many moves of numbers."""
    return [
        Fact("block", number=f"+4420794600{n:02}", before={"state": "available"}, after={"state": "blocked"})
        for n in range(count)
    ]


def row(seq: int, tenant_id: int = TENANT) -> Entry:
    """An entry as it stands."""
    return Entry.objects.of(tenant_id).get(seq=seq)
