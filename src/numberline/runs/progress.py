"""How a run tells what it does, to whoever watches: a terminal, a log, nobody."""

from typing import Any, Protocol

from numberline import clock
from numberline.runs.models import Run

EVERY = 0.7
"""Seconds between two notes on a run's row of how far it has come."""


class Progress(Protocol):
    """What a run tells. It is called on the run's own thread and must be quick."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Work goes on: `name` says which (`reading people`, `reading numbers`, `deciding`, `assigning`)."""

    def event(self, kind: str, text: str, **facts: Any) -> None:
        """Something happened: `kind` is `begun`, `detected`, `decided`, `held`, `assigned`, `waiting`, `refused` or
        `policy`.

        Of a decision `facts` have its `action` and `code`, of the run's beginning its `run`.
        """


class NullProgress:
    """Nobody watches."""

    def step(self, name: str, done: int, total: int | None) -> None:
        """Say nothing."""

    def event(self, kind: str, text: str, **facts: Any) -> None:
        """Say nothing."""


class Noted:
    """Progress that is told on and, now and then, noted on the row of its run, for whoever looks from elsewhere."""

    def __init__(self, run: Run, inner: Progress) -> None:
        self._run, self._inner = run, inner
        self._noted: float | None = None

    def step(self, name: str, done: int, total: int | None) -> None:
        """Tell it on, and note it unless that was done a moment ago."""
        self._inner.step(name, done, total)
        now = clock.monotonic()
        if self._noted is None or now - self._noted >= EVERY:
            self._noted = now
            row = Run.objects.of(self._run.tenant_id).filter(pk=self._run.pk)
            row.update(step=name, done=done, total=total, seen_at=clock.now())

    def event(self, kind: str, text: str, **facts: Any) -> None:
        """Tell it on."""
        self._inner.event(kind, text, **facts)
