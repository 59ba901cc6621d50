"""Automation on PostgreSQL: any number of processes share all tenants through a queue (Procrastinate).

Each process looks at what is due (one of them at a time), puts jobs into the queue and takes jobs from it. On SQLite
nothing of this is used: numberline.jobs.loop serves there.
"""

import threading

import structlog
from django.db import close_old_connections, connection, connections
from django.db.utils import Error as DatabaseError
from procrastinate.exceptions import ConnectorException

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.jobs.deadline import Deadline
from numberline.jobs.due import begins
from numberline.jobs.heartbeat import Heartbeat
from numberline.jobs.looking import tidy
from numberline.jobs.passing import Passing, Watcher, Work
from numberline.jobs.queue_dispatch import Dispatch
from numberline.jobs.queue_server import Server
from numberline.jobs.queue_tempo import Tempo
from numberline.jobs.tasks import carry_out, next_task
from numberline.jobs.telling import Telling, look_and_tell
from numberline.jobs.ticks import mine
from numberline.jobs.turn import Turn
from numberline.runs.sync import sync
from numberline.tenants.models import Mode, Tenant

AT_ONCE = 4
TEMPO = Tempo()
WELCOME_EVERY = 2.0
TIDY_EVERY = 10.0
TELL_EVERY = 5.0

log = structlog.get_logger("numberline.jobs")


class Queue:
    """What numberline.jobs.loop.Loop is on SQLite: passes over every tenant by its schedule and tasks for any tenant, some
    at once here and others in other processes."""

    def __init__(
        self,
        watcher: Watcher | None = None,
        *,
        at_once: int = AT_ONCE,
        work: Work = sync,
        tempo: Tempo | None = None,
    ) -> None:
        self._tempo = tempo or TEMPO
        self._stop = StopSign()
        self._passing = Passing(watcher, work=work)
        self._heartbeat = Heartbeat()
        self._tasks: dict[object, int] = {}
        self._server = Server(self._pass, self._task, at_once, self._stop, self._tempo)

    def stop(self) -> None:
        """End soon: passes stop reading, and finish what they have sent to Microsoft (StopSign). May be called from a
        signal handler or another thread."""
        self._stop.ask()

    def run(self) -> None:
        """Go on until `stop`; returns when the last job has ended."""
        telling = Telling(self._stop, look_and_tell, TELL_EVERY, turn=lambda: mine("tell", TELL_EVERY))
        looking = threading.Thread(target=self._look, name="dispatch", daemon=True)
        self._heartbeat.start()
        telling.start()
        looking.start()
        try:
            self._server.run()
        finally:
            self._stop.ask()
            looking.join()
            telling.finish()
            self._heartbeat.finish()
            connections.close_all()

    def _look(self) -> None:
        dispatch, welcomed = Dispatch(), clock.monotonic() - WELCOME_EVERY
        try:
            while not self._stop.asked:
                try:
                    if mine("dispatch", self._tempo.tick):
                        if clock.monotonic() - welcomed >= WELCOME_EVERY:
                            welcomed = clock.monotonic()
                            dispatch.welcome()
                        dispatch.tick()
                    if mine("tidy", TIDY_EVERY):
                        tidy(self._heartbeat.key, set(self._tasks.copy().values()))
                except (DatabaseError, ConnectorException) as error:
                    log.warning("the database does not answer, trying again", error=str(error))
                    connection.close()
                self._stop.wait(self._tempo.tick / 2)
        finally:
            connections.close_all()

    def _pass(self, tenant_id: int) -> None:
        """A pass over a tenant that is still due: whoever else was woken for it finds it done."""
        try:
            close_old_connections()
            due = begins(tenant_id)
            if due is None or not Tenant.objects.exclude(mode=Mode.OFF).filter(pk=tenant_id).exists():
                return
            now = clock.monotonic()
            turn = Turn(due=now, failures=due.failures)
            turn.begin(now)
            self._passing.over(tenant_id, turn, Deadline(self._stop, self._tempo.bound))
        except DatabaseError as error:
            log.warning("a pass could not begin, trying again", tenant=tenant_id, error=str(error))
        finally:
            connections.close_all()

    def _task(self, tenant_id: int) -> None:
        """The task of the tenant that waits longest; what else waits has its own jobs. Tasks have no bound: somebody asked for
        all of it."""
        this = object()
        self._tasks[this] = tenant_id
        try:
            close_old_connections()
            task = next_task(tenant_id, self._heartbeat.key)
            if task is not None:
                carry_out(task, self._stop, self._passing.watcher.progress(task.tenant))
        except Exception:
            log.exception("a task could not be concluded", tenant=tenant_id)
        finally:
            del self._tasks[this]
            connections.close_all()
