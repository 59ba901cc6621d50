"""Alerts in the loop: on a thread of their own, so that a receiver that is slow never keeps a pass waiting."""

import threading
from collections.abc import Callable

import structlog
from django.db import close_old_connections, connections
from django.db.utils import Error as DatabaseError

from numberline import clock
from numberline.alerts.tell import tell
from numberline.assignments.stopsign import StopSign
from numberline.tenants.models import Tenant
from numberline.worklist.credential import watch_credential

EVERY = 5.0
"""Seconds between two looks at what is to be told."""
PATIENCE = 10.0
"""Seconds for which the end of the loop waits for a receiver; what it did not take is sent again later."""

log = structlog.get_logger("numberline.jobs")


def look_and_tell(tenant: Tenant) -> int:
    """Look whether the tenant's credential ends soon, which needs no run, and tell what is to be told."""
    watch_credential(tenant, clock.now())
    return tell(tenant)


class Telling:
    """Tells every tenant's alerts until the stop sign shows; also of tenants in mode `off`, which may have open items."""

    def __init__(
        self, stop: StopSign, tell: Callable[[Tenant], object] = look_and_tell, every: float = EVERY
    ) -> None:
        self._stop, self._tell, self._every = stop, tell, every
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
                self._round()
                self._stop.wait(self._every)
        finally:
            connections.close_all()

    def _round(self) -> None:
        try:
            close_old_connections()
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
