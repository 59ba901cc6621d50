"""The background loop: every tenant gets a pass when it is due, and what was asked for in the portal is carried out.
`numberline serve`, `worker` and `demo` run it.

The row is the truth and a pass is only a wake-up: passes may be lost, repeated, or run elsewhere at the same
time (the tenant's lock is taken by the pass itself).
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import structlog
from django.db import close_old_connections, connections
from django.db.utils import Error as DatabaseError

from numberline import clock
from numberline.accounts.actor import AUTOMATION
from numberline.assignments.stopsign import StopSign
from numberline.graph.errors import GraphError, Wait
from numberline.jobs.asked import Asked
from numberline.jobs.due import note_due
from numberline.jobs.heartbeat import Heartbeat
from numberline.jobs.stopping import Stoppable, Stopping
from numberline.jobs.telling import Telling
from numberline.jobs.turn import Turn
from numberline.runs.lock import TenantBusy
from numberline.runs.progress import NullProgress, Progress
from numberline.runs.result import RunResult
from numberline.runs.sync import sync
from numberline.tenants.models import Mode, Tenant

AT_ONCE = 4
TICK = 0.25
LOOK_FOR_TENANTS = 2.0

log = structlog.get_logger("numberline.jobs")


class Watcher(Protocol):
    """Who hears of the loop's passes. Called on the pass's own thread."""

    def progress(self, tenant: Tenant) -> Progress:
        """Where the pass that begins now tells its progress."""

    def ended(self, tenant: Tenant, result: RunResult) -> None:
        """A pass ended well."""

    def failed(self, tenant: Tenant, sentence: str, pause: float) -> None:
        """A pass failed and comes again after `pause` seconds."""


class Work(Protocol):
    """One pass over a tenant: numberline.runs.sync.sync."""

    def __call__(self, tenant: Tenant, *, actor: str, progress: Progress, stop: StopSign) -> RunResult: ...


class NobodyWatches:
    """The log alone tells of passes."""

    def progress(self, tenant: Tenant) -> Progress:
        """Nobody looks at progress."""
        return NullProgress()

    def ended(self, tenant: Tenant, result: RunResult) -> None:
        """The log has it."""

    def failed(self, tenant: Tenant, sentence: str, pause: float) -> None:
        """The log has it."""


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
        self._work = work
        self._watcher = watcher or NobodyWatches()
        self._pace = pace
        self._at_once = at_once
        self._stop = StopSign()
        self._turns: dict[int, Turn] = {}
        self._tenants: list[Tenant] = []
        self._looked: float | None = None

    def stop(self) -> None:
        """End soon: passes stop reading, and finish what they have sent to Microsoft (StopSign). May be called from a
        signal handler or another thread."""
        self._stop.ask()

    def run(self) -> None:
        """Go on until `stop`; returns when the last pass has ended."""
        telling, heartbeat = Telling(self._stop), Heartbeat()
        asked = Asked(heartbeat.key, self._watcher.progress, self._stop)
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
        for tenant in self._tenants:
            turn = self._turn(tenant.pk)
            if not turn.running and turn.due <= now:
                turn.begin(now)
                pool.submit(self._pass, tenant.pk, turn).add_done_callback(_raise_nothing)

    def _look_for_tenants(self) -> None:
        """Tenants come, go and change their mode while the loop runs; a database that is away is waited for."""
        now = clock.monotonic()
        if self._looked is not None and now - self._looked < LOOK_FOR_TENANTS:
            return
        self._looked = now
        try:
            close_old_connections()
            self._tenants = list(Tenant.objects.exclude(mode=Mode.OFF).order_by("pk"))
        except DatabaseError as error:
            self._tenants = []
            log.warning("the database does not answer, trying again", error=str(error))

    def _pass(self, tenant_id: int, turn: Turn) -> None:
        """One pass, on a thread of the pool: nothing that goes wrong in it ends the loop."""
        every, name = self._pace or 60.0, str(tenant_id)
        try:
            tenant = Tenant.objects.get(pk=tenant_id)
            every, name = self._pace or float(tenant.poll_seconds), tenant.name
            self._sync(tenant, turn, every)
        except Tenant.DoesNotExist:
            turn.succeed(clock.monotonic(), every)
        except Exception as error:
            pause = turn.fail(clock.monotonic(), every)
            log.exception("a pass failed unexpectedly", tenant=name, again_in_seconds=round(pause))
            self._say_failed(tenant_id, f"something unexpected went wrong ({type(error).__name__})", pause)
        finally:
            note_due(tenant_id, turn)
            connections.close_all()

    def _sync(self, tenant: Tenant, turn: Turn, every: float) -> None:
        progress = Stoppable(self._watcher.progress(tenant), self._stop)
        try:
            result = self._work(tenant, actor=AUTOMATION, progress=progress, stop=self._stop)
        except (TenantBusy, Stopping):
            turn.succeed(clock.monotonic(), every)
        except GraphError as error:
            after = error.after if isinstance(error, Wait) else 0.0
            pause = turn.fail(clock.monotonic(), every, after)
            log.warning("a pass failed", tenant=tenant.name, error=str(error), again_in_seconds=round(pause))
            self._watcher.failed(tenant, str(error), pause)
        else:
            turn.succeed(clock.monotonic(), every)
            log.info("a pass ended", **result.to_json())
            self._watcher.ended(tenant, result)

    def _say_failed(self, tenant_id: int, sentence: str, pause: float) -> None:
        tenant = next((t for t in self._tenants if t.pk == tenant_id), None)
        if tenant is not None:
            self._watcher.failed(tenant, sentence, pause)


def _raise_nothing(done: "Future[None]") -> None:
    """What even telling of a failure raised would otherwise be lost with the future."""
    error = done.exception()
    if error is not None:
        log.error("a pass could not be concluded", error=repr(error))
