"""Blocks of consecutive numbers and their arithmetic.

A block runs from its first to its last number, both included. A number with an extension stands alone: it is a
block of one, and it never overlaps the plain number it extends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from numberline.core.phone import NumberError, PhoneNumber, doubt, impossible, parse

MOST_NUMBERS = 1_000_000
"""The largest block that may be written, in numbers: beyond it a digit was mistyped."""

_SPAN = re.compile(r"\s*(tel:\S+?|\+\S+?)\s*[-\u2010-\u2015]\s*(tel:\S+|\+\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """The numbers from `first` to `last`, of one length.

    Raises:
        NumberError: the end lies before the start, the lengths differ, or a span has an extension.
    """

    first: PhoneNumber
    last: PhoneNumber

    def __post_init__(self) -> None:
        first, last = self.first, self.last
        if first == last:
            return
        if first.extension is not None or last.extension is not None:
            raise NumberError(f"{self} spans numbers with an extension: list each of them by itself.")
        if len(first.e164) != len(last.e164):
            raise NumberError(f"{self} joins numbers of different lengths: give both ends all their digits.")
        if last.value < first.value:
            raise NumberError(f"{self} ends before it starts: write the lower number first.")

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def __len__(self) -> int:
        return self.last.value - self.first.value + 1

    def __contains__(self, number: PhoneNumber) -> bool:
        if number.extension is not None or self.first.extension is not None:
            return number == self.first
        return self.first.value <= number.value <= self.last.value

    def __iter__(self) -> Iterator[PhoneNumber]:
        """Every number of the block, lowest first."""
        if self.first.extension is not None:
            yield self.first
            return
        for value in range(self.first.value, self.last.value + 1):
            yield PhoneNumber(f"+{value}")

    def overlap(self, other: Block) -> Block | None:
        """The numbers in both blocks, or None."""
        if self.first.extension is not None or other.first.extension is not None:
            return self if self == other else None
        first = max(self.first, other.first)
        last = min(self.last, other.last)
        return Block(first, last) if first <= last else None


def parse_block(text: str) -> Block:
    """The block that a text writes: ``+442079460000-+442079460099``, or one number.

    Raises:
        NumberError: an end is not E.164, the two do not make a block, or it is larger than `MOST_NUMBERS`.
    """
    span = _SPAN.fullmatch(text)
    if span is None:
        number = parse(text)
        return Block(number, number)
    block = Block(parse(span[1]), parse(span[2]))
    if len(block) > MOST_NUMBERS:
        raise NumberError(f"{block} holds more than {MOST_NUMBERS:,} numbers: check its digits, or split it.")
    return block


def refuse_impossible(block: Block, known: Callable[[Block], bool]) -> None:
    """Raise NumberError when no country gives such numbers: a digit is missing or too much. What is `known` all the same is
    let be."""
    why = impossible_block(block)
    if why is not None and not known(block):
        raise NumberError(f"{why}: check the digits.")


def impossible_block(block: Block) -> str | None:
    """Why no country gives such numbers (`+4420 is too short for GB (+44)`); None when one might. All numbers of a block
    are of one length, and that is what counts."""
    why = impossible(block.first)
    return None if why is None else f"{block} {'is' if len(block) == 1 else 'are'} {why}"


def doubts(blocks: Iterable[Block]) -> Iterator[str]:
    """A sentence for each block of which the first or the last number is likely mistyped."""
    for block in blocks:
        why = doubt(block.first) or doubt(block.last)
        if why is not None:
            yield f"{block} {'is' if len(block) == 1 else 'are'} {why}: check the digits."


def merge(blocks: Iterable[Block]) -> list[Block]:
    """The same numbers as ascending blocks that neither overlap nor touch."""
    spans, singles = _split(blocks)
    alone = (Block(number, number) for number in singles)
    return sorted([*(_plain(*span) for span in spans), *alone], key=lambda block: block.first.sort_key)


Span = tuple[int, int]


def _split(blocks: Iterable[Block]) -> tuple[list[Span], set[PhoneNumber]]:
    """Plain numbers as ascending disjoint spans that do not touch; numbers with an extension by themselves."""
    singles: set[PhoneNumber] = set()
    found: list[Span] = []
    for block in blocks:
        if block.first.extension is None:
            found.append((block.first.value, block.last.value))
        else:
            singles.add(block.first)
    spans: list[Span] = []
    for start, end in sorted(found):
        if spans and start <= spans[-1][1] + 1 and len(str(start)) == len(str(spans[-1][0])):
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans, singles


def _join(spans: Iterable[Span], singles: Iterable[PhoneNumber]) -> list[Block]:
    return merge([*(_plain(*span) for span in spans), *(Block(number, number) for number in singles)])


def subtract(blocks: Iterable[Block], minus: Iterable[Block]) -> list[Block]:
    """The numbers of the first blocks without those of the second, merged."""
    spans, singles = _split(blocks)
    away, away_singles = _split(minus)
    left: list[Span] = []
    at = 0
    for start, end in spans:
        while at < len(away) and away[at][1] < start:
            at += 1
        left.extend(_without(start, end, away, at))
    return _join(left, singles - away_singles)


def _without(start: int, end: int, away: list[Span], at: int) -> Iterator[Span]:
    """The parts of one span that none of the others, from the given index on, covers."""
    while at < len(away) and away[at][0] <= end:
        if away[at][0] > start:
            yield start, away[at][0] - 1
        start = max(start, away[at][1] + 1)
        at += 1
    if start <= end:
        yield start, end


def intersect(blocks: Iterable[Block], others: Iterable[Block]) -> list[Block]:
    """The numbers that are in both, merged."""
    left, left_singles = _split(blocks)
    right, right_singles = _split(others)
    both: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start <= end:
            both.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return _join(both, left_singles & right_singles)


def count(blocks: Iterable[Block]) -> int:
    """How many different numbers the blocks hold."""
    spans, singles = _split(blocks)
    return sum(end - start + 1 for start, end in spans) + len(singles)


def _plain(start: int, end: int) -> Block:
    return Block(PhoneNumber(f"+{start}"), PhoneNumber(f"+{end}"))
