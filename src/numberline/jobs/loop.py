"""The background loop: every tenant gets a pass when it is due, and what was asked for in the portal is carried out.
`numberline serve`, `worker` and `demo` run it.

The row is the truth and a pass is only a wake-up: passes may be lost, repeated, or run elsewhere at the same
time (the tenant's lock is taken by the pass itself).
"""

from concurrent.futures import Future, ThreadPoolExecutor

import structlog
from django.db import close_old_connections, connections
from django.db.utils import Error as DatabaseError

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.jobs.asked import Asked
from numberline.jobs.heartbeat import Heartbeat
from numberline.jobs.passing import Passing, Watcher, Work
from numberline.jobs.telling import Telling
from numberline.jobs.turn import Turn
from numberline.jobs.waking import Waking
from numberline.runs.sync import sync
from numberline.tenants.models import Mode, Tenant

AT_ONCE = 4
TICK = 0.25
LOOK_FOR_TENANTS = 2.0

log = structlog.get_logger("numberline.jobs")


class Loop:
    """Passes over every tenant that is not `off`, each by its own schedule, some at once; and tasks for any tenant, which
    go before its passes and never wait for those of others.

    `pace` replaces the tenants' own poll times (the demo's, in seconds); `work` is what a pass does.
    """

    def __init__(
        self,
        watcher: Watcher | None = None,
        *,
        pace: float | None = None,
        at_once: int = AT_ONCE,
        work: Work = sync,
    ) -> None:
        self._passing = Passing(watcher, pace=pace, work=work)
        self._at_once = at_once
        self._stop = StopSign()
        self._turns: dict[int, Turn] = {}
        self._waking = Waking()
        self._tenants: list[int] = []
        self._looked: float | None = None

    def stop(self) -> None:
        """End soon: passes stop reading, and finish what they have sent to Microsoft (StopSign). May be called from a
        signal handler or another thread."""
        self._stop.ask()

    def run(self) -> None:
        """Go on until `stop`; returns when the last pass has ended."""
        telling, heartbeat = Telling(self._stop), Heartbeat()
        asked = Asked(heartbeat.key, self._passing.watcher.progress, self._stop)
        heartbeat.start()
        telling.start()
        try:
            with (
                ThreadPoolExecutor(self._at_once, thread_name_prefix="tenant") as pool,
                ThreadPoolExecutor(self._at_once, thread_name_prefix="task") as tasks,
            ):
                while not self._stop.asked:
                    asked.begin(tasks, self._turn)
                    self._start_due(pool)
                    self._stop.wait(TICK)
        finally:
            telling.finish()
            heartbeat.finish()
            connections.close_all()

    def _turn(self, tenant_id: int) -> Turn:
        return self._turns.setdefault(tenant_id, Turn(due=clock.monotonic()))

    def _start_due(self, pool: ThreadPoolExecutor) -> None:
        self._look_for_tenants()
        now = clock.monotonic()
        for tenant_id in self._tenants:
            turn = self._turn(tenant_id)
            if not turn.running and (turn.due <= now or self._waking.begins(tenant_id, turn)):
                turn.begin(now)
                pool.submit(self._pass, tenant_id, turn).add_done_callback(_raise_nothing)

    def _look_for_tenants(self) -> None:
        """Tenants come, go and change their mode while the loop runs; a database that is away is waited for."""
        now = clock.monotonic()
        if self._looked is not None and now - self._looked < LOOK_FOR_TENANTS:
            return
        self._looked = now
        try:
            close_old_connections()
            self._tenants = list(
                Tenant.objects.exclude(mode=Mode.OFF).order_by("pk").values_list("pk", flat=True)
            )
        except DatabaseError as error:
            self._tenants = []
            log.warning("the database does not answer, trying again", error=str(error))

    def _pass(self, tenant_id: int, turn: Turn) -> None:
        """One pass, on a thread of the pool."""
        self._passing.over(tenant_id, turn, self._stop)


def _raise_nothing(done: "Future[None]") -> None:
    """What even telling of a failure raised would otherwise be lost with the future."""
    error = done.exception()
    if error is not None:
        log.error("a pass could not be concluded", error=repr(error))
