"""How pages show runs."""

from typing import Any

from django import template

from numberline.runs.models import Run
from numberline.runs.recent import AT_WORK, KINDS, OUTCOMES

register = template.Library()

LOOKS = {
    AT_WORK: "",
    "done": "good",
    "failed": "attention",
    "refused": "warn",
    "ended": "warn",
    "killed": "attention",
}
"""The look of an outcome's badge."""
APPLIED = (("assign", "assigned"), ("change", "changed"), ("release", "released"))
LEFT = (("waiting", "waiting"), ("held", "held"), ("failed", "failed"))


@register.simple_tag
def run_kind(run: Run) -> str:
    """What a run of this kind is called."""
    return KINDS.get(run.kind, run.kind)


@register.inclusion_tag("portal/parts/run_outcome.html")
def run_outcome(run: Run) -> dict[str, Any]:
    """The badge of how a run ended, or how far one at work has come."""
    outcome = run.outcome or AT_WORK
    return {"run": run, "word": OUTCOMES.get(outcome, outcome), "look": LOOKS.get(outcome, "")}


@register.inclusion_tag("portal/parts/run_line.html", takes_context=True)
def run_line(context: dict[str, Any], run: Run) -> dict[str, Any]:
    """A run in a list: its kind, its outcome, what it did."""
    return {"run": run, "tenant": context["tenant"], "did": did(run)}


@register.filter
def took(run: Run) -> str:
    """How long a run took: `0.8 s`, `12 s`, `3 min 20 s`; empty while it is at work."""
    if run.ended_at is None:
        return ""
    seconds = (run.ended_at - run.started_at).total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes:,} min {left} s"


@register.filter
def did(run: Run) -> str:
    """What a run did to numbers, in few words: `3 assigned, 1 released`; empty for nothing."""
    applied = run.counts.get("applied", {})
    done = [f"{applied[name]:,} {word}" for name, word in APPLIED if applied.get(name)]
    if "changes" in run.counts:
        done = [each["detail"] for each in run.counts["changes"] if each.get("detail")][:1]
    failed = run.counts.get("failed")
    return ", ".join([*done, *([f"{failed:,} failed"] if failed else [])])
