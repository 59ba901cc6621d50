"""What became of a plan: who decided about it, when and why, the run that carried it out, and a task that is at it."""

from dataclasses import dataclass

from numberline.audit.models import Entry
from numberline.jobs.models import Kind, State, Task
from numberline.planning.models import StoredPlan
from numberline.runs.models import Run


@dataclass(frozen=True, slots=True)
class Decided:
    """The entry of the trail that says who decided and why, and the run that did it; None where there is none."""

    entry: Entry | None
    run: Run | None


def decided(plan: StoredPlan) -> Decided | None:
    """How a plan was decided about; None while it is open."""
    at = plan.applied_at or plan.refused_at
    if at is None:
        return None
    verb = "plan_applied" if plan.applied_at else "plan_refused"
    rows = Entry.objects.of(plan.tenant_id).filter(verb=verb, at=at).order_by("seq")
    entry = next((row for row in rows[:10] if row.after.get("plan") == plan.name), None)
    run = Run.objects.of(plan.tenant_id).filter(pk=entry.run_id).first() if entry and entry.run_id else None
    return Decided(entry, run)


def being_applied(plan: StoredPlan) -> Task | None:
    """The task that waits to apply this plan, or is at it."""
    rows = Task.objects.of(plan.tenant_id).filter(kind=Kind.APPLY, state__in=(State.WAITING, State.RUNNING))
    rows = rows.select_related("run", "tenant").order_by("asked_at", "pk")
    return next((task for task in rows[:50] if task.arguments.get("plan") == plan.name), None)
