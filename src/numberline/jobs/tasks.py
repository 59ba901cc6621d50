"""Asking for long work, and carrying it out: whoever asks gets a row at once, and the background loop does the rest."""

from datetime import timedelta
from typing import Any

import structlog

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.jobs.models import Kind, State, Task
from numberline.jobs.permitted import why_not_permitted
from numberline.jobs.stopping import Stoppable, Stopping
from numberline.jobs.verbs import FAILURES, REFUSALS, VERBS, Ended, Order, refusal
from numberline.runs.lock import TenantBusy
from numberline.runs.progress import EVERY, NullProgress, Progress
from numberline.tenants.models import Tenant

WAITS = timedelta(hours=12)
"""A task that could not begin for so long is not begun any more: who asked may have changed their mind, or forgotten."""
KEPT = timedelta(days=30)
"""For so long a task that ended can be looked at."""
SAME = (
    Kind.SYNC,
    Kind.SYNC_PERSON,
    Kind.PLAN,
    Kind.CHECK,
    Kind.VERIFY,
    Kind.TEST_ALERTS,
    Kind.RULES_CHECK,
    Kind.RULE_ANSWER,
)
"""Kinds of which one that waits already serves whoever asks for it again."""
INTERRUPTED = (
    "The background loop ended while it was at work. What had been sent to Microsoft by then is finished by the next "
    "sync: look how things are before you ask again."
)

log = structlog.get_logger("numberline.jobs")


def ask(
    tenant: Tenant,
    kind: Kind | str,
    arguments: dict[str, Any] | None = None,
    *,
    actor: str,
    reason: str = "",
    ticket: str = "",
    back: str = "",
) -> Task:
    """Ask for something that takes a while; the background loop begins within a second, when no other run is busy with
    the tenant.

    Args:
        tenant: where.
        kind: what (numberline.jobs.verbs says what each takes): `sync`, `sync_person`, `plan`, `apply`, `assign`,
            `change`, `swap`, `release`, `adopt`, `import`, `check`, `verify`, `test_alerts`, `rules_check`,
            `rule_answer`.
        arguments: the verb's own, as JSON can hold them; `preview` true only checks a change by hand.
        actor: who asks, for the audit trail.
        reason: why; goes with every change that comes of it.
        ticket: the ticket that it belongs to.
        back: the address of the page on which it was asked for.
    """
    kind, given = Kind(kind), arguments or {}
    VERBS[kind].check(given)
    if kind == Kind.RULE_ANSWER:  # somebody who asks on wants the answer to the last question alone
        earlier = Task.objects.of(tenant.pk).filter(kind=kind, state=State.WAITING, actor=actor)
        earlier.exclude(arguments=given).update(
            state=State.WITHDRAWN,
            sentence="Another question was asked before it began.",
            ended_at=clock.now(),
        )
    if kind in SAME:
        waiting = Task.objects.of(tenant.pk).filter(kind=kind, state=State.WAITING, arguments=given).first()
        if waiting is not None and not why_not_permitted(waiting):
            return waiting
    return Task.objects.of(tenant.pk).create(
        kind=kind,
        arguments=given,
        actor=actor,
        reason=reason,
        ticket=ticket,
        back=back,
        asked_at=clock.now(),
    )


def next_task(tenant_id: int, worker: str) -> Task | None:
    """The task of the tenant that has waited longest, which from now on is this worker's; None when there is none."""
    waiting = Task.objects.of(tenant_id).filter(state=State.WAITING)
    for task in waiting.order_by("asked_at", "pk").select_related("tenant")[:5]:
        taken = waiting.filter(pk=task.pk).update(
            state=State.RUNNING, worker=worker, started_at=clock.now(), run=None
        )
        if taken:
            task.refresh_from_db()
            return task
    return None


def carry_out(task: Task, stop: StopSign | None = None, progress: Progress | None = None) -> None:
    """Carry out a task that `next_task` gave, and note what became of it. Whatever goes wrong is its outcome.

    One whose asker may not ask for it any longer is refused. A task that finds another run at work waits again, and so does one that was stopped before it sent anything.
    """
    refused = why_not_permitted(task) or _too_late(task)
    if refused:
        conclude(task, Ended(State.REFUSED, refused))
        return
    sign = stop or StopSign()
    told = _Told(task, progress or NullProgress(), sign)
    order = Order(task.tenant, task.actor, task.reason, task.ticket, task.arguments, told, sign)
    try:
        ended = VERBS[Kind(task.kind)].do(order)
    except (TenantBusy, Stopping):
        _wait_again(task)
        return
    except REFUSALS as error:
        ended = refusal(error)
    except FAILURES as error:
        ended = Ended(State.FAILED, str(error))
    except Exception as error:
        log.exception("a task failed unexpectedly", tenant=task.tenant.name, task=task.pk, kind=task.kind)
        name = type(error).__name__
        ended = Ended(
            State.FAILED,
            f"Something unexpected went wrong ({name}): the log of the background loop says what.",
        )
    conclude(task, ended)


def withdraw(task: Task, who: str) -> bool:
    """Take back a task that has not begun; False when it has. `who` is what they are called."""
    waiting = Task.objects.of(task.tenant_id).filter(pk=task.pk, state=State.WAITING)
    sentence = f"{who} took it back before it began: nothing was done."
    return bool(waiting.update(state=State.WITHDRAWN, sentence=sentence, ended_at=clock.now()))


def _too_late(task: Task) -> str:
    waited = clock.now() - task.asked_at
    if waited <= WAITS:
        return ""
    hours = int(waited.total_seconds() // 3600)
    return f"It could not begin for {hours} hours and may not be wanted any more: nothing was done. Ask again if it is."


def conclude(task: Task, ended: Ended) -> None:
    """Note what became of a task; unless another worker has it by now."""
    # A worker that was thought dead and was only slow knows better what became of its task.
    mine = Task.objects.of(task.tenant_id).filter(
        pk=task.pk, worker=task.worker, state__in=(State.RUNNING, State.INTERRUPTED)
    )
    mine.update(state=ended.state, sentence=ended.sentence, outcome=ended.outcome, ended_at=clock.now())
    log.info("a task ended", tenant=task.tenant.name, task=task.pk, kind=task.kind, state=str(ended.state))


def _wait_again(task: Task) -> None:
    mine = Task.objects.of(task.tenant_id).filter(pk=task.pk, worker=task.worker, state=State.RUNNING)
    mine.update(state=State.WAITING, worker="", started_at=None, run=None, step="")


class _Told(Stoppable):
    """The progress of a task: it learns of its run, and notes by itself how far it is when it has none."""

    def __init__(self, task: Task, inner: Progress, stop: StopSign) -> None:
        super().__init__(inner, stop)
        self._task = task
        self._noted: float | None = None

    def step(self, name: str, done: int, total: int | None) -> None:
        super().step(name, done, total)
        now = clock.monotonic()
        if self._noted is None or now - self._noted >= EVERY:
            self._noted = now
            row = Task.objects.of(self._task.tenant_id).filter(pk=self._task.pk, run=None)
            row.update(step=name, done=done, total=total)

    def event(self, kind: str, text: str, **facts: Any) -> None:
        super().event(kind, text, **facts)
        if kind == "begun":
            Task.objects.of(self._task.tenant_id).filter(pk=self._task.pk).update(run=facts["run"])
