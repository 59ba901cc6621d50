"""The portal's pages over a million numbers, 200,000 people, 200 ranges and half a million entries of the audit trail,
beside the same pages over a thousand of each and 70 ranges.

Both tenants live at once, each in a database and a process of its own, and are asked in turns through Django's own test
client, so that sign-in, the guard and the templates are in what is measured. The median of each page counts. On
PostgreSQL too, where a server can be started.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from bench.rows import Row
from bench.tenant import SOURCE

SIZES = {
    "full": {"numbers": 1_000_000, "people": 200_000, "small": 1_000, "turns": 15, "slower": 3.0},
    # Pages of some milliseconds beside whatever else the machine does: a page that counts or sorts is slower than that.
    "small": {"numbers": 50_000, "people": 10_000, "small": 1_000, "turns": 7, "slower": 6.0},
}
RUNS = {"full": 1, "small": 1}
QUERIES, KILOBYTES = 20, 150

PAGES: dict[str, str] = {
    "people": "people/",
    "people, waiting": "people/?decision=wait",
    "people, by reason": "people/?why=range_exhausted",
    "people, locked": "people/?locked=1",
    "people, held by a limit": "people/?held=release",
    "people, without a number": "people/?number=no",
    "people, a common name": "people/?q=anna",
    "people, several words": "people/?q={name}",
    "people, an address": "people/?q={upn}",
    "people, a number": "people/?q={number}",
    "people, the end of a number": "people/?q=0012",
    "people, a common name who waits": "people/?q=anna&decision=wait",
    "people, a common name, locked": "people/?q=anna&locked=1",
    "people, a common name without a number": "people/?q=anna&number=no",
    "people, a city": "people/?q=City%3D%22City+02%22",
    "people, a city and a department": "people/?attribute=City%3DCity+02&attribute=Department%3DLegal",
    "a person": "people/{person}/",
    "a person who waits": "people/{waiting}/",
    "a person with a past": "people/{traced}/",
    "numbers": "numbers/",
    "numbers, of a state": "numbers/?state=quarantined",
    "numbers, of a range": "numbers/?range={range}",
    "numbers, of a range and a state": "numbers/?range={range}&state=available",
    "numbers, of a provider": "numbers/?provider=Carrier+2",
    "numbers, of a type": "numbers/?type=operator_connect",
    "numbers, of a country and an area code": "numbers/?country=GB&area=20",
    "numbers, by their end": "numbers/?end=0012",
    "numbers, free ones by their end": "numbers/?state=available&end=5",
    "numbers, locked": "numbers/?locked=1",
    "numbers, without a range": "numbers/?no_range=1",
    "numbers, a number": "numbers/?q={number}",
    "numbers, the beginning of one": "numbers/?q=%2B4420",
    "numbers, a part of one": "numbers/?q=0000",
    "a number": "numbers/{number}/",
    "a number with a past": "numbers/{traced_number}/",
    "ranges": "ranges/",
    "ranges, searched": "ranges/?q=range+0",
    "ranges, of a provider": "ranges/?provider=Carrier+2",
    "a range": "ranges/{small_range}/",
    "overview": "",
    "worklist": "worklist/",
    "worklist, of a code": "worklist/?code=not_ready",
    "worklist, whose number no longer fits": "worklist/?code=moved",
    "worklist, one's own": "worklist/?who=me",
    "worklist, put off": "worklist/?snoozed=1",
    "activity": "activity/",
    "activity, of a person": "activity/?person={traced}",
    "activity, of a number": "activity/?number={traced_number}",
    "activity, of an actor": "activity/?actor=cli%3Aanna",
    "activity, of a verb and a time": "activity/?verb=assign&since=2026-11-01",
    "activity, a person and a verb": "activity/?person={traced}&verb=lock",
    "activity, an actor and a verb": "activity/?actor=cli%3Aanna&verb=note",
    "an entry": "activity/entries/500/",
    "runs": "activity/runs/",
    "runs, failed": "activity/runs/?outcome=failed",
    "a run": "activity/runs/{run}/",
    "search, a name": "search/?q=weber",
    "search, an end": "search/?q=0012",
}
"""Each page by name: its address below the tenant's. What stands in braces is filled in (bench.pages_tenant)."""
SHOWN: dict[str, str] = {
    "a plan of many changes": "plan/",
    "a range of many numbers": "ranges/{range}/",
    "the cells of a range": "ranges/{range}/cells/?first=442007000000",
}
"""Pages that show as much as there is, so that their ratio says nothing; their weight and queries count all the same."""


