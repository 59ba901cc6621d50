"""Alerts in the loop: on a thread of their own, so that a receiver that is slow never keeps a pass waiting."""

import threading
from collections.abc import Callable

import structlog
from django.db import close_old_connections, connections
from django.db.utils import Error as DatabaseError

from numberline import clock
from numberline.alerts.tell import tell
from numberline.assignments.stopsign import StopSign
from numberline.notifications.ending import end
from numberline.tenants.models import Tenant
from numberline.worklist.credential import watch_credential

EVERY = 5.0
"""Seconds between two looks at what is to be told."""
LEISURE = 4
"""Rests so many times as long as a round took: with thousands of tenants telling is a part of one core's work, and no more."""
PATIENCE = 10.0
"""Seconds for which the end of the loop waits for a receiver; what it did not take is sent again later."""

log = structlog.get_logger("numberline.jobs")


def look_and_tell(tenant: Tenant) -> int:
    """Look after what needs no run: whether the tenant's credential ends soon, and the subscription of one that is off.
    Then tell what is to be told."""
    watch_credential(tenant, clock.now())
    end(tenant, clock.now())
    return tell(tenant)


class Telling:
    """Tells every tenant's alerts until the stop sign shows; also of tenants in mode `off`, which may have open items.

    `turn` says whether a round is this process's; they are all, where there is one process."""

    def __init__(
        self,
        stop: StopSign,
        tell: Callable[[Tenant], object] = look_and_tell,
        every: float = EVERY,
        turn: Callable[[], bool] = lambda: True,
    ) -> None:
        self._stop, self._tell, self._every, self._turn = stop, tell, every, turn
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def finish(self) -> None:
        """Wait for the end, for a while."""
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            while not self._stop.asked:
                began = clock.monotonic()
                self._round()
                self._stop.wait(max(self._every, LEISURE * (clock.monotonic() - began)))
        finally:
            connections.close_all()

    def _round(self) -> None:
        try:
            close_old_connections()
            if not self._turn():
                return
            tenants = list(Tenant.objects.order_by("pk"))
        except DatabaseError:
            return  # the loop itself says that the database is away
        for tenant in tenants:
            if self._stop.asked:
                return
            try:
                self._tell(tenant)
            except Exception:
                log.exception("alerts could not be told", tenant=tenant.name)
