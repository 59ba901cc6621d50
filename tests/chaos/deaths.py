"""Ways for a run to end in the middle, as SIGKILL ends it: nothing that comes after has any effect.

Real processes are killed in test_kills.py; here the run is a call, so what ends it is an exception that nothing in
the product catches, and a database that takes no more statements of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

UNDOING = ("ROLLBACK", "RELEASE", "SAVEPOINT")
"""What may still be said to the database: it would undo an unfinished transaction by itself."""


class Killed(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Death:
    """The run ends at the `count`-th occasion of this kind: `statement`, `before` or `after` a request that writes."""

    kind: str
    count: int


@dataclass
class Reaper:
    """Waits for a death."""

    death: Death
    met: int = 0

    def comes(self, kind: str) -> bool:
        """Count one occasion; whether it is the one, or came after it: the dead do nothing more."""
        self.met += kind == self.death.kind
        return self.met >= self.death.count


@contextmanager
def dying(death: Reaper | None) -> Iterator[None]:
    """Statements are refused from the moment of death on. Gives back a connection that is fit for use."""
    if death is None:
        yield
        return

    def statement(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.upper().startswith(UNDOING) and death.comes("statement"):
            raise Killed
        return execute(sql, *rest)

    try:
        with connection.execute_wrapper(statement):
            yield
    except Killed:
        connection.close()


@contextmanager
def interrupted(after: int, act: Callable[[], None]) -> Iterator[None]:
    """Something else happens in the middle: `act`, before the `after`-th statement that stands in no transaction."""
    met = 0

    def statement(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal met
        if not connection.in_atomic_block:
            met += 1
            if met == after:
                act()
        return execute(sql, *rest)

    with connection.execute_wrapper(statement):
        yield
