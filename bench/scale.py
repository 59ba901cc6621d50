"""A tenant of a million people and a million numbers, on both databases: reading everything beside only fetching and
decoding it, the memory that this takes, and a poll that finds 100 changed people beside one in a tenant of 10,000.

The simulator answers at once, so that the work of the product is what is compared. On SQLite every commit is on the
disk; PostgreSQL runs where a server can be started.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from time import perf_counter

from bench.rows import Row
from bench.tenant import Done, Office, connected
from numberline.graph.client import GraphClient
from numberline.graph.errors import FullRoundNeeded
from numberline.graph.users import DeltaPage

SIZES = {
    "full": {"large": 1_000_000, "little": 10_000, "turns": 3, "limit": 12},
    # 12 x on SQLite and 22 x on PostgreSQL; how much of it is the start of the process is not known: not judged.
    "small": {"large": 10_000, "little": 1_000, "turns": 3, "limit": None},
}
RUNS = {"full": 1, "small": 1}
CHANGED = 100
MEGABYTES, TIMES_LITTLE = 400, 3
QUICK = "reads=1000"
"""Rates at which the client's own restraint does not hide what the work costs."""


def run(large: int, little: int, turns: int, limit: float | None) -> list[Row]:
    """Both tenants on each database that is to be had; `limit`: how many times what only fetching takes."""
    rows = []
    for database, urls in _databases():
        with ExitStack() as stack:
            offices = [
                stack.enter_context(connected("observe", people=people, joiners=0, env=_env(url)))
                for people, url in zip((large, little), urls, strict=True)
            ]
            rows += _measure(database, offices[0], offices[1], (large, little), turns, limit)
    return rows


def _env(url: str) -> dict[str, str]:
    return {"NUMBERLINE_DATABASE_URL": url} if url else {}


def _databases() -> Iterator[tuple[str, tuple[str, str]]]:
    """Name, and the addresses of two databases, of each kind that there is; no address: what a user gets."""
    yield "SQLite", ("", "")
    from tests.support import postgres

    try:
        with _server() as urls:
            yield "PostgreSQL", urls
    except postgres.NoServer as error:
        print(f"scale: on SQLite alone: {error}", file=sys.stderr)


@contextmanager
def _server() -> Iterator[tuple[str, str]]:
    import psycopg

    from tests.support import postgres

    server = postgres.start()
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            for name in ("large", "little"):
                connection.execute(f"CREATE DATABASE {name}")
        yield server.url("large"), server.url("little")
    finally:
        server.stop()


def _measure(
    database: str, big: Office, small: Office, sizes: tuple[int, int], turns: int, limit: float | None
) -> list[Row]:
    _bare(big)  # the simulator prepares its pages once
    people, numbers, bare = _bare(big)
    whole = big.sync(NUMBERLINE_GRAPH_RATES=QUICK)
    read = whole.json["read"]
    assert (read["people"], read["numbers"]) == (people, numbers), f"read {read} of {people} and {numbers}"
    small.sync(NUMBERLINE_GRAPH_RATES=QUICK)
    seconds = [_polls(office, turns) for office in (big, small)]
    size = f"{people:,} people, {numbers:,} numbers"
    each = f"{whole.seconds / people * 1e6:.0f} µs / {bare / people * 1e6:.0f} µs a person"
    return [
        Row(
            f"{database}: full sync / fetching and decoding",
            whole.seconds / bare,
            limit,
            f"{size}: {whole.seconds:.1f} s / {bare:.1f} s; {each}; {whole.processor:.1f} s of processor",
        ),
        Row(f"{database}: full sync, peak memory", whole.megabytes, MEGABYTES, size, unit="MB"),
        Row(
            f"{database}: poll, {sizes[0]:,} / {sizes[1]:,} people",
            seconds[0] / seconds[1],
            TIMES_LITTLE,
            f"{CHANGED} changed: {seconds[0]:.2f} s / {seconds[1]:.2f} s",
        ),
    ]


def _bare(office: Office) -> tuple[int, int, float]:
    """Read and decode every page with the product's own client and do nothing with it: people, numbers, seconds."""
    with office.client(reads=1000.0) as client:
        people, link, began = 0, None, perf_counter()
        while True:
            page = _page(client, link)
            people += len(page.users)
            if page.next_link is None:
                break
            link = page.next_link
        numbers = sum(map(len, client.number_pages()))
        return people, numbers, perf_counter() - began


def _page(client: GraphClient, link: str | None) -> DeltaPage:
    page = client.users_delta(link)
    assert not isinstance(page, FullRoundNeeded), "the simulator knows its own links"
    return page


def _polls(office: Office, turns: int) -> float:
    """The seconds of a run that finds people who moved to another city, keeping what they hold."""
    done: list[Done] = []
    with office.client() as client:
        people = _page(client, None).users[:CHANGED]
    for turn in range(turns):
        for person in people:
            office.simulator.control.change(person.id, city=f"Elsewhere {turn}")
        done.append(office.sync(NUMBERLINE_GRAPH_RATES=QUICK))
        read = done[-1].json["read"]["people"]
        assert read == CHANGED, f"the poll read {read} people instead of {CHANGED}"
    return float(median(each.json["seconds"] for each in done))
