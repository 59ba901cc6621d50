"""One pass of automation over a tenant, wherever it runs: what its end means for the tenant's next turn."""

from typing import Protocol

import structlog
from django.db import connections

from numberline import clock
from numberline.accounts.actor import AUTOMATION
from numberline.assignments.stopsign import StopSign
from numberline.graph.circuit import OPEN as MICROSOFT_DOWN
from numberline.graph.errors import GraphError, Wait
from numberline.jobs.due import note_due
from numberline.jobs.stopping import Stoppable, Stopping
from numberline.jobs.turn import Turn
from numberline.runs.lock import TenantBusy
from numberline.runs.progress import NullProgress, Progress
from numberline.runs.result import RunResult
from numberline.runs.sync import sync
from numberline.tenants.models import Tenant

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


class Passing:
    """Passes over tenants. `pace` replaces the tenants' own poll times; `work` is what a pass does."""

    def __init__(
        self, watcher: Watcher | None = None, *, pace: float | None = None, work: Work = sync
    ) -> None:
        self.watcher = watcher or NobodyWatches()
        self._pace, self._work = pace, work

    def over(self, tenant_id: int, turn: Turn, stop: StopSign) -> None:
        """One pass, on a thread that is at work for nobody else: nothing that goes wrong in it is raised."""
        every, tenant = self._pace or 60.0, None
        try:
            tenant = Tenant.objects.get(pk=tenant_id)
            every = self._pace or float(tenant.poll_seconds)
            self._sync(tenant, turn, every, stop)
        except Tenant.DoesNotExist:
            turn.succeed(clock.monotonic(), every)
        except Exception as error:
            pause = turn.fail(clock.monotonic(), every)
            name = tenant.name if tenant is not None else str(tenant_id)
            log.exception("a pass failed unexpectedly", tenant=name, again_in_seconds=round(pause))
            if tenant is not None:
                sentence = f"something unexpected went wrong ({type(error).__name__})"
                self.watcher.failed(tenant, sentence, pause)
        finally:
            note_due(tenant_id, turn)
            connections.close_all()

    def _sync(self, tenant: Tenant, turn: Turn, every: float, stop: StopSign) -> None:
        progress = Stoppable(self.watcher.progress(tenant), stop)
        try:
            result = self._work(tenant, actor=AUTOMATION, progress=progress, stop=stop)
        except TenantBusy:
            turn.busy(clock.monotonic(), every)
        except Stopping:
            turn.hand_over(clock.monotonic())
        except GraphError as error:
            after = error.after if isinstance(error, Wait) else 0.0
            put_off, now = error.code == MICROSOFT_DOWN, clock.monotonic()
            pause = turn.put_off(now, after) if put_off else turn.fail(now, every, after)
            log.warning("a pass failed", tenant=tenant.name, error=str(error), again_in_seconds=round(pause))
            self.watcher.failed(tenant, str(error), pause)
        else:
            if stop.asked:
                turn.hand_over(clock.monotonic())
            else:
                turn.succeed(clock.monotonic(), every)
            log.info("a pass ended", **result.to_json())
            self.watcher.ended(tenant, result)
