"""What has to be written at the very end of a transaction, just before it commits.

Some rows are wanted by every transaction of a tenant (the head of its audit trail). A transaction that locked such
a row early and went on would block all others until it ends, and two of them could wait for each other for ever.
What is handed to `before_commit` is written when everything else has been, so that such locks are the last ones that
a transaction takes. The backends of numberline.backends call `finish`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Pending:
    """Lies among Django's own on-commit callbacks: Django forgets these with the savepoint or transaction that they
    belong to, which is just what is wanted here."""

    write: Callable[[list[Any]], None]
    item: Any

    def __call__(self) -> None:
        """After the commit there is nothing left to do."""


def before_commit(write: Callable[[list[T]], None], item: T) -> None:
    """Have `write` called before the current transaction commits, once, with all items handed over for it.

    An item is forgotten when its savepoint is rolled back. What `write` raises rolls the transaction back. Without a
    transaction `write` is called at once, in one of its own.
    """
    with transaction.atomic(savepoint=False):
        connection.on_commit(_Pending(write, item))


def finish(wrapper: BaseDatabaseWrapper) -> None:
    """Write what is pending in this connection's transaction. For the backends alone."""
    pending: dict[Callable[[list[Any]], None], list[Any]] = {}
    for _savepoints, callback, *_ in wrapper.run_on_commit:
        if isinstance(callback, _Pending):
            pending.setdefault(callback.write, []).append(callback.item)
    if not pending:
        return
    try:
        for write, items in pending.items():
            write(items)
    except BaseException:
        # Django rolls back by itself only what the database refused.
        wrapper.rollback()
        raise
