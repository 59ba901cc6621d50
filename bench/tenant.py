"""A simulated tenant connected through the command line, and the real command measured as a whole process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from numberline import logs
from numberline.graph.client import GraphClient
from numberline.graph.credentials import Credentials
from numberline.graph.rates import Rates
from numberline.simulator.process import SimulatorProcess, start

SOURCE = Path(__file__).resolve().parent.parent / "src"
MEGABYTE = 1024 if sys.platform == "darwin" else 1
"""`ru_maxrss` counts kilobytes, on macOS bytes."""


class CommandFailed(Exception):
    """A command of the product ended otherwise than the bench expects; the text has what it said."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended: its seconds from start to end, the peak memory of its process in MB, what it printed, and the
    seconds of processor that it took."""

    seconds: float
    megabytes: float
    out: str
    processor: float = 0.0

    @property
    def json(self) -> dict[str, Any]:
        """What it printed with `--json`."""
        answer: dict[str, Any] = json.loads(self.out)
        return answer


@dataclass(frozen=True, slots=True)
class Office:
    """A connected tenant: its simulator, and an installation of the product (SQLite in a folder) that serves it."""

    simulator: SimulatorProcess
    folder: Path
    start_seconds: float
    env: Mapping[str, str] = field(default_factory=dict)

    def numberline(self, *arguments: object, codes: tuple[int, ...] = (0,), **settings: str) -> Done:
        """Run the command to its end in a process of its own; `settings` are further variables of the environment."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            began = perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "numberline", *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.folder,
                env=self.environment(settings),
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds = perf_counter() - began
            process.returncode = code = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            if code not in codes:
                raise CommandFailed(
                    f"{' '.join(map(str, arguments))} ended with {code}: {err.read().decode()}"
                )
            processor = usage.ru_utime + usage.ru_stime
            return Done(seconds, usage.ru_maxrss / 1024 / MEGABYTE, out.read().decode(), processor)

    def sync(self, *options: str, codes: tuple[int, ...] = (0,), **settings: str) -> Done:
        """`numberline sync`, with its JSON."""
        return self.numberline("sync", "contoso", *options, "--json", codes=codes, **settings)

    @contextmanager
    def client(self, **rates: float) -> Iterator[GraphClient]:
        """The product's own Graph client for this tenant, in this process."""
        logs.configure({"level": "WARNING"})
        with GraphClient(credentials(self.simulator), rates=Rates(**rates)) as client:
            yield client

    def simulator_megabytes(self) -> float:
        """The peak memory of the simulator; where the system does not tell it, what it uses now."""
        status = Path(f"/proc/{self.simulator.pid}/status")
        if status.exists():
            line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
            return int(line.split()[1]) / 1024
        shown = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self.simulator.pid)], capture_output=True, text=True, check=True
        )
        return int(shown.stdout) / 1024

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The environment of a command, with these settings besides."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBERLINE_")}
        path = os.pathsep.join(filter(None, (str(SOURCE), kept.get("PYTHONPATH"))))
        own = {"PYTHONPATH": path, "NUMBERLINE_DATA_DIR": str(self.folder / "data"), "NO_COLOR": "1"}
        return {**kept, **own, **self.env, **settings}


def credentials(simulator: SimulatorProcess) -> Credentials:
    """How to sign in to a simulated tenant."""
    return Credentials(
        tenant_id=simulator.tenant_id,
        client_id=simulator.client_id,
        secret=simulator.client_secret,
        graph_url=simulator.url,
        login_url=simulator.url,
        ca_pem=Path(simulator.ca_file).read_text(),
    )


@contextmanager
def connected(
    mode: str, *, configuration: str = "", env: Mapping[str, str] | None = None, **options: Any
) -> Iterator[Office]:
    """A simulator (`options` are its own), connected as a user would, with its company's configuration applied.

    `configuration` replaces the company's own. The database is what a user gets who sets nothing: SQLite, every
    commit on the disk.
    """
    with tempfile.TemporaryDirectory(prefix="numberline-bench-") as name:
        folder = Path(name)
        declared = folder / "numberline.yaml"
        began = perf_counter()
        with start(write_config=declared, **options) as simulator:
            office = Office(simulator, folder, perf_counter() - began, env or {})
            if configuration:
                declared.write_text(configuration)
            add(office, declared, mode)
            yield office


def add(office: Office, declared: Path, mode: str, name: str = "contoso") -> None:
    """Connect the simulated tenant under this name, with what is declared of it."""
    simulator = office.simulator
    (office.folder / "secret.txt").write_text(simulator.client_secret)
    connect = ["tenant", "add", name, "--entra-id", simulator.tenant_id, "--client-id", simulator.client_id]
    urls = ["--graph-url", simulator.url, "--login-url", simulator.url, "--ca-file", simulator.ca_file]
    office.numberline(*connect, "--client-secret-file", office.folder / "secret.txt", *urls)
    office.numberline("config", "apply", declared)
    office.numberline("tenant", "mode", name, mode)