class Tenant:
    """A tenant in a process of its own that answers addresses."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.samples = self._answer()

    def get(self, address: str, *, count: bool = False) -> dict[str, Any]:
        """Ask for an address below the tenant's."""
        filled = address.format(**{name: quote(str(value)) for name, value in self.samples.items()})
        assert self._process.stdin is not None
        print(f"/t/Contoso/{filled}{' count' if count else ''}", file=self._process.stdin, flush=True)
        answer = self._answer()
        assert answer["status"] == 200, f"{filled} answered {answer['status']}"
        return answer

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process of a tenant ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


def run(numbers: int, people: int, small: int, turns: int, slower: float) -> list[Row]:
    """Both tenants on each database that is to be had; a page may be `slower` times as slow in the large one."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="numberline-bench-") as name:
        for database, big, little in _databases(Path(name)):
            with ExitStack() as stack:
                large = stack.enter_context(_tenant(big, Path(name), numbers, people))
                quick = stack.enter_context(_tenant(little, Path(name), small, small))
                rows += _measure(database, large, quick, turns, slower)
    return rows


def _databases(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Name, and the addresses of two databases, of each kind that there is."""
    yield (
        "SQLite",
        f"sqlite:///{folder / 'large.sqlite3'}?synchronous=off",
        f"sqlite:///{folder / 'small.sqlite3'}?synchronous=off",
    )
    import psycopg

    from tests.support import postgres

    try:
        server = postgres.start()
    except postgres.NoServer as error:
        print(f"pages: on SQLite alone: {error}", file=sys.stderr)
        return
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            for name in ("large", "small"):
                connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield "PostgreSQL", server.url("large"), server.url("small")
    finally:
        server.stop()


@contextmanager
def _tenant(url: str, folder: Path, numbers: int, people: int) -> Iterator[Tenant]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBERLINE_")}
    path = os.pathsep.join(filter(None, (str(SOURCE), str(SOURCE.parent), kept.get("PYTHONPATH"))))
    env = {
        **kept,
        "PYTHONPATH": path,
        "NUMBERLINE_DATA_DIR": str(folder / "data"),
        "NUMBERLINE_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "bench.pages_tenant", url, str(numbers), str(people)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    ) as process:
        try:
            yield Tenant(process)
        finally:
            process.kill()


def _measure(database: str, large: Tenant, little: Tenant, turns: int, slower: float) -> list[Row]:
    rows = []
    most, heaviest = (0, ""), (0.0, "")
    for name, address in {**PAGES, **SHOWN}.items():
        counted = [tenant.get(address, count=True) for tenant in (large, little)]
        most = max(most, *((each["queries"], name) for each in counted))
        heaviest = max(heaviest, *((each["bytes"] / 1000, name) for each in counted))
        seconds: tuple[list[float], list[float]] = ([], [])
        for _ in range(turns):
            for tenant, found in zip((large, little), seconds, strict=True):
                found.append(tenant.get(address)["seconds"])
        slow, quick = median(seconds[0]), median(seconds[1])
        detail = f"{slow * 1000:.1f} ms / {quick * 1000:.1f} ms, {counted[0]['queries']} queries"
        rows.append(Row(f"{database}: {name}", slow / quick, slower if name in PAGES else None, detail))
    rows.append(Row(f"{database}: most queries of a page", most[0], QUERIES, most[1], unit=""))
    rows.append(Row(f"{database}: heaviest page", heaviest[0], KILOBYTES, heaviest[1], unit="kB"))
    return rows
