"""Starts the simulator as a process of its own, for tests, benches and the demo."""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numberline

from .client import Control

START_SECONDS = 60.0
STOP_SECONDS = 10.0
RECORD_DIR = "NUMBERLINE_RECORD_DIR"
PROGRAM = (sys.executable, "-m", "numberline.simulator")
_count = itertools.count(1)


class SimulatorError(Exception):
    """The simulator did not start; the text has what it said."""


@dataclass(frozen=True, slots=True)
class SimulatorProcess:
    """A running simulator, and how to reach it."""

    url: str
    ca_file: str
    tenant_id: str
    client_id: str
    client_secret: str
    control: Control
    pid: int


@contextmanager
def start(
    people: int = 0,
    seed: int = 1,
    program: Sequence[str] = PROGRAM,
    **options: str | int | float | Path | list[Path],
) -> Iterator[SimulatorProcess]:
    """Run a simulator until the block ends.

    `options` are those of the command line (`client_secret="…"` is `--client-secret …`; a list repeats the option).
    When the environment names a directory in NUMBERLINE_RECORD_DIR, everything is recorded there. `program` is what
    is run as the simulator.
    """
    command = [*program, "--exit-with-parent"]
    command += _arguments({"people": people, "seed": seed, **options, **_recording(options)})
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            process_group=0,  # Ctrl-C is for who started it, who ends it when all is settled
        )
        try:
            ready = json.loads(_first_line(process, errors))
            with Control(ready["url"], ready["ca_file"]) as control:
                yield SimulatorProcess(
                    **{
                        name: ready[name]
                        for name in ("url", "ca_file", "tenant_id", "client_id", "client_secret")
                    },
                    control=control,
                    pid=process.pid,
                )
        finally:
            _stop(process)


def _arguments(options: dict[str, str | int | float | Path | list[Path]]) -> list[str]:
    found = []
    for name, value in options.items():
        for each in value if isinstance(value, list) else [value]:
            found += ["--" + name.replace("_", "-"), str(each)]
    return found


def _recording(options: dict[str, str | int | float | Path | list[Path]]) -> dict[str, Path]:
    folder = os.environ.get(RECORD_DIR)
    if not folder or "record" in options:
        return {}
    Path(folder).mkdir(parents=True, exist_ok=True)
    return {"record": Path(folder) / f"{os.getpid()}-{next(_count)}.jsonl"}


def _environment() -> dict[str, str]:
    source = str(Path(numberline.__file__).parent.parent)
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": source + (os.pathsep + path if path else "")}


def _first_line(process: subprocess.Popen[bytes], errors: IO[bytes]) -> bytes:
    assert process.stdout is not None, "it was opened as a pipe"
    late = threading.Timer(START_SECONDS, process.kill)
    late.start()
    line = process.stdout.readline()
    late.cancel()
    if not line:
        process.wait(STOP_SECONDS)
        errors.seek(0)
        raise SimulatorError(f"The simulator did not start: {errors.read().decode(errors='replace').strip()}")
    return line


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None, "it was opened as a pipe"
    assert process.stdout is not None, "it was opened as a pipe"
    late = threading.Timer(STOP_SECONDS, process.kill)
    late.start()
    process.stdin.close()
    process.wait()  # without a timeout: with one it would look again and again, and late
    late.cancel()
    process.stdout.close()
