"""Holding the rows of an import against the ranges and against each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from numberline.core.blocks import MOST_NUMBERS, Block, refuse_impossible
from numberline.core.person import NumberType
from numberline.core.phone import NumberError, PhoneNumber, parse
from numberline.core.words import TYPE_WORDS
from numberline.inventory.config_overlaps import MOST_DECLARED
from numberline.inventory.import_file import ImportProblem, ImportRefused, ImportRow
from numberline.inventory.known import Known
from numberline.inventory.models import Range
from numberline.inventory.spans import Numbers


def check_rows(rows: Sequence[ImportRow], ranges: Sequence[Range], known: Known) -> dict[str, list[Block]]:
    """The blocks to import by the name of their range. Raises ImportRefused with every error of every row. Numbers that
    are `known` are not refused for their length."""
    problems: list[ImportProblem] = []
    by_name = {one.name.casefold(): one for one in ranges}
    checked: list[tuple[ImportRow, Block, str]] = []
    for row in rows:
        name = _range_of(row, by_name, problems)
        block = _block_of(row, problems, known)
        if block is not None:
            checked.append((row, block, name))
    problems.extend(_overlaps(checked, ranges))
    total = sum(len(block) for _, block, _ in checked)
    if total > MOST_DECLARED:
        problems.append(
            ImportProblem(0, f"the rows hold {total:,} numbers: at most {MOST_DECLARED:,} can be imported.")
        )
    if problems:
        raise ImportRefused(problems)
    found: dict[str, list[Block]] = {}
    for _, block, name in checked:
        found.setdefault(name, []).append(block)
    return found


def _range_of(row: ImportRow, by_name: dict[str, Range], problems: list[ImportProblem]) -> str:
    if not row.range:
        problems.append(ImportProblem(row.row, "it names no range: fill in the column range."))
        return ""
    found = by_name.get(row.range.casefold())
    if found is None:
        near = get_close_matches(row.range.casefold(), by_name, n=1, cutoff=0.6)
        hint = f'did you mean "{by_name[near[0]].name}"?' if near else "make the range first."
        problems.append(ImportProblem(row.row, f'there is no range "{row.range}": {hint}'))
        return row.range
    if found.type != NumberType.DIRECT_ROUTING:
        type_ = TYPE_WORDS[NumberType(found.type)]
        message = (
            f'range "{found.name}" is of type {type_}, whose numbers come from Teams: only Direct Routing numbers '
            "can be imported."
        )
        problems.append(ImportProblem(row.row, message))
    return found.name


def _block_of(row: ImportRow, problems: list[ImportProblem], known: Known) -> Block | None:
    first = _number(row, "first", row.first, problems)
    last = _number(row, "last", row.last, problems) if row.last else first
    if first is None or last is None:
        return None
    try:
        block = Block(first, last)
        refuse_impossible(block, known)
    except NumberError as error:
        problems.append(ImportProblem(row.row, str(error)))
        return None
    if len(block) > MOST_NUMBERS:
        problems.append(
            ImportProblem(row.row, f"{block} holds more than {MOST_NUMBERS:,} numbers: check its digits.")
        )
        return None
    return block


def _number(row: ImportRow, column: str, text: str, problems: list[ImportProblem]) -> PhoneNumber | None:
    if not text:
        problems.append(ImportProblem(row.row, f"{column} is empty: fill in a number."))
        return None
    try:
        return parse(text)
    except NumberError as error:
        problems.append(ImportProblem(row.row, f"{column}: {error}"))
        return None


_Entry = tuple[Block, ImportRow, str]


def _overlaps(
    checked: Sequence[tuple[ImportRow, Block, str]], ranges: Iterable[Range]
) -> Iterator[ImportProblem]:
    """Rows that share numbers with each other, or with another range than theirs."""
    plain: list[_Entry] = []
    exact: dict[Block, ImportRow] = {}
    claimed = _Claimed(ranges)
    for row, block, name in checked:
        yield from claimed.by_others(block, row, name)
        if block.first.extension is None:
            plain.append((block, row, name))
        elif exact.setdefault(block, row) is not row:
            yield _repeated(exact[block], row, block)
    plain.sort(key=lambda entry: (entry[0].first.value, entry[0].last.value))
    reach: _Entry | None = None
    for entry in plain:
        if reach is not None and (shared := reach[0].overlap(entry[0])) is not None:
            yield _repeated(reach[1], entry[1], shared)
        if reach is None or entry[0].last.value > reach[0].last.value:
            reach = entry


def _repeated(one: ImportRow, other: ImportRow, shared: Block) -> ImportProblem:
    first, second = sorted((one.row, other.row))
    return ImportProblem(second, f"it repeats {shared} of row {first}: remove it from one of them.")


class _Claimed:
    """What the ranges list already; no number is in two of them."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        self._spans: list[tuple[int, int, str]] = []
        self._exact: dict[tuple[int, str], str] = {}
        for one in ranges:
            numbers = Numbers.stored(one.numbers)
            self._spans.extend((start, end, one.name) for start, end in numbers.spans)
            self._exact.update((key, one.name) for key in numbers.extended)
        self._spans.sort()
        self._ends = [end for _, end, _ in self._spans]

    def by_others(self, block: Block, row: ImportRow, name: str) -> Iterator[ImportProblem]:
        """An error for each other range that has numbers of the block."""
        first, last = block.first, block.last
        if first.extension is not None:
            other = self._exact.get((first.value, first.extension))
            if other is not None and other != name:
                yield _taken(row, str(block), other)
            return
        for at in range(bisect_left(self._ends, first.value), len(self._spans)):
            start, end, other = self._spans[at]
            if start > last.value:
                return
            if other != name:
                shared = Numbers(((max(start, first.value), min(end, last.value)),))
                yield _taken(row, shared.texts()[0], other)


def _taken(row: ImportRow, numbers: str, name: str) -> ImportProblem:
    return ImportProblem(row.row, f'range "{name}" has {numbers} already: remove it here or there.')
