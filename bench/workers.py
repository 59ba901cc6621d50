"""Four tenants with two worker processes against one, on PostgreSQL, each answer of Microsoft taking 100 ms.

Each worker serves one tenant at a time, so that what is measured is that work spreads over processes. The same people
join all four tenants while nobody works; then all tenants are due at once. Judged is the time from the first run's start
to the last one's end, as the runs' own rows have it. Where no PostgreSQL server can be started, nothing is measured.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from bench.joiners import PARK_LANE, hire
from bench.rows import Row, Unavailable
from bench.tenant import Office, add
from numberline.simulator.process import start

SIZES = {"full": {"people": 60}, "small": {"people": 12}}
RUNS = {"full": 3, "small": 1}
TENANTS = 4
LATENCY = 0.1
OPERATION_SECONDS = 0.2
LIMIT = 1.6
PATIENCE = 600.0
Books = psycopg.Connection[tuple[Any, ...]]
GO = """
UPDATE jobs_due SET at = now(), failures = 0;
UPDATE tenants_tenant SET mode = 'full';
"""
REST = "UPDATE tenants_tenant SET mode = 'off'"
LIVING = "SELECT count(*) FROM jobs_worker WHERE ended_at IS NULL AND started_at > %s"
ENDED = """
SELECT count(DISTINCT tenant_id), min(started_at), max(ended_at) FROM runs_run
 WHERE started_at > %s AND ended_at IS NOT NULL
"""
HELD = "SELECT count(*) FROM assignments_assignment WHERE until IS NULL"


def run(people: int) -> list[Row]:
    """Let `people` join each tenant, twice: one worker serves the first, two the others."""
    with postgres() as url, psycopg.connect(url, autocommit=True) as books, offices(url, TENANTS) as made:
        _work(made, books, 1, 1)
        alone = _work(made, books, people, 1)
        both = _work(made, books, people, 2)
    detail = f"{alone:.1f} s / {both:.1f} s, {TENANTS} tenants of {people} joiners each, one tenant a worker at a time"
    return [Row("four tenants: one worker / two workers", alone / both, LIMIT, detail, at_least=True)]


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database of a server of our own."""
    from tests.support import postgres

    try:
        server = postgres.start()
    except postgres.NoServer as error:
        raise Unavailable(str(error)) from error
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield server.url("bench")
    finally:
        server.stop()


@contextmanager
def offices(url: str, count: int) -> Iterator[list[Office]]:
    """So many connected tenants of one installation, each with a simulator of its own; nobody serves them yet."""
    env = {"NUMBERLINE_DATABASE_URL": url, "NUMBERLINE_LOG": "error"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="numberline-bench-")))
        made = []
        for number in range(count):
            simulator = stack.enter_context(start(seed=number + 1))
            office = Office(simulator, folder, 0.0, env)
            name = f"firm{number}"
            declared = folder / f"{name}.yaml"
            declared.write_text(PARK_LANE.replace("tenant: contoso", f"tenant: {name}"))
            add(office, declared, "off", name)
            simulator.control.faults(latency=LATENCY, operation_seconds=OPERATION_SECONDS)
            made.append(office)
        yield made


@contextmanager
def working(office: Office, books: Books, count: int, *options: str) -> Iterator[list[int]]:
    """So many worker processes, which live when the block begins; gives their ids."""
    command = [sys.executable, "-m", "numberline", "worker", *options]
    began = one(books, "SELECT now()")[0]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    command, stderr=subprocess.DEVNULL, cwd=office.folder, env=office.environment({})
                )
            )
            for _ in range(count)
        ]
        try:
            until(lambda: one(books, LIVING, began)[0] == count)
            yield [process.pid for process in processes]
        finally:
            for process in processes:
                process.terminate()


def _work(made: list[Office], books: Books, people: int, workers: int) -> float:
    """Seconds for which so many workers serve so many joiners of each tenant."""
    wanted = one(books, HELD)[0] + people * len(made)
    for office in made:
        hire(office, people)
    with working(made[0], books, workers, "--at-once", "1"):
        began = one(books, "SELECT now()")[0]
        books.execute(GO)
        until(lambda: one(books, ENDED, began)[0] == len(made))
        _, first, last = one(books, ENDED, began)
        books.execute(REST)
    held = one(books, HELD)[0]
    assert held == wanted, f"{held} people have a number, not {wanted}"
    return float((last - first).total_seconds())


def one(books: Books, query: LiteralString, *values: object) -> tuple[Any, ...]:
    """The one row of a query."""
    row = books.execute(query, values).fetchone()
    assert row is not None
    return row


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "what is waited for did not come"
        time.sleep(0.05)
