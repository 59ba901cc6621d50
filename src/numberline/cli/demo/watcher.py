"""Listens to the loop's passes and tells the demo's story what they did."""

from typing import TYPE_CHECKING, Any

from numberline.cli.demo import story as stages
from numberline.cli.demo.story import Story

if TYPE_CHECKING:
    from numberline.runs.progress import Progress
    from numberline.runs.result import RunResult
    from numberline.tenants.models import Tenant

STAGES = {
    "detected": stages.DETECTED,
    "decided": stages.DECIDED,
    "held": stages.HELD,
    "assigned": stages.ASSIGNED,
    "waiting": stages.WAITING,
    "refused": stages.REFUSED,
}


class Watcher:
    """The loop's watcher (numberline.jobs.loop.Watcher)."""

    def __init__(self, story: Story) -> None:
        self._story = story

    def progress(self, tenant: "Tenant") -> "Progress":
        """Where a pass tells its progress."""
        return StoryProgress(self._story)

    def ended(self, tenant: "Tenant", result: "RunResult") -> None:
        """A pass ended well."""
        self._story.step = ""
        self._story.passed()

    def failed(self, tenant: "Tenant", sentence: str, pause: float) -> None:
        """A pass failed; the loop tries again."""
        self._story.step = ""
        self._story.failed(f"{sentence.rstrip('.')} (trying again in {pause:.0f} s)")


class StoryProgress:
    """The progress of one pass (numberline.runs.progress.Progress)."""

    def __init__(self, story: Story) -> None:
        self._story = story

    def step(self, name: str, done: int, total: int | None) -> None:
        """Show what the pass is doing."""
        self._story.step = f"{name}: {done:,} of {total:,}" if total else f"{name}: {done:,}"

    def event(self, kind: str, text: str, **facts: Any) -> None:
        """Carry a stage into the story."""
        if kind == "policy":
            self._story.policy()
            return
        stage = stages.SKIPPED if facts.get("action") == "skip" else STAGES.get(kind)
        if stage is None or "person" not in facts:
            return
        self._story.reached(
            facts["person"],
            stage,
            name=facts.get("upn") or "",
            number="" if stage in (stages.WAITING, stages.HELD) else facts.get("number") or "",
            reason="" if kind == "detected" else text,
        )
