"""Reading the CSV file of an import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from numberline.inventory.csv_table import Kind, TableRefused, read_table
from numberline.inventory.csv_table import Problem as ImportProblem

__all__ = ["ImportProblem", "ImportRefused", "ImportRow", "read_rows"]

NUMBERS: Final = Kind(
    columns=("first", "last", "range"),
    required=("first", "range"),
    nothing="nothing is to be imported",
    smaller="write numbers as blocks with first and last",
)


class ImportRefused(TableRefused):
    """The file can't be imported. `problems` has every error in the order of rows; the text is one a line."""

    beginning = "Nothing was imported."


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of the file. `row` is its line."""

    row: int
    first: str
    last: str
    range: str


def read_rows(data: bytes) -> list[ImportRow]:
    """The rows of a CSV file with a header. Raises ImportRefused when the file or its header is wrong."""
    try:
        rows = read_table(data, NUMBERS)
    except TableRefused as error:
        raise ImportRefused(error.problems) from None
    return [ImportRow(line, **cells) for line, cells in rows]
