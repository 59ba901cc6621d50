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


class TenantBusy(Exception):
    """Another run is at work in this tenant."""


@contextmanager
def tenant_lock(tenant: Tenant, wait: float = 0.0) -> Iterator[None]:
    """Hold the tenant's lock; wait for it at most `wait` seconds. Raises TenantBusy."""
    take = _flock(tenant, wait) if connection.vendor == "sqlite" else _advisory(tenant, wait)
    with take:
        yield


def _busy(tenant: Tenant) -> TenantBusy:
    return TenantBusy(f"another run is busy with {tenant.name}: try again when it has ended, or use --wait")


@contextmanager
def _flock(tenant: Tenant, wait: float) -> Iterator[None]:
    beside = Path(str(settings.DATABASES["default"]["NAME"]))
    path = beside.with_name(f"{beside.name}.tenant-{tenant.pk}.lock")
    until = clock.monotonic() + wait
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if clock.monotonic() >= until:
                    raise _busy(tenant) from None
            clock.sleep(PAUSE)
        yield


@contextmanager
def _advisory(tenant: Tenant, wait: float) -> Iterator[None]:
    own = _own_connection()
    until = clock.monotonic() + wait
    try:
        while not _try(own, tenant.pk):
            if clock.monotonic() >= until:
                raise _busy(tenant)
            clock.sleep(PAUSE)
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
    return made


def _release(own: BaseDatabaseWrapper, tenant_id: int) -> None:
    """Give the lock back now: a server notices only after a while that a connection was closed."""
    with suppress(DatabaseError), own.cursor() as cursor:  # a connection that is gone holds nothing
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [ADVISORY, tenant_id])


def _try(own: BaseDatabaseWrapper, tenant_id: int) -> bool:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [ADVISORY, tenant_id])
        return bool(cursor.fetchone()[0])
