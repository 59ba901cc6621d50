"""One run at a time in a tenant. The lock saves work; correctness rests on the database's own constraints.

A PostgreSQL advisory lock on a connection of its own, or an flock beside the SQLite file: both end with the
process that holds them, however it ends.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from numberline import clock
from numberline.tenants.models import Tenant

ADVISORY = 0x6E6C  # the product's own space of advisory locks
PAUSE = 0.2
BLINK = 0.02
"""After so many seconds a lock that was just taken is tried once more: whoever only looks holds it for a moment."""


class TenantBusy(Exception):
    """Another run is at work in this tenant."""


@contextmanager
def tenant_lock(tenant: Tenant, wait: float = 0.0) -> Iterator[None]:
    """Hold the tenant's lock; wait for it at most `wait` seconds. Raises TenantBusy."""
    take = _flock(tenant, wait) if connection.vendor == "sqlite" else _advisory(tenant, wait)
    with take:
        yield


def is_held(tenant: Tenant) -> bool:
    """Whether a run is at work in this tenant, in whichever process."""
    return _flock_held(tenant) if connection.vendor == "sqlite" else _advisory_held(tenant)


def _busy(tenant: Tenant) -> TenantBusy:
    return TenantBusy(f"another run is busy with {tenant.name}: try again when it has ended, or use --wait")


@contextmanager
def _flock(tenant: Tenant, wait: float) -> Iterator[None]:
    until, pause = clock.monotonic() + wait, BLINK
    with _file(tenant).open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if pause != BLINK and clock.monotonic() >= until:
                    raise _busy(tenant) from None
            clock.sleep(pause)
            pause = PAUSE
        yield


def _file(tenant: Tenant) -> Path:
    beside = Path(str(settings.DATABASES["default"]["NAME"]))
    return beside.with_name(f"{beside.name}.tenant-{tenant.pk}.lock")


def _flock_held(tenant: Tenant) -> bool:
    path = _file(tenant)
    if not path.exists():
        return False
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _advisory(tenant: Tenant, wait: float) -> Iterator[None]:
    own = _own_connection()
    until, pause = clock.monotonic() + wait, BLINK
    try:
        while not _try(own, tenant.pk):
            if pause != BLINK and clock.monotonic() >= until:
                raise _busy(tenant)
            clock.sleep(pause)
            pause = PAUSE
        try:
            yield
        finally:
            _release(own, tenant.pk)
    finally:
        own.close()


def _own_connection() -> BaseDatabaseWrapper:
    """A connection beside Django's, so that the lock outlives no process and no transaction touches it."""
    database = dict(connection.settings_dict)
    made: BaseDatabaseWrapper = load_backend(str(database["ENGINE"])).DatabaseWrapper(database, "tenant-lock")
    # Of a machine that vanished the server would otherwise keep the lock for hours (its default is two).
    with made.cursor() as cursor:
        cursor.execute(
            "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4"
        )
    return made


def _release(own: BaseDatabaseWrapper, tenant_id: int) -> None:
    """Give the lock back now: a server notices only after a while that a connection was closed."""
    with suppress(DatabaseError), own.cursor() as cursor:  # a connection that is gone holds nothing
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [ADVISORY, tenant_id])


def _advisory_held(tenant: Tenant) -> bool:
    """The server knows who holds which lock; locks of two keys have `objsubid` 2 (PostgreSQL: pg_locks)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND granted "
            "AND classid = %s AND objid = %s AND objsubid = 2)",
            [ADVISORY, tenant.pk],
        )
        return bool(cursor.fetchone()[0])


def _try(own: BaseDatabaseWrapper, tenant_id: int) -> bool:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [ADVISORY, tenant_id])
        return bool(cursor.fetchone()[0])
