"""Ending passes in good order when the loop is to end."""

from dataclasses import dataclass
from typing import Any

from numberline.assignments.stopsign import StopSign
from numberline.runs.progress import Progress


class Stopping(BaseException):
    """No error: the loop was asked to end: a pass that is still reading stops between two pages, and nothing is lost."""


@dataclass
class Stoppable:
    """Progress that ends a pass between two pages once the loop is to stop. Assigning looks at the sign by itself."""

    inner: Progress
    stop: StopSign

    def step(self, name: str, done: int, total: int | None) -> None:
        """Tell it on; end the pass if it only reads. Raises Stopping."""
        self.inner.step(name, done, total)
        if self.stop.asked and name.startswith("reading"):
            raise Stopping

    def event(self, kind: str, text: str, **facts: Any) -> None:
        """Tell it on."""
        self.inner.event(kind, text, **facts)
