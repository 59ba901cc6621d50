"""What every pass over a tenant has around it: the lock, the row of its run, the client; and how each begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from numberline import clock
from numberline.accounts.actor import AUTOMATION
from numberline.assignments.stopsign import StopSign
from numberline.audit.chain import head_of
from numberline.audit.record import Cause
from numberline.directory.intake import read_plans_again
from numberline.graph.client import GraphClient
from numberline.graph.transport import Priority
from numberline.inventory.rehome import rest_as_declared
from numberline.inventory.tally import fold
from numberline.overrides.expire import expire
from numberline.runs.applying import Applied
from numberline.runs.lock import TenantBusy, is_held, tenant_lock
from numberline.runs.models import Run
from numberline.runs.progress import Noted, NullProgress, Progress
from numberline.tenants.connect import describe
from numberline.tenants.credentials import client as client_of
from numberline.tenants.licences import READ_AGAIN, plan_table, read_licences
from numberline.tenants.models import Tenant
from numberline.worklist.credential import watch_credential
from numberline.worklist.items import close_items, open_item

WATCHED = ("sync", "full")
"""Kinds of runs whose failure needs a human."""
KILLED = "its process ended in the midst of it; what it had begun is finished by the next sync"

log = structlog.get_logger("numberline.runs")


@dataclass(slots=True)
class Pass:
    """What one pass works with."""

    tenant: Tenant
    client: GraphClient
    run: Run
    cause: Cause
    progress: Progress
    applied: Applied
    stop: StopSign


@contextmanager
def one_pass(
    tenant: Tenant,
    kind: str,
    actor: str,
    wait: float,
    progress: Progress | None,
    stop: StopSign | None = None,
) -> Iterator[Pass]:
    """The lock, the Run row and the client around one pass; a failure is recorded before it is raised."""
    with tenant_lock(tenant, wait):
        tenant.refresh_from_db()
        _close_killed(tenant.pk)
        run = Run.objects.of(tenant.pk).create(
            kind=kind, mode=tenant.mode, actor=actor, started_at=clock.now()
        )
        watch_credential(tenant, run.started_at)
        try:
            with client_of(tenant, _priority(kind, actor)) as client:
                cause = Cause(actor, run_id=run.pk)
                seen, sign = Noted(run, progress or NullProgress()), stop or StopSign()
                seen.event("begun", kind, run=run.pk)
                yield Pass(tenant, client, run, cause, seen, Applied(), sign)
        except Exception as error:
            if run.ended_at is None:
                close_run(run, "failed", str(error) or type(error).__name__)
            raise
        except BaseException as error:
            close_run(run, "ended", str(error) or type(error).__name__)
            raise


def _priority(kind: str, actor: str) -> Priority:
    """Who waits for the answers: nobody in what automation does by itself, a person for what they asked for; and what is
    about somebody by name is over soon."""
    if actor == AUTOMATION:
        return "low"
    return "high" if kind in ("person", "hand") else "normal"


def notice_killed(tenant: Tenant) -> None:
    """Close a run that looks at work although nothing holds the tenant's lock, for whoever looks before the next run
    begins."""
    if not Run.objects.of(tenant.pk).filter(ended_at=None).exists() or is_held(tenant):
        return
    try:
        with tenant_lock(tenant):
            _close_killed(tenant.pk)
    except TenantBusy:
        log.info("a run began while another was looked for", tenant=tenant.name)


def _close_killed(tenant_id: int) -> None:
    """Whoever has the tenant's lock knows that no other run is at work: one without an end was killed."""
    Run.objects.of(tenant_id).filter(ended_at=None).update(
        ended_at=clock.now(), outcome="killed", error=KILLED
    )


def close_run(run: Run, outcome: str, error: str) -> None:
    """Note how a run ended, and where the audit trail did."""
    run.ended_at, run.outcome, run.error = clock.now(), outcome, error
    run.audit_head = head_of(run.tenant_id)
    fold(run.tenant_id)
    with transaction.atomic():
        run.save(update_fields=["ended_at", "outcome", "error", "counts", "audit_head"])
        _watch(run)
    log.info(
        "run ended",
        tenant=run.tenant.name,
        run=run.pk,
        kind=run.kind,
        outcome=outcome,
        audit_head=run.audit_head,
    )


def _watch(run: Run) -> None:
    """Open and close the item `run_failing`: what automation does by itself fails. A person who was named wrongly, or
    a plan that the world overtook, is told to whoever asked, and nobody else."""
    if run.kind not in WATCHED or run.ended_at is None:
        return
    if run.outcome == "failed":
        open_item(run.tenant_id, "run_failing", run.ended_at, cause=f"The last run failed: {run.error}")
    elif run.outcome == "done":
        close_items(run.tenant_id, run.ended_at, "run_failing")


def begin(work: Pass, at: datetime) -> None:
    """End what was set by hand and is over, and read what concerns the tenant as a whole."""
    tenant, client = work.tenant, work.client
    if expire(tenant.pk, at, work.cause):
        rest_as_declared(tenant.pk, cause=work.cause, at=at)
    if not tenant.country:
        tenant.save(update_fields=describe(tenant, client.organization()))
    _read_licences(work, at, READ_AGAIN)


def read_new_licences(work: Pass, at: datetime) -> None:
    """Read the tenant's licences now: a product bought today may have come with people that are new or changed, and
    what it holds decides the kind of number."""
    _read_licences(work, at, timedelta(0))


def _read_licences(work: Pass, at: datetime, older_than: timedelta) -> None:
    def changed(tenant: Tenant) -> None:
        read_plans_again(tenant, plan_table(tenant), at)

    read_licences(work.tenant, work.client, at, changed, older_than)
