"""An operator with a terminal: types what a page of the mornings shows, while the company around goes on."""

import io
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from numberline import clock
from numberline.cli.main import run
from tests.support import pages
from tests.support.command import Outcome

EVENT = re.compile(r"^<!-- meanwhile: (\w+) -->$", re.MULTILINE)


class Ahead(clock.SystemClock):
    """The system's clock, some days ahead: what waits for real is still waited for."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        """The moment so many days from now, in UTC."""
        return super().now() + self.by


@dataclass
class Operator:
    """Runs `numberline …` in this process, in a folder with the files that the pages name."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    ahead: Ahead = field(default_factory=Ahead)
    plan: str = ""

    def __post_init__(self) -> None:
        """Sit down in the folder, at a terminal of a known width."""
        self.monkeypatch.chdir(self.folder)
        for name, value in (("COLUMNS", "200"), ("NO_COLOR", "1"), ("USER", "anna"), ("LOGNAME", "anna")):
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.setattr(clock, "_clock", self.ahead)

    def later(self, by: timedelta) -> None:
        """Let so much time pass at once."""
        self.ahead.by += by

    def types(self, line: str) -> Outcome:
        """Run one line of a page; only commands of the product stand there. A plan is named as it was shown last."""
        program, *arguments = shlex.split(
            re.sub(r"(?<=--plan )[0-9a-f]{8}\b", self.plan, line).replace("\\\n", " ")
        )
        assert program == "numberline", line
        done = self(*arguments)
        self.plan = "".join(re.findall(r"^Plan ([0-9a-f]{8}) ", done.out, re.MULTILINE)) or self.plan
        return done

    def __call__(self, *arguments: object) -> Outcome:
        """Run a command, and give how it ended and what it printed."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run([str(argument) for argument in arguments])
        return Outcome(code, out.getvalue(), err.getvalue())


def parts(page: Path) -> Iterator[tuple[str, list[pages.Step]]]:
    """The steps of a page, cut where something happens meanwhile: the name of what happens, and the steps after it."""
    pieces = EVENT.split(page.read_text(encoding="utf-8"))
    yield "", pages.steps_in(pieces[0])
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        yield name, pages.steps_in(text)


def ending(shown: Sequence[str]) -> tuple[int, list[str]]:
    """The exit code that a page promises (a last line `(exit code N)`; else 0) and what it shows."""
    told = re.fullmatch(r"\(exit code (\d)\)", shown[-1].strip()) if shown else None
    return (int(told.group(1)), list(shown[:-1])) if told else (0, list(shown))
