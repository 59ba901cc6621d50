"""The part of the background loop that carries out what was asked for: one task at a time in a tenant, any mode."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog
from django.db import close_old_connections, connections
from django.db.utils import Error as DatabaseError

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.jobs.looking import tenants_that_wait, tidy
from numberline.jobs.tasks import carry_out, next_task
from numberline.jobs.turn import Turn
from numberline.runs.progress import Progress
from numberline.tenants.models import Tenant

LOOK_EVERY = 0.5
TIDY_EVERY = 10.0

log = structlog.get_logger("numberline.jobs")


class Asked:
    """Looks for tasks that wait and begins them. `worker` is the key under which it holds them; `watch` gives where a
    tenant's runs tell their progress besides."""

    def __init__(self, worker: str, watch: Callable[[Tenant], Progress], stop: StopSign) -> None:
        self._worker, self._watch, self._stop = worker, watch, stop
        self._at_work: set[int] = set()
        self._looked: float | None = None
        self._tidied: float | None = None

    def begin(self, pool: ThreadPoolExecutor, turn_of: Callable[[int], Turn]) -> None:
        """Begin what waits, in every tenant in which nothing is at work."""
        now = clock.monotonic()
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        try:
            close_old_connections()
            if self._tidied is None or now - self._tidied >= TIDY_EVERY:
                self._tidied = now
                tidy(self._worker, self._at_work)
            waiting = tenants_that_wait()
        except DatabaseError as error:
            log.warning("the database does not answer, trying again", error=str(error))
            return
        for tenant_id in waiting:
            turn = turn_of(tenant_id)
            if turn.lend():
                self._at_work.add(tenant_id)
                pool.submit(self._carry, tenant_id, turn).add_done_callback(_raise_nothing)

    def _carry(self, tenant_id: int, turn: Turn) -> None:
        """Carry out one task, on a thread of the pool."""
        try:
            task = next_task(tenant_id, self._worker)
            if task is not None:
                carry_out(task, self._stop, self._watch(task.tenant))
        finally:
            self._at_work.discard(tenant_id)
            turn.give_back()
            connections.close_all()


def _raise_nothing(done: "Future[None]") -> None:
    """A task whose outcome could not be written is found by `tidy`."""
    error = done.exception()
    if error is not None:
        log.error("a task could not be concluded", error=repr(error))
