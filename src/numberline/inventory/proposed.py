"""Ranges that could be made for numbers that Teams lists and no range claims (M5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.core.words import TYPE_WORDS
from numberline.inventory.config_export import range_lines
from numberline.inventory.membership import same
from numberline.inventory.models import Number, Range
from numberline.inventory.spans import texts_of

_GROUP = ("type", "country", "area_code", "provider", "teams_operator")
_TYPES = (NumberType.CALLING_PLAN.value, NumberType.OPERATOR_CONNECT.value)

_Place = tuple[str, str, str, str]
"""Type, country, area code and operator: what a selector can tell apart."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A range for numbers of one type, country, area code and provider.

    `select` is set where it selects exactly these numbers, and would not take any from another range; else
    `numbers` has them as blocks.
    """

    name: str
    type: str
    country: str
    area_code: str
    provider: str
    count: int
    select: dict[str, str] | None
    numbers: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "range": self.name,
            "type": self.type,
            "country": self.country or None,
            "area_code": self.area_code or None,
            "provider": self.provider or None,
            "count": self.count,
            "select": self.select,
            "numbers": list(self.numbers),
        }


def proposed_ranges(tenant_id: int) -> list[Proposed]:
    """A range for each group of unclaimed Calling Plan and Operator Connect numbers, the largest group first."""
    free: dict[tuple[str, ...], list[str]] = {}
    others: list[_Place] = []
    rows = Number.objects.of(tenant_id).filter(type__in=_TYPES).exclude(state=State.RETIRED)
    for text, range_id, *group in (
        rows.order_by("pk").values_list("text", "range_id", *_GROUP).iterator(10_000)
    ):
        if range_id is None:
            free.setdefault(tuple(group), []).append(text)
    claimed = (
        rows.exclude(range=None).values_list("type", "country", "area_code", "teams_operator").distinct()
    )
    others.extend(claimed)
    others.extend(_place(group) for group in free)
    names = {name.casefold() for name in Range.objects.of(tenant_id).values_list("name", flat=True)}
    groups = sorted(free.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [_propose(group, texts, others, names) for group, texts in groups]


def to_yaml(proposals: Iterable[Proposed]) -> str:
    """The proposals as ranges to paste under `ranges:` of a configuration file; the rules are still to be written."""
    lines: list[str] = []
    for one in proposals:
        count = "1 number" if one.count == 1 else f"{one.count:,} numbers"
        lines.append(
            f"  # {count} that Teams lists and no range claims: add a rule, so that people get them."
        )
        lines.extend(range_lines(_settings(one)))
    return "\n".join(["ranges:", *lines] if lines else ["ranges: []"]) + "\n"


def _settings(one: Proposed) -> Iterator[tuple[str, Any]]:
    yield "name", one.name
    yield "type", one.type
    if one.provider:
        yield "provider", one.provider
    if one.select is not None:
        yield "select", one.select
    else:
        yield "numbers", list(one.numbers)


def _propose(group: tuple[str, ...], texts: list[str], others: list[_Place], names: set[str]) -> Proposed:
    type_, country, area_code, provider, _ = group
    select = _selector(group, others)
    return Proposed(
        name=_name(group, names),
        type=type_,
        country=country,
        area_code=area_code,
        provider=provider,
        count=len(texts),
        select=select,
        numbers=() if select is not None else tuple(texts_of(texts)),
    )


def _place(group: tuple[str, ...]) -> _Place:
    type_, country, area_code, _, operator = group
    return type_, country, area_code, operator


def _selector(group: tuple[str, ...], others: list[_Place]) -> dict[str, str] | None:
    """A selector by country, area code and operator, if it fits this group of numbers and no other."""
    type_, *shown = _place(group)
    keys = ("country", "area_code", "operator")
    select = {key: value for key, value in zip(keys, shown, strict=True) if value}
    fitting = 0
    for other_type, *place in others:
        pairs = zip(keys, place, strict=True)
        fits = other_type == type_ and all(
            key not in select or same(select[key]) == same(value) for key, value in pairs
        )
        fitting += fits
    return select if select and fitting == 1 else None


def _name(group: tuple[str, ...], names: set[str]) -> str:
    """A name that no range has yet, such as `GB 1235 Microsoft (Calling Plan)`."""
    type_, country, area_code, provider, operator = group
    place = " ".join(part for part in (country, area_code, provider or operator) if part) or "Unknown place"
    base = f"{place} ({TYPE_WORDS[NumberType(type_)]})"
    name, turn = base, 2
    while name.casefold() in names:
        name, turn = f"{base} {turn}", turn + 1
    names.add(name.casefold())
    return name
