"""Writing where numbers belong: one pass over a tenant's rows, in bulk, inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from numberline.audit.record import Cause, Fact, record_many
from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.inventory.config_problems import ConfigBusy, ConfigRefused
from numberline.inventory.declaring import insert
from numberline.inventory.membership import Homes
from numberline.inventory.models import Number
from numberline.inventory.near import Near
from numberline.inventory.placement import LeftWithout, Placement, Row, Step
from numberline.inventory.spans import Numbers, texts_of

CHUNK = 500
BLOCKS_PER_ENTRY = 1000


@dataclass(slots=True)
class Placed:
    """What a pass did. `by_verb` counts moves of state: declare, retire, reserve, unreserve, block, unblock.

    `mismatched` are numbers that a range lists although Teams shows them with another type: (number, type that
    Teams shows, range). They are not part of that range.
    """

    added: int = 0
    moved: int = 0
    by_verb: dict[str, int] = field(default_factory=dict)
    mismatched: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.added or self.moved or self.by_verb)


_Group = dict[Step, list[Row]]


@dataclass(slots=True)
class Survey:
    """What is to be written: the steps of rows that are there, in two rounds, and the numbers to be made, by the key of
    their range. `refused` are numbers that would be left without a range: (number, state, range)."""

    rounds: tuple[_Group, _Group] = field(default_factory=lambda: ({}, {}))
    missing: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    mismatched: list[tuple[str, str, str]] = field(default_factory=list)


def place_all(
    tenant_id: int,
    homes: Homes,
    cause: Cause,
    at: datetime,
    *,
    old: dict[int, str],
    imported: bool = False,
    near: Near | None = None,
) -> Placed:
    """Bring every number into its range, declare what is new and retire what is no longer declared.

    `old` names the ranges as they were before, for the audit trail; `near` narrows it to what a change of some ranges
    can concern. Raises ConfigRefused when a held number would lose its range, and ConfigBusy when a number changed
    meanwhile.
    """
    found = survey(tenant_id, homes, at, old=old, imported=imported, near=near)
    if found.refused:
        raise ConfigRefused(found.refused)
    placed = Placed(mismatched=found.mismatched)
    _write_all(tenant_id, found.rounds, homes, cause, at, old, placed)
    placed.added = _declare(tenant_id, homes, found.missing, cause, at, imported)
    return placed


def survey(
    tenant_id: int,
    homes: Homes,
    at: datetime,
    *,
    old: dict[int, str],
    imported: bool = False,
    near: Near | None = None,
) -> Survey:
    """What `place_all` would do, without writing anything."""
    placement = Placement(homes, at, imported=imported)
    found = Survey()
    existing: set[tuple[int, str]] = set()
    for row in rows_of(tenant_id, near=near):
        if homes.declared_in(NumberType.DIRECT_ROUTING, row.value, row.extension) is not None:
            existing.add((row.value, row.extension))
        try:
            _sort(row, placement.steps(row), found.rounds)
        except LeftWithout:
            found.refused.append((row.text, row.state, old.get(row.range_id or 0, "")))
        _note_mismatch(row, placement, found.mismatched)
    for one in homes.by_id.values():
        if one.type == NumberType.DIRECT_ROUTING and (near is None or one.id in near.ranges):
            missing = [key for key in one.numbers if key not in existing]
            if missing:
                found.missing[one.id] = missing
    return found


def place_listed(tenant_id: int, homes: Homes, cause: Cause, at: datetime) -> Placed:
    """The same for numbers that Teams lists, after a listing: what no range claims any more is left without one."""
    placement = Placement(homes, at, strict=False)
    placed = Placed()
    rounds: tuple[_Group, _Group] = ({}, {})
    for row in rows_of(tenant_id, listed_only=True):
        _sort(row, placement.steps(row), rounds)
        _note_mismatch(row, placement, placed.mismatched)
    names = {one.id: one.name for one in homes.by_id.values()}
    _write_all(tenant_id, rounds, homes, cause, at, names, placed)
    return placed


def rows_of(tenant_id: int, *, listed_only: bool = False, near: Near | None = None) -> Iterable[Row]:
    """The tenant's numbers, streamed in the order of their keys."""
    rows = Number.objects.of(tenant_id)
    if near is not None:
        rows = rows.filter(near.condition())
    if listed_only:
        rows = rows.exclude(type=NumberType.DIRECT_ROUTING, teams_type__in=("", NumberType.DIRECT_ROUTING))
    return map(Row._make, rows.order_by("pk").values_list(*Row._fields).iterator(10_000))


