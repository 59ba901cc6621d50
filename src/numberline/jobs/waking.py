"""Wake-ups in the loop: which tenants Microsoft told of changes in, looked up now and then for whoever begins passes.

`numberline.notifications.wake` is what every way of running jobs goes by.
"""

import structlog
from django.db import close_old_connections
from django.db.utils import Error as DatabaseError

from numberline import clock
from numberline.jobs.turn import Turn
from numberline.notifications.wake import claim, woken

LOOK_EVERY = 0.25
"""Seconds between two looks."""

log = structlog.get_logger("numberline.jobs")


class Waking:
    """Finds the tenants whose pass is to begin before it is due."""

    def __init__(self) -> None:
        self._looked: float | None = None
        self._woken: frozenset[int] = frozenset()

    def begins(self, tenant_id: int, turn: Turn) -> bool:
        """Whether a wake-up begins a pass now: not while one fails, whose back-off holds, and of several loops in one."""
        if tenant_id not in self._look() or turn.running or turn.failures:
            return False
        try:
            return claim(tenant_id, clock.now())
        except DatabaseError as error:
            log.warning("the database does not answer, trying again", error=str(error))
            return False

    def _look(self) -> frozenset[int]:
        now = clock.monotonic()
        if self._looked is None or now - self._looked >= LOOK_EVERY:
            self._looked = now
            try:
                close_old_connections()
                self._woken = frozenset(woken(clock.now()))
            except DatabaseError:
                self._woken = frozenset()  # whoever looks for tenants says that the database is away
        return self._woken
