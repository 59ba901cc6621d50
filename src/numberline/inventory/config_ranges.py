"""What the ranges become when a file is applied: the stored rows with the file's keys laid over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numberline.core.blocks import Block, doubts, intersect, subtract
from numberline.core.person import NumberType
from numberline.inventory.config_keys import RANGE_KEYS
from numberline.inventory.config_overlaps import Claim, check_claims
from numberline.inventory.config_problems import ConfigError, Problem
from numberline.inventory.configfile import RangeConfig
from numberline.inventory.membership import Definition
from numberline.inventory.models import Range
from numberline.inventory.near import Near
from numberline.inventory.spans import Numbers, stored_blocks

BLOCK_KEYS = ("numbers", "reserve", "block")

Differences = dict[str, tuple[Any, Any]]
"""Key of the file → its value before and after, as they are stored."""


@dataclass(slots=True)
class Merged:
    """The ranges as they are to be: `new` and `kept` rows carry the file's settings already, none is saved yet."""

    new: list[Range] = field(default_factory=list)
    kept: list[Range] = field(default_factory=list)
    removed: list[Range] = field(default_factory=list)
    differences: dict[str, Differences] = field(default_factory=dict)
    """What differs, by the name of the range; ranges in which nothing does are left out."""

    @property
    def all(self) -> list[Range]:
        """Every range that will be there."""
        return [*self.kept, *self.new]


def merge(tenant_id: int, stored: Sequence[Range], wanted: Sequence[RangeConfig]) -> Merged:
    """Lay the file's ranges over the stored ones. Raises ConfigError for what only both together show."""
    by_name = {row.name: row for row in stored}
    merged = Merged()
    claims, problems = [], []
    for one in wanted:
        row = by_name.pop(one.name, None)
        if row is not None:
            merged.kept.append(row)
        elif "type" not in one.settings:
            problems.append(Problem(one.line, 0, f'range "{one.name}" is new and has no type: give it one.'))
            continue
        else:
            row = Range(tenant_id=tenant_id, name=one.name)
            merged.new.append(row)
        different = _lay_over(row, one.settings)
        if different:
            merged.differences[one.name] = different
        claims.append(_claim(row, one))
    problems.extend(check_claims(claims))
    if problems:
        raise ConfigError(problems)
    merged.removed = list(by_name.values())
    return merged


PLACING = frozenset({"type", "provider", "numbers", "select", "priority", "reserve", "block"})
"""Keys of a range that bear on which numbers it has, and how they rest and look."""


def concerns_numbers(merged: Merged) -> bool:
    """Whether what differs can move a number, or change how it rests. A priority does so only among selectors."""
    selecting = any(row.select is not None for row in merged.all)
    keys = PLACING if selecting else PLACING - {"priority"}
    changed = any(keys & different.keys() for different in merged.differences.values())
    return bool(merged.new or merged.removed or changed)


def near_of(merged: Merged) -> Near | None:
    """The numbers that what differs can concern; None: all of them."""
    some = [row for row in merged.all if row in merged.new or row.name in merged.differences]
    asked = any(
        key in merged.differences.get(row.name, {}) for row in some for key in ("type", "select", "priority")
    )
    selecting = any(row.select is not None for row in merged.all) and asked
    removed = [row.pk for row in merged.removed]
    return Near.of(map(Definition.of, some), removed=removed, selecting=selecting)


def doubts_of(merged: Merged) -> tuple[str, ...]:
    """Sentences about numbers that come to be declared and are likely mistyped. What Teams lists is right as it is."""
    found = []
    for row in merged.all:
        before, after = merged.differences.get(row.name, {}).get("numbers", ([], []))
        if row.type == NumberType.DIRECT_ROUTING and after:
            new = Numbers.stored(after).without(Numbers.stored(before))
            found += [f'range "{row.name}": {said}' for said in doubts(stored_blocks(new.texts()))]
    return tuple(found)


def stored_value(row: Range, key: str) -> Any:
    """What a stored range has for a key of the file."""
    if key in ("reserve", "block"):
        return list(row.declared.get(key, []))
    return getattr(row, RANGE_KEYS[key].field)


def _lay_over(row: Range, settings: Mapping[str, Any]) -> Differences:
    different: Differences = {}
    for key, value in settings.items():
        before = stored_value(row, key)
        after: Any = _texts(value) if key in BLOCK_KEYS else value
        if after == before or (key in BLOCK_KEYS and Numbers.of(value) == Numbers.stored(before)):
            continue
        _store(row, key, after)
        different[key] = (before, after)
    different.update(_drop_strays(row, settings))
    return different


def _store(row: Range, key: str, value: Any) -> None:
    if key in ("reserve", "block"):
        row.declared = {**row.declared, key: value}
    else:
        setattr(row, RANGE_KEYS[key].field, value)


def _drop_strays(row: Range, settings: Mapping[str, Any]) -> Differences:
    """Forget declared reservations and blocks that the file does not repeat, where it says otherwise: the range no
    longer has the number, or it is now to be blocked (reserved) instead."""
    different: Differences = {}
    for key, other in (("reserve", "block"), ("block", "reserve")):
        before = stored_value(row, key)
        if key in settings or not before:
            continue
        left = stored_blocks(before)
        if row.select is None:
            left = tuple(intersect(left, stored_blocks(row.numbers)))
        left = tuple(subtract(left, settings.get(other, ())))
        if Numbers.of(left) != Numbers.stored(before):
            after = [str(block) for block in left]
            _store(row, key, after)
            different[key] = (before, after)
    return different


def _texts(blocks: Sequence[Block]) -> list[str]:
    """Blocks as text, in the order of the file, each once."""
    return list(dict.fromkeys(str(block) for block in blocks))


def _claim(row: Range, one: RangeConfig) -> Claim:
    return Claim(
        name=row.name,
        line=one.line,
        lines=one.lines,
        type=row.type,
        numbers=stored_blocks(row.numbers),
        select=row.select,
        reserve=stored_blocks(stored_value(row, "reserve")),
        block=stored_blocks(stored_value(row, "block")),
    )