def write_steps(tenant_id: int, group: _Group) -> None:
    """Update rows in bulk, each only if it is still in the state in which it was read. Raises ConfigBusy."""
    for step, rows in group.items():
        for start in range(0, len(rows), CHUNK):
            keys = [row.id for row in rows[start : start + CHUNK]]
            written = (
                Number.objects.of(tenant_id)
                .filter(pk__in=keys, state=step.before)
                .update(**dict(step.fields))
            )
            if written != len(keys):
                raise ConfigBusy


def write_moves(tenant_id: int, group: _Group, homes: Homes, cause: Cause, at: datetime) -> int:
    """Update rows that change their state within their range, and record it. Gives how many."""
    placed = Placed()
    _write_all(tenant_id, (group, {}), homes, cause, at, {}, placed)
    return sum(placed.by_verb.values())


def _sort(row: Row, steps: Sequence[Step], rounds: tuple[_Group, _Group]) -> None:
    for group, step in zip(rounds, steps, strict=False):
        group.setdefault(step, []).append(row)


def _note_mismatch(row: Row, placement: Placement, mismatched: list[tuple[str, str, str]]) -> None:
    if row.state == State.RETIRED:
        return
    for type_ in NumberType:
        if type_ != row.shown_type:
            claimant = placement.homes.declared_in(type_, row.value, row.extension)
            if claimant is not None:
                name = placement.homes.by_id[claimant].name
                mismatched.append((row.text, row.shown_type, name))


def _write_all(
    tenant_id: int,
    rounds: tuple[_Group, _Group],
    homes: Homes,
    cause: Cause,
    at: datetime,
    old: dict[int, str],
    placed: Placed,
) -> None:
    names = {**old, **{one.id: one.name for one in homes.by_id.values()}}
    for group in rounds:
        write_steps(tenant_id, group)
        facts: list[Fact] = []
        between: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
        for step, rows in group.items():
            if step.verb:
                placed.by_verb[step.verb] = placed.by_verb.get(step.verb, 0) + len(rows)
                facts.extend(_facts(step, rows, names))
            _between(step, rows, names, between)
        placed.moved += sum(map(len, between.values()))
        for (source, target), texts in between.items():
            facts.extend(_moves(source, target, texts))
        record_many(tenant_id, at, cause, facts)


def _between(
    step: Step,
    rows: list[Row],
    names: dict[int, str],
    between: dict[tuple[str | None, str | None], list[str]],
) -> None:
    """Collect the rows that go from one range to another and keep their state."""
    fields = dict(step.fields)
    if step.verb or "range_id" not in fields:
        return
    target = names.get(fields["range_id"])
    for row in rows:
        between[names.get(row.range_id or 0), target].append(row.text)


def _facts(step: Step, rows: list[Row], names: dict[int, str]) -> Iterator[Fact]:
    """An entry for each row of a step that changes the state."""
    fields, after = dict(step.fields), step.after
    for row in rows:
        target: int | None = fields.get("range_id", row.range_id)
        yield Fact(
            verb=step.verb,
            number=row.text,
            before={"state": step.before, "holder": None, "range": names.get(row.range_id or 0)},
            after={"state": after, "holder": None, "range": names.get(target or 0)},
        )


def _moves(source: str | None, target: str | None, texts: list[str]) -> Iterable[Fact]:
    for blocks in _portions(texts_of(texts)):
        yield Fact(
            verb="move_range",
            before={"range": source, "numbers": blocks},
            after={"range": target, "numbers": blocks},
        )


def _declare(
    tenant_id: int,
    homes: Homes,
    missing: dict[int, list[tuple[int, str]]],
    cause: Cause,
    at: datetime,
    imported: bool,
) -> int:
    """Make the rows of Direct Routing numbers that are declared and not there yet."""
    facts: list[Fact] = []
    for key, numbers in missing.items():
        one = homes.by_id[key]
        insert(tenant_id, homes, one, numbers, at, imported=imported)
        texts = Numbers.from_keys(numbers).texts()
        facts.extend(
            Fact(verb="declare", after={"range": one.name, "numbers": some}) for some in _portions(texts)
        )
    record_many(tenant_id, at, cause, facts)
    return sum(map(len, missing.values()))


def _portions(texts: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(texts), BLOCKS_PER_ENTRY):
        yield texts[start : start + BLOCKS_PER_ENTRY]
