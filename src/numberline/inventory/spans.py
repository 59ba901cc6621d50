"""Sets of numbers as whole-number spans: what blocks become where a hundred thousand of them are handled."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from numberline.core.blocks import Block
from numberline.core.phone import PhoneNumber

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Plain numbers as ascending spans that do not touch, and numbers with an extension one by one."""

    spans: tuple[Span, ...] = ()
    extended: frozenset[tuple[int, str]] = frozenset()

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> Numbers:
        """The numbers of checked blocks."""
        return cls._gather((b.first.value, b.last.value, b.first.extension or "") for b in blocks)

    @classmethod
    def stored(cls, texts: Iterable[str]) -> Numbers:
        """The numbers of blocks as they are stored: texts that were checked before."""
        return cls._gather(_ends(text) for text in texts)

    @classmethod
    def from_keys(cls, keys: Iterable[tuple[int, str]]) -> Numbers:
        """The numbers of values and extensions."""
        return cls._gather((value, value, extension) for value, extension in keys)

    @classmethod
    def _gather(cls, ends: Iterable[tuple[int, int, str]]) -> Numbers:
        plain: list[Span] = []
        extended: set[tuple[int, str]] = set()
        for start, end, extension in ends:
            if extension:
                extended.add((start, extension))
            else:
                plain.append((start, end))
        return cls(tuple(joined(plain)), frozenset(extended))

    def has(self, value: int, extension: str) -> bool:
        """Whether the number is among these."""
        if extension:
            return (value, extension) in self.extended
        at = bisect_right(self.spans, (value, _BEYOND)) - 1
        return at >= 0 and value <= self.spans[at][1]

    def without(self, others: Numbers) -> Numbers:
        """These numbers less the others."""
        left: list[Span] = []
        away = iter([*others.spans, (_BEYOND, _BEYOND)])
        first, last = next(away)
        for start, end in self.spans:
            while start <= end:
                while last < start:
                    first, last = next(away)
                if first > start:
                    left.append((start, min(end, first - 1)))
                start = max(start, last + 1) if first <= end else end + 1
        return Numbers(tuple(left), self.extended - others.extended)

    def __len__(self) -> int:
        return sum(end - start + 1 for start, end in self.spans) + len(self.extended)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Every number as value and extension: the plain ones ascending, then the others."""
        for start, end in self.spans:
            for value in range(start, end + 1):
                yield value, ""
        yield from sorted(self.extended)

    def texts(self) -> list[str]:
        """These numbers as blocks of text, as a configuration file has them."""
        plain = [f"+{start}" if start == end else f"+{start}-+{end}" for start, end in self.spans]
        return plain + [f"+{value};ext={extension}" for value, extension in sorted(self.extended)]


_BEYOND = 10**18


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same values as ascending spans that neither overlap nor touch; different lengths are never joined."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + 1 and len(str(start)) == len(str(found[-1][0])):
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def texts_of(numbers: Iterable[str]) -> list[str]:
    """Number texts gathered into blocks of text."""
    return Numbers.stored(numbers).texts()


def _ends(text: str) -> tuple[int, int, str]:
    first, _, last = text.partition("-")
    number = PhoneNumber.stored(first)
    return number.value, int(last[1:]) if last else number.value, number.extension or ""


def stored_blocks(texts: Iterable[str]) -> tuple[Block, ...]:
    """Blocks as they are stored, without checking their numbers again."""
    found = []
    for text in texts:
        first, _, last = text.partition("-")
        found.append(Block(PhoneNumber.stored(first), PhoneNumber.stored(last or first)))
    return tuple(found)
