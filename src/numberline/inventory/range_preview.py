"""What making, changing or removing a range would do, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from numberline.core.supply import Supply
from numberline.inventory.config_ranges import Differences, concerns_numbers, doubts_of, near_of
from numberline.inventory.draw import DatabaseSupply
from numberline.inventory.membership import Definition, Homes
from numberline.inventory.models import Range
from numberline.inventory.one_range import Wanted, merged_with
from numberline.inventory.placement import Row, Step
from numberline.inventory.placing import Survey, survey
from numberline.inventory.spans import Numbers
from numberline.inventory.supply_then import SupplyThen
from numberline.tenants.models import Tenant

SHOWN = 30
"""Blocks of numbers that are named."""
GONE = -1
"""No range has this key."""


@dataclass(frozen=True, slots=True)
class Going:
    """Numbers that come from one place and go to another; None is no range, `retired` is out of use.

    `texts` are the first of them as blocks of text, `more` how many blocks follow.
    """

    source: str | None
    target: str | None
    retired: bool
    count: int
    texts: tuple[str, ...]
    more: int


@dataclass(slots=True)
class RangePreview:
    """`differences` of the settings, key by key; `declared` numbers that are made, as blocks; `going` those that change
    their range; `rests` how many are reserved, blocked and made available for what the range declares.

    `refused` are numbers that would be left without a range, (number, state, range): with any of them nothing is
    written. `mismatched` are listed by a range although Teams shows another type: (number, type in Teams, range).
    `doubts` are sentences about numbers that are likely mistyped. `row` is the range as it would be (None: removed), not
    saved, and `supply` what all ranges would have to give.
    """

    row: Range | None
    supply: Supply

    differences: Differences = field(default_factory=dict)
    declared: tuple[str, ...] = ()
    declared_more: int = 0
    declared_count: int = 0
    going: tuple[Going, ...] = ()
    rests: dict[str, int] = field(default_factory=dict)
    refused: tuple[tuple[str, str, str], ...] = ()
    mismatched: tuple[tuple[str, str, str], ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything would be different."""
        return bool(self.differences or self.declared_count or self.going or self.rests)


def preview(tenant: Tenant, name: str, wanted: Wanted, at: datetime) -> RangePreview:
    """What would become of the range `name` and of numbers. Raises what the verb raises, but for ConfigRefused."""
    stored = list(Range.objects.of(tenant.pk).order_by("pk"))
    old = {row.pk: row.name for row in stored}
    merged = merged_with(tenant.pk, stored, wanted)
    for row in merged.new:
        row.pk = 0
    found = RangePreview(
        next((row for row in merged.all if row.name == name), None),
        DatabaseSupply(tenant.pk, at),
        differences=merged.differences.get(name, {}),
        doubts=doubts_of(merged),
    )
    if not concerns_numbers(merged):
        return found
    homes = Homes(Definition.of(row) for row in merged.all)
    surveyed = survey(tenant.pk, homes, at, old=old, near=near_of(merged))
    found.supply = SupplyThen(tenant.pk, at, homes, surveyed)
    names = {**old, **{one.id: one.name for one in homes.by_id.values()}}
    missing = Numbers.from_keys(key for keys in surveyed.missing.values() for key in keys)
    found.declared_count = len(missing)
    blocks = missing.texts()
    found.declared, found.declared_more = tuple(blocks[:SHOWN]), max(0, len(blocks) - SHOWN)
    found.going = tuple(_going(surveyed, names))
    found.rests = _rests(surveyed)
    found.refused = tuple(sorted(surveyed.refused))
    found.mismatched = tuple(sorted(surveyed.mismatched))
    return found


def _going(surveyed: Survey, names: dict[int, str]) -> Iterator[Going]:
    """The rows that change their range, by where they come from and go to, in the first step of each."""
    groups: dict[tuple[str | None, str | None, bool], list[str]] = {}
    for step, row in _steps(surveyed):
        fields = dict(step.fields)
        if "range_id" in fields:
            target = names.get(fields["range_id"] if fields["range_id"] is not None else GONE)
            source = names.get(row.range_id if row.range_id is not None else GONE)
            key = (source, target, step.verb == "retire")
            groups.setdefault(key, []).append(row.text)
    for (source, target, retired), texts in groups.items():
        blocks = Numbers.stored(texts).texts()
        yield Going(source, target, retired, len(texts), tuple(blocks[:SHOWN]), max(0, len(blocks) - SHOWN))


def _rests(surveyed: Survey) -> dict[str, int]:
    counts = Counter(step.verb for step, _ in _steps(surveyed) if step.verb)
    return {verb: counts[verb] for verb in ("reserve", "unreserve", "block", "unblock") if counts[verb]}


def _steps(surveyed: Survey) -> Iterator[tuple[Step, Row]]:
    for group in surveyed.rounds:
        for step, rows in group.items():
            for row in rows:
                yield step, row
