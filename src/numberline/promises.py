"""Keeps the triggers of numberline.triggers in the database, whatever migrations do to its tables.

SQLite drops a table's triggers when a migration rebuilds it, and refuses to rename a table while a trigger
names one that is missing just then. So triggers are lifted before a migrate and made again after it. The
database carries a fingerprint of the triggers it has: a process killed in between, or a release with other
triggers, is noticed at the next start.
"""

from collections.abc import Callable
from typing import Any
from zlib import crc32

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from numberline import triggers


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drop every trigger of a SQLite database and its fingerprint; PostgreSQL's stay through a migrate."""
    if connection.vendor != "sqlite":
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        cursor.execute("PRAGMA user_version = 0")


def keep(connection: BaseDatabaseWrapper) -> None:
    """Make every trigger, and write their fingerprint, in one transaction.

    Whatever changed numbers while there were none is counted.
    """
    with transaction.atomic(using=connection.alias):
        triggers.install(connection)
        _count_numbers()
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA user_version = {wanted(connection)}")
            else:
                cursor.execute(
                    f"COMMENT ON TABLE django_migrations IS 'numberline triggers {wanted(connection)}'"
                )


def _count_numbers() -> None:
    from numberline.inventory.tally import recount
    from numberline.tenants.models import Tenant

    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        recount(tenant_id)


def kept(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database has exactly the triggers that this release wants."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA user_version")
            return bool(cursor.fetchone() == (wanted(connection),))
        cursor.execute("SELECT obj_description('django_migrations'::regclass)")
        return bool(cursor.fetchone() == (f"numberline triggers {wanted(connection)}",))


def wanted(connection: BaseDatabaseWrapper) -> int:
    """The fingerprint of the triggers that `triggers.install` would make: a positive 31-bit number."""
    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> None:
        statements.append(sql)

    with connection.execute_wrapper(note):
        triggers.install(connection)
    return crc32("\n".join(statements).encode()) & 0x7FFFFFFF or 1
