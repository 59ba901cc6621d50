"""The map of a range: its numbers as cells by state, so short that ten thousand of them fit into a page.

A run is a first number and, from there on, how many numbers are in which state: `442079460000:s120a3_2b` means 120
assigned, three available, two that the range doesn't have, and one blocked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet

from numberline.core.states import State
from numberline.inventory.models import Number

MOST_CELLS = 10_000
MOST_RUNS = 2_500
GAP = 10
"""Numbers that are missing in a row within a run; beyond it another run begins."""
MOST_GROUPS = 100
MOST_EXTENDED = 100

LETTERS = {
    State.AVAILABLE: "a",
    State.RESERVED: "r",
    State.ASSIGNING: "g",
    State.ASSIGNED: "s",
    State.RELEASING: "l",
    State.QUARANTINED: "q",
    State.BLOCKED: "b",
    State.RETIRED: "t",
}
_START = re.compile(r"\+[0-9]{3,15}")

Cell = tuple[int, str]
"""A number as whole number, and its state."""


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring numbers in the table beside the map: the first, the last, how many are in which state."""

    first: str
    last: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """How many numbers there are in it."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Map:
    """One page of a map. `following` and `previous` are where the next ones begin, None where there is none;
    `extended` are numbers with an extension, which have no place in the grid: (number, state)."""

    runs: str
    count: int
    first: str
    last: str
    groups: list[Group]
    extended: list[tuple[str, str]]
    following: str | None
    previous: str | None


def map_of(numbers: QuerySet[Number], start: str) -> Map:
    """The page that begins at this number, as it stands in an address; at the first one where it is none."""
    begin = int(start[1:]) if _START.fullmatch(start) else 0
    # In the order of their values, as they are drawn: the texts of a range stand along no index.
    behind = numbers.filter(value__gte=begin).order_by("value", "pk")
    rows = list(behind.values_list("text", "state")[: MOST_CELLS + 1])
    following = rows[MOST_CELLS][0].partition(";")[0] if len(rows) > MOST_CELLS else None
    cells = [(int(text[1:]), state) for text, state in rows[:MOST_CELLS] if ";" not in text]
    runs: list[str] = []
    for run in runs_of(cells):
        if len(runs) == MOST_RUNS:
            following = f"+{run[0][0]}"
            cells = [cell for cell in cells if f"+{cell[0]}" < following]
            break
        runs.append(f"{run[0][0]}:{written(run)}")
    return Map(
        runs=";".join(runs),
        count=len(cells),
        first=f"+{cells[0][0]}" if cells else "",
        last=f"+{cells[-1][0]}" if cells else "",
        groups=_groups(cells),
        extended=[row for row in rows[:MOST_CELLS] if ";" in row[0]][:MOST_EXTENDED],
        following=following,
        previous=_previous(numbers, begin),
    )


def runs_of(cells: Iterable[Cell]) -> Iterable[list[Cell]]:
    """The cells, parted where numbers are missing."""
    run: list[Cell] = []
    for cell in cells:
        if run and not 0 < cell[0] - run[-1][0] <= GAP + 1:
            yield run
            run = []
        run.append(cell)
    if run:
        yield run


def written(run: Sequence[Cell]) -> str:
    """The states of a run, the same ones counted."""
    letters: list[str] = []
    for at, (value, state) in enumerate(run):
        letters.extend("_" * (value - run[at - 1][0] - 1) if at else "")
        letters.append(LETTERS[State(state)])
    found = ((letter, len(list(same))) for letter, same in groupby(letters))
    return "".join(letter if count == 1 else f"{letter}{count}" for letter, count in found)


def _groups(cells: Sequence[Cell]) -> list[Group]:
    """Hundreds, or thousands and so on where those would be too many."""
    size = 100
    while len({value // size for value, _ in cells}) > MOST_GROUPS:
        size *= 10
    found = []
    for _, some in groupby(cells, lambda cell: cell[0] // size):
        part = list(some)
        counts = Counter(state for _, state in part)
        found.append(Group(f"+{part[0][0]}", f"+{part[-1][0]}", dict(counts)))
    return found


def _previous(numbers: QuerySet[Number], begin: int) -> str | None:
    if not begin:
        return None
    before = numbers.filter(value__lt=begin).order_by("-value", "-pk").values_list("value", flat=True)
    keys = list(before[:MOST_CELLS])
    return f"+{keys[-1]}" if keys else None
