"""A poll that finds 100 changed people, in a large tenant beside the same in a small one.

In mode `observe` 100 people move to another city. In mode `full` 100 people join, and the poll gives each a number:
the size of the tenant may add little to that either. Judged are the seconds of the run itself, which the background
loop repeats every minute; a command adds the start of a process. The simulator answers at once, so that the work of
the product is what is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from bench.rows import Row
from bench.tenant import Done, Office, connected

SIZES = {
    "full": {"large": 100_000, "small": 1_000, "turns": 3},
    "small": {"large": 10_000, "small": 1_000, "turns": 1},
}
RUNS = {"small": 1}
CHANGED = 100
QUICK = {"NUMBERLINE_GRAPH_RATES": "reads=500,writes=250,writes_most=250"}
"""Rates at which the client's own restraint does not hide the difference."""

Change = Callable[[Office, int], None]


def run(large: int, small: int, turns: int) -> list[Row]:
    """Both tenants live at once and are polled in turns; the median of each counts."""
    size = f"{large:,} / {small:,}"
    with (
        connected("observe", people=large, joiners=0) as big,
        connected("observe", people=small, joiners=0) as little,
    ):
        offices = (big, little)
        for office in offices:
            office.sync(**QUICK)
        moved = _polls(offices, _move, turns)
        for office in offices:
            office.numberline("tenant", "mode", "contoso", "full")
            office.sync(**QUICK)
        joined = _polls(offices, _join, turns)
    return [_row(f"poll in observe, {size} people", *moved), _row(f"poll in full, {size} people", *joined)]


def _polls(offices: tuple[Office, Office], change: Change, turns: int) -> tuple[list[Done], list[Done]]:
    done: tuple[list[Done], list[Done]] = ([], [])
    for turn in range(turns):
        for office, polls in zip(offices, done, strict=True):
            change(office, turn)
            polls.append(office.sync(**QUICK))
            read = polls[-1].json["read"]["people"]
            assert read == CHANGED, f"the poll read {read} people instead of {CHANGED}"
    return done


def _move(office: Office, turn: int) -> None:
    """Each time the same people move on to another city, keeping the numbers that they hold."""
    with office.client() as client:
        page = client.users_delta()
    for person in page.users[:CHANGED]:
        office.simulator.control.change(person.id, city=f"Elsewhere {turn}")


def _join(office: Office, turn: int) -> None:
    office.simulator.control.join(CHANGED)


def _row(name: str, large: list[Done], small: list[Done]) -> Row:
    seconds = [median(done.json["seconds"] for done in each) for each in (large, small)]
    whole = [median(done.seconds for done in each) for each in (large, small)]
    detail = (
        f"{CHANGED} changed: {seconds[0]:.2f} s / {seconds[1]:.2f} s; "
        f"as commands {whole[0]:.2f} s / {whole[1]:.2f} s"
    )
    return Row(name, seconds[0] / seconds[1], 2, detail)
