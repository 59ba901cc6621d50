"""What ranges say about numbers, held against each other: no number in two ranges, none reserved outside its own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from numberline.core.blocks import Block, count, intersect, subtract
from numberline.inventory.config_problems import Problem

MOST_DECLARED = 2_000_000
"""How many Direct Routing numbers a file may declare: beyond it a digit was mistyped."""

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """What one range says about numbers, and in which lines.

    `open_ended`: the range may have further numbers than the blocks of `numbers` (a selector, or the key left
    out), so that a reservation outside them is no error.
    """

    name: str
    line: int
    type: str | None
    numbers: tuple[Block, ...] = ()
    select: dict[str, str] | None = None
    reserve: tuple[Block, ...] = ()
    block: tuple[Block, ...] = ()
    open_ended: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)

    def at(self, key: str) -> int:
        """The line of a key, or of the range when the file leaves the key out."""
        return self.lines.get(key, self.line)


def check_claims(claims: Iterable[Claim]) -> list[Problem]:
    """Every contradiction between and within ranges."""
    all_claims = list(claims)
    problems = [problem for claim in all_claims for problem in _within(claim)]
    problems.extend(_between(all_claims))
    declared = sum(count(claim.numbers) for claim in all_claims if claim.type == "direct_routing")
    if declared > MOST_DECLARED:
        line = next(claim.at("numbers") for claim in all_claims if claim.type == "direct_routing")
        problems.append(
            Problem(
                line,
                0,
                f"the Direct Routing ranges declare {declared:,} numbers: at most {MOST_DECLARED:,} can be, "
                "so check the digits of the blocks.",
            )
        )
    return problems


def _within(claim: Claim) -> Iterator[Problem]:
    if claim.select is not None and claim.type == "direct_routing":
        yield Problem(
            claim.at("select"),
            0,
            f'range "{claim.name}" is of type direct_routing, which cannot have select, because Teams does not list '
            "free Direct Routing numbers: list its numbers, and write select: null.",
        )
    for key, blocks in (("reserve", claim.reserve), ("block", claim.block)):
        outside = [] if claim.open_ended or claim.select is not None else subtract(blocks, claim.numbers)
        if outside:
            yield Problem(
                claim.at(key),
                0,
                f'{key} of range "{claim.name}" has {_named(outside)}, not in its numbers: correct it.',
            )
    both = intersect(claim.reserve, claim.block)
    if both:
        yield Problem(
            claim.at("block"),
            0,
            f'range "{claim.name}" both reserves and blocks {_named(both)}: do one of the two.',
        )


def _between(claims: list[Claim]) -> Iterator[Problem]:
    """Each pair of ranges that share a number, told once."""
    spans: list[tuple[Block, int]] = []
    exact: dict[Block, int] = {}
    told: set[tuple[int, int]] = set()
    for index, claim in enumerate(claims):
        for block in claim.numbers:
            if block.first.extension is None:
                spans.append((block, index))
            elif exact.setdefault(block, index) != index:
                yield from _once(claims, told, exact[block], index, block)
    spans.sort(key=lambda span: (span[0].first.value, span[0].last.value))
    reach: tuple[Block, int] | None = None
    for block, index in spans:
        if reach is not None and reach[1] != index:
            shared = reach[0].overlap(block)
            if shared is not None:
                yield from _once(claims, told, reach[1], index, shared)
        if reach is None or block.last.value > reach[0].last.value:
            reach = (block, index)


def _once(
    claims: list[Claim], told: set[tuple[int, int]], one: int, other: int, shared: Block
) -> Iterator[Problem]:
    pair = (min(one, other), max(one, other))
    if pair not in told:
        told.add(pair)
        yield _twice(claims[pair[0]], claims[pair[1]], shared)


def _twice(first: Claim, second: Claim, shared: Block) -> Problem:
    verb = "is" if len(shared) == 1 else "are"
    where = f" (line {first.at('numbers')})" if first.at("numbers") else ""
    return Problem(
        second.at("numbers"),
        0,
        f'{shared} {verb} in two ranges, "{first.name}"{where} and "{second.name}": '
        "take it out of one of them.",
    )


def _named(blocks: list[Block]) -> str:
    shown = ", ".join(str(block) for block in blocks[:_SHOWN])
    more = len(blocks) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
