"""A rule as a value: what `numberline.core.ruletext.parse` gives and everything else takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from numberline.core.attributes import Attribute


class Operator(StrEnum):
    """How a value is compared; `Match.negated` turns each of them round."""

    EQUALS = "equals"
    IN = "in"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"
    CONTAINS = "contains"
    MATCHES = "matches"
    IS_EMPTY = "is empty"


Value: TypeAlias = str | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Everyone:
    """True of every person."""


@dataclass(frozen=True, slots=True)
class Match:
    """One comparison of an attribute.

    `value` is a text; true or false for boolean attributes; the texts of a list for IN; None for IS EMPTY.
    """

    attribute: Attribute
    operator: Operator
    value: Value = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A condition on the single values of an attribute: true if any of them (`every`: if all of them) satisfies it.

    With no values at all, ANY is false and ALL is true (Microsoft: groups-dynamic-membership, "no assigned service
    plan").
    """

    attribute: Attribute
    every: bool
    condition: Rule


@dataclass(frozen=True, slots=True)
class Not:
    """True where `part` is false."""

    part: Rule


@dataclass(frozen=True, slots=True)
class All:
    """True where every part is (AND)."""

    parts: tuple[Rule, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise ValueError("AND joins at least two conditions.")


@dataclass(frozen=True, slots=True)
class Any:
    """True where at least one part is (OR)."""

    parts: tuple[Rule, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise ValueError("OR joins at least two conditions.")


Rule: TypeAlias = Match | Items | All | Any | Not | Everyone


def attributes_in(rule: Rule) -> tuple[Attribute, ...]:
    """The attributes that the rule reads, each once, in the order of its text."""
    return tuple(dict.fromkeys(_read_by(rule)))


def attributes_of(rule: Rule) -> tuple[str, ...]:
    """Graph's names of the attributes that the rule reads, sorted: the rule's answer depends on nothing else."""
    return tuple(sorted({attribute.graph for attribute in _read_by(rule)}))


def matches_in(rule: Rule) -> Iterator[Match]:
    """The comparisons that the rule makes of a person, in the order of its text; not those inside ANY and ALL."""
    for leaf in _leaves(rule):
        if isinstance(leaf, Match):
            yield leaf


def _read_by(rule: Rule) -> Iterator[Attribute]:
    return (leaf.attribute for leaf in _leaves(rule))


def _leaves(rule: Rule) -> Iterator[Match | Items]:
    match rule:
        case Match() | Items():
            yield rule
        case Not(part):
            yield from _leaves(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from _leaves(part)
        case Everyone():
            return
