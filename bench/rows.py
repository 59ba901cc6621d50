"""What a bench module gives: rows of figures, each with its limit.

A bench module has ``SIZES = {"full": {...}, "small": {...}}`` and ``run(**size) -> list[Row]``. It is run three times
and the median of each row counts; ``RUNS = {"small": 1}`` says that one run of a size is enough. Importing a bench
must need no optional package: `run` raises `Unavailable`.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_low


class Unavailable(Exception):
    """The bench cannot run here; the message is one sentence that says what is missing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: its value (mostly a ratio within one run) against its limit. `detail` shows seconds, unjudged.

    A row without a limit is shown and not judged.
    """

    name: str
    ratio: float
    limit: float | None
    detail: str = ""
    at_least: bool = False
    unit: str = "x"

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its limit, if it has one."""
        if self.limit is None:
            return True
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def median_rows(runs: list[list[Row]]) -> list[Row]:
    """Row by row the run with the median value; of an even number of runs the lower one in the middle."""
    found = []
    for rows in zip(*runs, strict=True):
        middle = median_low([row.ratio for row in rows])
        found.append(next(row for row in rows if row.ratio == middle))
    return found
