"""Progress of long work, on stderr and only on a terminal: in a pipe there is the result and nothing else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import Task, TaskID

    from numberline.runs.progress import Progress

TOLD = {"assigned": "green", "refused": "red", "policy": "cyan"}
"""Events that are worth a line while a command runs, and their colours; the result tells the rest."""


@contextmanager
def progress() -> "Iterator[Progress]":
    """What a run tells its progress to: bars on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        from numberline.runs.progress import NullProgress

        yield NullProgress()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.text import Text

    class Count(ProgressColumn):
        """How many, and of how many where that is known."""

        def render(self, task: "Task") -> Text:
            done = f"{task.completed:,.0f}"
            return Text(done if task.total is None else f"{done} of {task.total:,.0f}")

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        Count(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        yield TerminalProgress(console, bars)


class TerminalProgress:
    """A bar for each kind of work, and a line for each number that is given or refused and each policy that is set."""

    def __init__(self, console: "Console", bars: "Bars") -> None:
        self._console = console
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def step(self, name: str, done: int, total: int | None) -> None:
        """Show how far this work has come."""
        task = self._tasks.get(name)
        if task is None:
            task = self._tasks[name] = self._bars.add_task(name, total=total)
        self._bars.update(task, completed=done, total=total)

    def event(self, kind: str, text: str, **facts: Any) -> None:
        """Show what happened, if somebody who waits wants to know."""
        if kind in TOLD:
            from rich.text import Text

            self._console.print(Text.assemble((f"{kind:<9}", TOLD[kind]), text))
