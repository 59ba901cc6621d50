"""Runs the `numberline` command as a user does: in a process of its own, with settings in the environment.

A command is started warm unless a test wants it cold (tests.support.programs): it is the same, only there sooner,
and it asks sooner how an operation ended.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support import programs
from tests.support.session import ROOT, TRUSTED, is_setting

COLD = (sys.executable, "-m", "numberline")


class Outcome(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


class Command:
    """`command("sync", "contoso")` runs and waits; `command.start(...)` gives the running process."""

    def __init__(self, settings: Mapping[str, str], folder: Path, *, cold: bool = False) -> None:
        self._settings = dict(settings)
        self._cold = cold
        self._folder = folder
        self._started: list[subprocess.Popen[str]] = []

    def __call__(
        self, *arguments: object, env: Mapping[str, str] | None = None, stdin: str = "", timeout: float = 120
    ) -> Outcome:
        """Run to the end. After `timeout` seconds the command is killed: subprocess.TimeoutExpired."""
        return self.run([*self._program(), *map(str, arguments)], env=env, stdin=stdin, timeout=timeout)

    def run(
        self, line: list[str], env: Mapping[str, str] | None = None, stdin: str = "", timeout: float = 120
    ) -> Outcome:
        """Run any program in the environment and the folder of the command."""
        done = programs.run(
            line, text=stdin, folder=self._folder, environment=self.environment(env), timeout=timeout
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def start(
        self, *arguments: object, env: Mapping[str, str] | None = None, cold: bool = False
    ) -> subprocess.Popen[str]:
        """Start without waiting; what still runs at the end of the test is killed.

        Who looks at the process itself (its id, its children) wants it `cold`: the warm one is a child of the server.
        """
        return self.start_line([*(COLD if cold else self._program()), *map(str, arguments)], env=env)

    def start_line(self, line: list[str], env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start any program in the environment and the folder of the command, as `start` does."""
        process = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=self._folder,
            env=self.environment(env),
        )
        self._started.append(process)
        return process

    def _program(self) -> list[str]:
        return [*COLD] if self._cold else programs.warm("tests.support.quick:main")

    def close(self) -> None:
        """Kill what was started and still runs, and close its pipes."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment in which the command runs, with these variables added."""
        kept = {key: value for key, value in os.environ.items() if not is_setting(key)}
        kept["PYTHONPATH"] = os.pathsep.join(
            filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH", "")))
        )
        if self._cold:
            kept.pop(TRUSTED, None)
        # Without a terminal's width the width of listings would depend on who runs the tests.
        kept |= {"COLUMNS": "200", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
        return kept | self._settings | dict(more or {})
