"""The chain of a tenant's audit trail: every entry is sealed together with the one before it.

Entries are appended just before their transaction commits, under the lock of the tenant's head: parallel writers
take their turns there, and because it is the last lock that they take none waits for another for ever.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection

from numberline.audit import canonical
from numberline.audit.keys import Key, keys_of, sealing_key
from numberline.audit.models import Entry, Head

WORTH_COPYING = 500
"""Rows from which on PostgreSQL takes them faster as a copy."""
WAYS_OUT = (
    "nothing is changed in this tenant until that is mended: run numberline audit verify, and restore the database "
    "from a backup"
)


class TrailBroken(Exception):
    """The audit trail of a tenant cannot be continued, because somebody changed where it ends."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries to append: the values of canonical.COLUMNS without `seq` and `key`."""

    tenant_id: int
    rows: list[tuple[Any, ...]]


def append(batches: list[Batch]) -> None:
    """Append entries to their tenants' trails, in the order in which they were recorded."""
    of_tenant: dict[int, list[Batch]] = {}
    for batch in batches:
        of_tenant.setdefault(batch.tenant_id, []).append(batch)
    for tenant_id in sorted(of_tenant):
        _extend(tenant_id, (row for batch in of_tenant[tenant_id] for row in batch.rows))


def head_of(tenant_id: int) -> str:
    """The head as runs and logs name it, `seq:mac`; empty when nothing is recorded yet."""
    head = Head.objects.of(tenant_id).first()
    return "" if head is None else str(head)


def sound(head: Head) -> bool:
    """Whether a head is as it was sealed. False as well when its key is not known here."""
    key = keys_of(head.tenant_id).get(head.key)
    return key is not None and head.seal == _seal(key, head.tenant_id, head.seq, head.mac)


def _extend(tenant_id: int, rows: Iterable[tuple[Any, ...]]) -> None:
    seq, mac = _locked_end(tenant_id)
    extend_from(tenant_id, seq, mac, rows)


def extend_from(tenant_id: int, seq: int, mac: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Append rows behind entry `seq`, whose code is `mac`, and move the head. The caller holds the head's lock and
    has looked at what stands there; everybody but numberline.audit.anew calls `append`."""
    key = sealing_key(tenant_id)
    chained = list(_chained(tenant_id, key, seq, mac, rows))
    try:
        _insert(tenant_id, chained)
    except IntegrityError as error:
        raise TrailBroken(
            f"the audit trail of tenant {tenant_id} can't be continued after entry {seq:,} ({error}); {WAYS_OUT}"
        ) from error
    seq, mac = chained[-1][0], chained[-1][-1]
    Head.objects.of(tenant_id).update(seq=seq, mac=mac, key=key.name, seal=_seal(key, tenant_id, seq, mac))


def _locked_end(tenant_id: int) -> tuple[int, str]:
    """The number and the code of the last entry, with the head locked until the transaction ends."""
    rows = Head.objects.of(tenant_id).select_for_update()
    head = rows.first()
    if head is None:
        # Of two first writers one makes the row; the other waits for it here. Only behind that lock can entries be
        # asked for: before it, another first writer may append its own between the two questions.
        Head.objects.of(tenant_id).bulk_create([Head(tenant_id=tenant_id, seq=0)], ignore_conflicts=True)
        head = rows.get()
        if head.seq == 0:
            if Entry.objects.of(tenant_id).exists():
                raise TrailBroken(f"the head of the audit trail of tenant {tenant_id} is missing; {WAYS_OUT}")
            return 0, ""
    if head.key not in keys_of(tenant_id):
        raise TrailBroken(
            f"the audit trail of tenant {tenant_id} is sealed with the key {head.key}, which this process was not "
            "given: add the secret key that was used before, after a comma (NUMBERLINE_SECRET_KEY); if it is lost for "
            "good, see numberline audit begin-anew --help"
        )
    if not sound(head):
        raise TrailBroken(f"the head of the audit trail of tenant {tenant_id} was altered; {WAYS_OUT}")
    return head.seq, head.mac


def _chained(
    tenant_id: int, key: Key, seq: int, mac: str, rows: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        seq += 1
        values = (seq, *row, key.name)
        mac = key.mac(canonical.entry(tenant_id, values, mac))
        yield (*values, mac)


def _insert(tenant_id: int, rows: list[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    columns = ("tenant_id", *canonical.COLUMNS, "mac")
    into = f"{quote(Entry._meta.db_table)} ({', '.join(map(quote, columns))})"
    values = [(tenant_id, *row) for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= WORTH_COPYING:
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})", values)


def _seal(key: Key, tenant_id: int, seq: int, mac: str) -> str:
    return key.mac(canonical.head(tenant_id, seq, mac, key.name))
