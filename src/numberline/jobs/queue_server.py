"""Procrastinate's workers in this process: they fetch jobs, mark that they live, and clear up after those that died.

Crash only: whatever goes wrong with the database ends them, and new ones begin as soon as it answers. What runs on threads
meanwhile goes on, and the lock of its tenant keeps others away.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
import structlog
from procrastinate import App, JobContext, exceptions
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.jobs.queue_dispatch import PASSES, TASKS
from numberline.jobs.queue_tempo import Tempo

POLL = 2.0
"""Seconds after which jobs are looked for without being told of any."""
OPENING = 5.0
"""Seconds for which the database may let the workers wait for their first connection."""
GLANCE = 0.1
"""Seconds between two glances at the stop sign."""

log = structlog.get_logger("numberline.jobs")


@dataclass(frozen=True, slots=True)
class Hands:
    """Who does the jobs of one queue: a function of a tenant, on threads of its own."""

    queue: str
    do: Callable[[int], None]
    pool: ThreadPoolExecutor


class Life(Protocol):
    """A worker of Procrastinate, from its start to its end."""

    worker_id: int | None

    def run(self) -> Coroutine[Any, Any, None]:
        """Serve until it is stopped, or an error ends it."""

    def stop(self) -> None:
        """Fetch no more jobs, and wait for those at hand."""


class Server:
    """Serves both queues until the stop sign shows, `at_once` tenants each."""

    def __init__(
        self,
        passes: Callable[[int], None],
        tasks: Callable[[int], None],
        at_once: int,
        stop: StopSign,
        tempo: Tempo,
    ) -> None:
        self._at_once, self._stop, self._tempo = at_once, stop, tempo
        self._hands = tuple(
            Hands(queue, do, ThreadPoolExecutor(at_once, thread_name_prefix=queue))
            for queue, do in ((PASSES, passes), (TASKS, tasks))
        )
        self._at_work: set[int] = set()
        self._suspects: set[int] = set()

    def run(self) -> None:
        """Go on until the stop sign shows and the last job has ended."""
        while not self._stop.asked:
            try:
                asyncio.run(self._serve())
            except (OSError, psycopg.Error, exceptions.ProcrastinateException) as error:
                log.warning("the queue does not answer, trying again", error=str(error) or repr(error))
                self._stop.wait(self._tempo.again)
        for hands in self._hands:
            hands.pool.shutdown(wait=True)

    async def _serve(self) -> None:
        """One life of the workers: to the stop sign, or to the first error."""
        app = App(connector=PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4, timeout=10.0))
        for hands in self._hands:
            self._offer(app, hands)
        async with asyncio.timeout(OPENING):
            await app.open_async()
        try:
            workers = [self._worker(app, hands) for hands in self._hands]
            lives = [asyncio.create_task(worker.run()) for worker in workers]
            watch = asyncio.create_task(self._watch(app, workers))
            await asyncio.wait((*lives, watch), return_when=asyncio.FIRST_COMPLETED)
            for worker in workers:
                worker.stop()
            watch.cancel()
            for end in await asyncio.gather(*lives, watch, return_exceptions=True):
                if isinstance(end, Exception):
                    raise end
        finally:
            await app.close_async()

    def _worker(self, app: App, hands: Hands) -> Life:
        made: Life = Worker(
            app,
            queues=[hands.queue],
            name=hands.queue,
            concurrency=self._at_once,
            fetch_job_polling_interval=POLL,
            abort_job_polling_interval=3600.0,  # nothing is ever aborted from outside
            shutdown_graceful_timeout=self._tempo.patience,
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=self._tempo.beat,
            stalled_worker_timeout=self._tempo.silent,
        )
        return made

    def _offer(self, app: App, hands: Hands) -> None:
        """The task of a queue: a job is done on a thread, which goes on when the queue itself is lost meanwhile."""

        @app.task(name=hands.queue, queue=hands.queue, pass_context=True)
        async def do(context: JobContext, tenant_id: int) -> None:
            own = _ids([context.job])
            self._at_work |= own
            try:
                await asyncio.wrap_future(hands.pool.submit(hands.do, tenant_id))
            finally:
                self._at_work -= own

    async def _watch(self, app: App, workers: Iterable[Life]) -> None:
        """Say that the workers live, and clear up, until the stop sign shows. An error of the database ends the watch, and
        with it this life of the workers (one of their own would end their signs of life without a word)."""
        next_beat = clock.monotonic()
        while not self._stop.asked:
            if clock.monotonic() >= next_beat:
                next_beat = clock.monotonic() + self._tempo.beat
                await self._beat(
                    app, [worker.worker_id for worker in workers if worker.worker_id is not None]
                )
            await asyncio.sleep(GLANCE)

    async def _beat(self, app: App, own: list[int]) -> None:
        manager = app.job_manager
        for worker_id in own:
            await manager.update_heartbeat(worker_id)
        await manager.prune_stalled_workers(self._tempo.silent)
        stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=self._tempo.silent)
        lost, idle = _ids(stalled), set[int]()
        for worker_id in own:
            doing = await manager.list_jobs_async(status=Status.DOING.value, worker_id=worker_id)
            idle |= _ids(doing) - self._at_work
        # Marked as at work here and not at work, at two looks: its beginning or its end was lost on the way.
        lost, self._suspects = lost | (idle & self._suspects), idle
        for number in lost:
            await _forget(app, number)


async def _forget(app: App, number: int) -> None:
    try:
        await app.job_manager.finish_job_by_id_async(number, Status.ABORTED, delete_job=True)
    except exceptions.ConnectorException as error:
        log.info("a lost job was forgotten by another worker", job=number, error=str(error))
    else:
        log.info("a job of a worker that is gone is forgotten: what is left of it is still due", job=number)


def _ids(jobs: Iterable[Job]) -> set[int]:
    return {job.id for job in jobs if job.id is not None}
