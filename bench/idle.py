"""What a tenant costs in which nothing happens: very many of them on one worker, on PostgreSQL.

A simulator is one tenant. All that are served here are that one, under ids that differ in capital letters alone: they sign
in, are read and are polled each by itself, and share nothing but the machine that answers. After the first round of all,
the requests that arrive and the processor time of the worker are counted for a while, and told for a tenant and an hour.
"""

from __future__ import annotations

import os
import time
from itertools import islice, product
from pathlib import Path

import psycopg

from bench.rows import Row
from bench.workers import Books, offices, one, postgres, until, working

SIZES = {"full": {"tenants": 1000, "seconds": 120.0}, "small": {"tenants": 50, "seconds": 60.0}}
RUNS = {"full": 1, "small": 1}
POLL = 60
COPY = """
INSERT INTO tenants_tenant ({columns})
SELECT {values} FROM tenants_tenant WHERE name = 'firm0'
"""
COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
 WHERE table_name = 'tenants_tenant' AND column_name NOT IN ('id', 'name', 'entra_id')
"""
READ = "SELECT count(DISTINCT tenant_id) FROM runs_run WHERE outcome = 'done'"
PASSES = "SELECT count(*), count(*) FILTER (WHERE outcome <> 'done') FROM runs_run WHERE ended_at > %s"
WAITED = "SELECT coalesce(max(extract(epoch FROM now() - at)), 0) FROM jobs_due WHERE at < now()"


def run(tenants: int, seconds: float) -> list[Row]:
    """Look at so many tenants for so many seconds."""
    with postgres() as url, psycopg.connect(url, autocommit=True) as books, offices(url, 1) as [office]:
        _multiply(books, office.simulator.tenant_id, tenants)
        with working(office, books, 1) as [worker]:
            books.execute("UPDATE tenants_tenant SET mode = 'full'")
            until(lambda: one(books, READ)[0] == tenants)
            began = one(books, "SELECT now()")[0]
            office.simulator.control.clear_requests()
            spent = _processor(worker)
            time.sleep(seconds)
            spent = _processor(worker) - spent
            kinds: dict[str, int] = office.simulator.control.counts()["by_kind"]
            passes, failed = one(books, PASSES, began)
            late = float(one(books, WAITED)[0])
    assert failed == 0, f"{failed} of {passes} passes failed"
    an_hour = 3600 / seconds / tenants
    signing_in = kinds.pop("token", 0)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items(), key=lambda each: -each[1]))
    expected = tenants * seconds / POLL
    return [
        Row(
            f"{tenants} idle tenants: Graph calls a tenant and hour",
            sum(kinds.values()) * an_hour,
            None,
            f"{told}; signing in {signing_in * an_hour:.1f}",
            unit="",
        ),
        Row(
            f"{tenants} idle tenants: CPU seconds a tenant and hour",
            spent * an_hour,
            None,
            f"{100 * spent / seconds:.0f} % of a processor",
            unit="s",
        ),
        Row(
            f"{tenants} idle tenants: passes of those due every {POLL} s",
            100 * passes / expected,
            None,
            f"{passes} of {expected:.0f}, the longest wait {late:.1f} s",
            unit="%",
        ),
    ]


def _multiply(books: Books, entra_id: str, count: int) -> None:
    """Make so many tenants of the one that is there."""
    letters = [(letter, letter.upper()) if letter.isalpha() else (letter,) for letter in entra_id]
    (columns,) = one(books, COLUMNS)
    for number, spelling in enumerate(islice(product(*letters), 1, count), 1):
        key, name = "".join(spelling), f"firm{number}"
        books.execute(
            COPY.format(columns=f"name, entra_id, {columns}", values=f"'{name}', '{key}', {columns}").encode()
        )
    assert one(books, "SELECT count(*) FROM tenants_tenant")[0] == count


def _processor(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
