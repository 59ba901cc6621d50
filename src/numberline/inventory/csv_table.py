"""Reading a CSV file with a header: its encoding, separator, header and rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

SEPARATORS: Final = (",", ";", "\t", "|")
MOST_BYTES: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One error. `row` is the line of the file in which the row begins, counted from 1 with the header; 0: all of it."""

    row: int
    message: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.message}" if self.row else self.message


class TableRefused(Exception):
    """The file can't be used. `problems` has every error in the order of rows; the text is one a line."""

    beginning = "Nothing was done."

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: one.row))
        super().__init__("\n".join([self.beginning] + [str(one) for one in self.problems]))


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is to have: its columns in the order of its header, those that it must have, what a file without rows
    means, and how to make one smaller."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    nothing: str
    smaller: str

    @property
    def header(self) -> str:
        """The first row, as one writes it."""
        return ",".join(self.columns)


def read_table(data: bytes, kind: Kind) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with a header: the line of each, and its cells by column (empty where there is none).

    Raises TableRefused when the file or its header is wrong.
    """
    text = _text(data, kind)
    header_line = next((line for line in text.splitlines() if line.strip()), "")
    if not header_line:
        raise _refused(f"the file is empty: its first row must be {kind.header}.")
    separator = max(SEPARATORS, key=header_line.count)
    problems: list[Problem] = []
    records = _records(text, separator, problems)
    _, header = next(records, (0, []))
    if problems:
        raise TableRefused(problems)
    places = _places([cell.strip().casefold() for cell in header], kind)
    rows = []
    for line, cells in records:
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            problems.append(
                Problem(line, f"it has {len(cells)} columns, but the header {len(header)}: correct it.")
            )
            continue
        rows.append((line, {name: _cell(cells, places.get(name)) for name in kind.columns}))
    if problems:
        raise TableRefused(problems)
    if not rows:
        raise _refused(f"the file has a header but no rows: {kind.nothing}.")
    return rows


def _text(data: bytes, kind: Kind) -> str:
    if len(data) > MOST_BYTES:
        raise _refused(f"the file is larger than 100 MB: {kind.smaller}.")
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


def _records(text: str, separator: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, each with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(line, f"it is not valid CSV ({error}): correct its quotes."))


def _places(header: list[str], kind: Kind) -> dict[str, int]:
    """Which column is where. Other columns are left alone."""
    problems = []
    for name in kind.columns:
        if header.count(name) > 1:
            problems.append(Problem(1, f'the header names the column "{name}" twice: remove one.'))
    for name in kind.required:
        if name not in header:
            near = get_close_matches(name, header, n=1, cutoff=0.6)
            hint = f' ("{near[0]}" is not it)' if near else ""
            problems.append(
                Problem(1, f'the column "{name}" is missing{hint}: the header must be {kind.header}.')
            )
    if problems:
        raise TableRefused(problems)
    return {name: header.index(name) for name in kind.columns if name in header}


def _cell(cells: list[str], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""


def _refused(message: str) -> TableRefused:
    return TableRefused([Problem(0, message)])
