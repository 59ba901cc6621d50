"""Runs as somebody looks for them: the latest, by outcome, by kind, and the one at work."""

from dataclasses import dataclass

from numberline.runs.models import Run
from numberline.scope import TenantQuerySet

AT_WORK = "at_work"
OUTCOMES: dict[str, str] = {
    AT_WORK: "at work",
    "done": "done",
    "failed": "failed",
    "refused": "refused",
    "ended": "told to end",
    "killed": "killed",
}
"""The outcomes of runs and what they are called; a run without one is at work."""
KINDS: dict[str, str] = {
    "sync": "sync",
    "full": "full sync",
    "person": "sync of one person",
    "plan": "plan",
    "apply": "plan applied",
    "hand": "change by hand",
}
"""The kinds of runs and what they are called."""
KEYS = ("-started_at", "-pk")
"""The columns by which the latest runs come first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs are wanted: of one of OUTCOMES and one of KINDS; empty: any."""

    outcome: str = ""
    kind: str = ""


def runs(tenant_id: int, wanted: Wanted | None = None) -> TenantQuerySet[Run]:
    """The runs that are wanted, in no order yet."""
    rows = Run.objects.of(tenant_id)
    if wanted is not None and wanted.outcome == AT_WORK:
        rows = rows.filter(ended_at=None)
    elif wanted is not None and wanted.outcome:
        rows = rows.filter(outcome=wanted.outcome)
    if wanted is not None and wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    return rows


def latest(tenant_id: int, count: int) -> list[Run]:
    """The latest runs, the last one first."""
    return list(runs(tenant_id).order_by(*KEYS)[:count])


def at_work(tenant_id: int) -> Run | None:
    """The run that is at work, if any. One whose process was killed looks so until somebody notices
    (numberline.runs.passes.notice_killed)."""
    return runs(tenant_id).filter(ended_at=None).order_by("-pk").first()
