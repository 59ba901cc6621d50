"""What each row of a CSV file would do, before anything is written: every row, the wrong ones with all that is wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from numberline.core.blocks import Block, doubts
from numberline.core.phone import parse
from numberline.inventory.import_check import check_rows
from numberline.inventory.import_file import ImportRefused, ImportRow, read_rows
from numberline.inventory.known import in_inventory
from numberline.inventory.models import Range
from numberline.inventory.spans import Numbers
from numberline.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class RowPreview:
    """A row of the file, by its line: how many numbers it adds and how many are in their range already; or what is
    wrong with it (then both are 0). `doubts`: what is likely mistyped, and can be imported all the same."""

    row: ImportRow
    adds: int
    present: int
    problems: tuple[str, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilePreview:
    """A whole file: its rows in their order, and what is wrong with all of it. It can be imported when nothing is."""

    rows: tuple[RowPreview, ...]
    problems: tuple[str, ...]

    @property
    def wrong(self) -> int:
        """How many rows are wrong."""
        return sum(bool(row.problems) for row in self.rows)

    @property
    def doubtful(self) -> int:
        """How many rows are likely mistyped."""
        return sum(bool(row.doubts) for row in self.rows)

    @property
    def adds(self) -> int:
        """How many numbers the ranges would gain."""
        return sum(row.adds for row in self.rows)

    @property
    def fine(self) -> bool:
        """Whether it can be imported."""
        return not self.problems and not self.wrong


def preview_file(tenant: Tenant, data: bytes) -> FilePreview:
    """What an import of this file would do as things are now. A file that can't be read has no rows."""
    try:
        rows = read_rows(data)
    except ImportRefused as refused:
        return FilePreview((), tuple(str(problem) for problem in refused.problems))
    stored = list(Range.objects.of(tenant.pk).order_by("pk"))
    try:
        check_rows(rows, stored, in_inventory(tenant.pk))
    except ImportRefused as refused:
        return _with_problems(rows, refused)
    known = {one.name.casefold(): Numbers.stored(one.numbers) for one in stored}
    return FilePreview(tuple(_counted(row, known[row.range.casefold()]) for row in rows), ())


def _with_problems(rows: list[ImportRow], refused: ImportRefused) -> FilePreview:
    wrong: dict[int, list[str]] = defaultdict(list)
    for problem in refused.problems:
        wrong[problem.row].append(problem.message)
    shown = (
        RowPreview(row, 0, 0, tuple(wrong[row.row]))
        if row.row in wrong
        else RowPreview(row, 0, 0, (), _doubts(row))
        for row in rows
    )
    return FilePreview(tuple(shown), tuple(wrong.get(0, ())))


def _block(row: ImportRow) -> Block:
    """The numbers of a row in which nothing is wrong."""
    first = parse(row.first)
    return Block(first, parse(row.last) if row.last else first)


def _doubts(row: ImportRow) -> tuple[str, ...]:
    return tuple(doubts([_block(row)]))


def _counted(row: ImportRow, known: Numbers) -> RowPreview:
    listed = Numbers.of([_block(row)])
    adds = len(listed.without(known))
    return RowPreview(row, adds, len(listed) - adds, (), _doubts(row) if adds else ())
