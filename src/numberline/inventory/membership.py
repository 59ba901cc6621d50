"""Which range a number belongs to, by the ranges' own words.

Explicit blocks beat selectors; among selectors the lower priority, then the name, decides (spec section 5). A
range takes numbers of its own type only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from numberline.core.states import State
from numberline.inventory.models import Range
from numberline.inventory.spans import Numbers

_Picked = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Definition:
    """What one range says of its members: `id` is the range's primary key."""

    id: int
    name: str
    type: str
    priority: int = 100
    provider: str = ""
    numbers: Numbers = field(default_factory=Numbers)
    select: Mapping[str, str] | None = None
    reserve: Numbers = field(default_factory=Numbers)
    block: Numbers = field(default_factory=Numbers)

    @classmethod
    def of(cls, row: Range) -> Definition:
        """The definition that a stored range has."""
        return cls(
            id=row.pk,
            name=row.name,
            type=row.type,
            priority=row.priority,
            provider=row.provider,
            numbers=Numbers.stored(row.numbers),
            select=row.select,
            reserve=Numbers.stored(row.declared.get("reserve", ())),
            block=Numbers.stored(row.declared.get("block", ())),
        )


class Homes:
    """The ranges of one tenant, indexed to tell quickly to which of them a number belongs."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self.by_id = {one.id: one for one in definitions}
        self._blocks = {type_: _Blocks(some) for type_, some in self._by_type().items()}
        self._selectors = {type_: _Selectors(some) for type_, some in self._by_type().items()}

    @classmethod
    def load(cls, tenant_id: int) -> Homes:
        """The ranges as they are stored."""
        rows = Range.objects.of(tenant_id).only(
            "id", "name", "type", "priority", "provider", "numbers", "select", "declared", "tenant_id"
        )
        return cls(Definition.of(row) for row in rows)

    def home(
        self, type_: str, value: int, extension: str, country: str, area_code: str, operator: str, city: str
    ) -> int | None:
        """The primary key of the range that a number belongs to, or None. Empty texts mean unknown."""
        blocks = self._blocks.get(type_)
        if blocks is None:
            return None
        found = blocks.find(value, extension)
        if found is not None:
            return found
        return self._selectors[type_].find(country, area_code, operator, city)

    def declared_in(self, type_: str, value: int, extension: str) -> int | None:
        """The range of this type whose explicit blocks have the number, or None."""
        blocks = self._blocks.get(type_)
        return blocks.find(value, extension) if blocks is not None else None

    def resting(self, range_id: int | None, value: int, extension: str) -> State:
        """Where a free number of this range rests: reserved or blocked if the file says so, else available."""
        one = self.by_id.get(range_id) if range_id is not None else None
        if one is None:
            return State.AVAILABLE
        if one.block.has(value, extension):
            return State.BLOCKED
        return State.RESERVED if one.reserve.has(value, extension) else State.AVAILABLE

    def _by_type(self) -> dict[str, list[Definition]]:
        found: dict[str, list[Definition]] = {}
        for one in self.by_id.values():
            found.setdefault(one.type, []).append(one)
        return found


class _Blocks:
    """The explicit blocks of the ranges of one type, which never overlap."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        spans: list[tuple[int, int, int]] = []
        self._exact: dict[tuple[int, str], int] = {}
        for one in definitions:
            spans.extend((start, end, one.id) for start, end in one.numbers.spans)
            self._exact.update((key, one.id) for key in one.numbers.extended)
        spans.sort()
        self._starts = [start for start, _, _ in spans]
        self._spans = spans

    def find(self, value: int, extension: str) -> int | None:
        if extension:
            return self._exact.get((value, extension))
        at = bisect_right(self._starts, value) - 1
        if at < 0:
            return None
        _, end, range_id = self._spans[at]
        return range_id if value <= end else None


class _Selectors:
    """The selectors of the ranges of one type: one dictionary for each set of keys that they use."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._tables: dict[tuple[int, ...], dict[tuple[str, ...], _Picked]] = {}
        for one in definitions:
            if not one.select:
                continue
            asked = [(at, one.select[key]) for at, key in enumerate(_KEYS) if one.select.get(key)]
            table = self._tables.setdefault(tuple(at for at, _ in asked), {})
            wanted = tuple(same(value) for _, value in asked)
            picked = (one.priority, one.name, one.id)
            table[wanted] = min(picked, table.get(wanted, picked))

    def find(self, country: str, area_code: str, operator: str, city: str) -> int | None:
        if not self._tables:
            return None
        shown = (same(country), same(area_code), same(operator), same(city))
        best: _Picked | None = None
        for keys, table in self._tables.items():
            picked = table.get(tuple(shown[at] for at in keys))
            if picked is not None and (best is None or picked < best):
                best = picked
        return best[2] if best is not None else None


_KEYS = ("country", "area_code", "operator", "city")


def same(text: str) -> str:
    """The text as selectors compare it: without case and needless spaces."""
    return " ".join(text.split()).casefold()
