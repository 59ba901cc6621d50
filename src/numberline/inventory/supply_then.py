"""What ranges would have to give once they are changed, told from a survey before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from numberline.core.phone import PhoneNumber
from numberline.core.states import State
from numberline.core.supply import Available
from numberline.inventory.draw import DatabaseSupply, not_locked
from numberline.inventory.membership import Homes
from numberline.inventory.models import Number
from numberline.inventory.placing import Survey

_SOME = 500


class SupplyThen(DatabaseSupply):
    """The supply of one tenant at `now` after a survey's changes. Numbers that are new to a range come after those that
    it has: it tells how many can be served, not which number each would get."""

    def __init__(self, tenant_id: int, now: datetime, homes: Homes, surveyed: Survey) -> None:
        super().__init__(tenant_id, now)
        self._gone: set[str] = set()
        self._come: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)
        self._made: dict[str, list[tuple[int, str]]] = {}
        names = {one.id: one.name for one in homes.by_id.values()}
        for key, keys in surveyed.missing.items():
            resting = [each for each in keys if homes.resting(key, *each) is State.AVAILABLE]
            self._made[names[key]] = resting
        for key, then in _then(surveyed).items():
            self._gone.add(then.text)
            if then.state == State.AVAILABLE and then.range_id in names:
                self._come[names[then.range_id]].append((key, then.freed))

    def available(self, range_name: str) -> Iterator[Available]:
        """The numbers that could be drawn from a range then."""
        kept = (one for one in super().available(range_name) if one.number not in self._gone)
        return chain(kept, self._arriving(range_name), map(_made, self._made.get(range_name, ())))

    def count(self, range_name: str) -> int:
        """How many there are."""
        return sum(1 for _ in self.available(range_name))

    def _arriving(self, range_name: str) -> Iterator[Available]:
        come = self._come.get(range_name, [])
        columns = ("pk", "text", "country", "location_id", "freed_at", "teams_free")
        for start in range(0, len(come), _SOME):
            some = dict(come[start : start + _SOME])
            rows = not_locked(Number.objects.of(self._tenant_id).filter(pk__in=some), self._now)
            for key, text, country, location, freed_at, free in rows.order_by("value").values_list(*columns):
                if free or some[key]:
                    yield Available(text, country or None, location or None, freed_at)


@dataclass(slots=True)
class _Then:
    """A row after its steps; `freed`: one of them makes it free in Teams."""

    text: str
    range_id: int | None
    state: str
    freed: bool = False


def _then(surveyed: Survey) -> dict[int, _Then]:
    """Every row that changes, as it is after both rounds."""
    found: dict[int, _Then] = {}
    for group in surveyed.rounds:
        for step, rows in group.items():
            fields: dict[str, Any] = dict(step.fields)
            for row in rows:
                then = found.setdefault(row.id, _Then(row.text, row.range_id, row.state))
                then.range_id = fields.get("range_id", then.range_id)
                then.state = step.after
                then.freed = bool(fields.get("teams_free", then.freed))
    return found


def _made(key: tuple[int, str]) -> Available:
    value, extension = key
    number = PhoneNumber(f"+{value}", extension)
    return Available(str(number), number.country)
