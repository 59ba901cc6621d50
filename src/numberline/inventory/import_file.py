"""Reading the CSV file of an import: its encoding, separator, header and rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

COLUMNS: Final = ("first", "last", "range")
REQUIRED: Final = ("first", "range")
SEPARATORS: Final = (",", ";", "\t", "|")
MOST_BYTES: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One error. `row` is the line of the file in which the row begins, counted from 1 with the header; 0: all of it."""

    row: int
    message: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.message}" if self.row else self.message


class ImportRefused(Exception):
    """The file can't be imported. `problems` has every error in the order of rows; the text is one a line."""

    def __init__(self, problems: Iterable[ImportProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: one.row))
        super().__init__("\n".join(["Nothing was imported."] + [str(one) for one in self.problems]))


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of the file. `row` is its line."""

    row: int
    first: str
    last: str
    range: str


def read_rows(data: bytes) -> list[ImportRow]:
    """The rows of a CSV file with a header. Raises ImportRefused when the file or its header is wrong."""
    text = _text(data)
    header_line = next((line for line in text.splitlines() if line.strip()), "")
    if not header_line:
        raise _refused("the file is empty: its first row must be first,last,range.")
    separator = max(SEPARATORS, key=header_line.count)
    problems: list[ImportProblem] = []
    records = _records(text, separator, problems)
    _, header = next(records, (0, []))
    if problems:
        raise ImportRefused(problems)
    places = _places([cell.strip().casefold() for cell in header])
    rows = []
    for line, cells in records:
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            problems.append(
                ImportProblem(line, f"it has {len(cells)} columns, but the header {len(header)}: correct it.")
            )
            continue
        rows.append(ImportRow(line, *(_cell(cells, places.get(name)) for name in COLUMNS)))
    if problems:
        raise ImportRefused(problems)
    if not rows:
        raise _refused("the file has a header but no rows: nothing is to be imported.")
    return rows


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise _refused("the file is larger than 100 MB: write numbers as blocks with first and last.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused('the file is UTF-16: save it as "CSV UTF-8".')
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(f'the file is not UTF-8 text (see line {line}): save it as "CSV UTF-8".') from None
    if "\0" in text:
        raise _refused("the file is not text: save the sheet as CSV.")
    return text


def _records(text: str, separator: str, problems: list[ImportProblem]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, each with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(ImportProblem(line, f"it is not valid CSV ({error}): correct its quotes."))


def _places(header: list[str]) -> dict[str, int]:
    """Which column is where. Other columns are left alone."""
    problems = []
    for name in COLUMNS:
        if header.count(name) > 1:
            problems.append(ImportProblem(1, f'the header names the column "{name}" twice: remove one.'))
    for name in REQUIRED:
        if name not in header:
            near = get_close_matches(name, header, n=1, cutoff=0.6)
            hint = f' ("{near[0]}" is not it)' if near else ""
            problems.append(
                ImportProblem(
                    1, f'the column "{name}" is missing{hint}: the header must be first,last,range.'
                )
            )
    if problems:
        raise ImportRefused(problems)
    return {name: header.index(name) for name in COLUMNS if name in header}


def _cell(cells: list[str], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""


def _refused(message: str) -> ImportRefused:
    return ImportRefused([ImportProblem(0, message)])
