"""Importing Direct Routing numbers from a CSV file: all of it, or nothing and every error with its row.

What is imported is added to the range's own declaration, so that `config export` shows it and a configuration
file that leaves out `numbers` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from numberline.audit.record import Cause, Fact, record_many
from numberline.core.blocks import Block, doubts
from numberline.inventory.config_apply import whole_transaction
from numberline.inventory.config_changes import of_numbers, warnings
from numberline.inventory.import_check import check_rows
from numberline.inventory.import_file import ImportRow, read_rows
from numberline.inventory.known import in_inventory
from numberline.inventory.membership import Definition, Homes
from numberline.inventory.models import Range
from numberline.inventory.placing import place_all
from numberline.inventory.spans import Numbers, stored_blocks
from numberline.tenants.find import touch_config
from numberline.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do (`preview`). `ranges` counts the numbers that each range gained;
    `present` are numbers that their range had already."""

    tenant: str
    preview: bool
    rows: int
    ranges: dict[str, int]
    added: int
    moved: int
    present: int
    mismatched: tuple[tuple[str, str, str], ...]
    doubts: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """One sentence for each range, and one for what was there already."""
        done = "would gain" if self.preview else "gained"
        found = [f'range "{name}" {done} {_numbers(count)}' for name, count in self.ranges.items()]
        if self.present:
            found.append(f"{_numbers(self.present)} there already")
        found += [
            f'Warning: {number} is of type {shown} in Teams, so range "{name}" does not get it.'
            for number, shown, name in self.mismatched
        ]
        return [*found, *warnings(self.doubts)]

    def to_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "tenant": self.tenant,
            "preview": self.preview,
            "rows": self.rows,
            "ranges": dict(self.ranges),
            "added": self.added,
            "moved": self.moved,
            "present": self.present,
            "mismatched": [
                {"number": number, "type": shown, "range": name} for number, shown, name in self.mismatched
            ],
            "doubts": list(self.doubts),
        }


def import_numbers(
    tenant: Tenant, data: bytes, *, cause: Cause, at: datetime, preview: bool = False
) -> ImportResult:
    """Add the numbers of a CSV file to the Direct Routing ranges that it names.

    With `preview` everything is done and undone again, so that what it tells is what an import would do.
    Raises ImportRefused with every error of the file, and ConfigBusy; after either nothing has changed.
    """
    rows = read_rows(data)
    with whole_transaction(tenant) as locked:
        stored = list(Range.objects.of(locked.pk).order_by("pk"))
        blocks = check_rows(rows, stored, in_inventory(locked.pk))
        result = _add(locked, rows, stored, blocks, cause, at, preview)
        if preview:
            transaction.set_rollback(True)
    return result


def _add(
    tenant: Tenant,
    rows: list[ImportRow],
    stored: list[Range],
    blocks: dict[str, list[Block]],
    cause: Cause,
    at: datetime,
    preview: bool,
) -> ImportResult:
    gained: dict[str, Numbers] = {}
    for row in stored:
        wanted = Numbers.of(blocks.get(row.name, ()))
        new = wanted.without(Numbers.stored(row.numbers))
        if len(new):
            gained[row.name] = new
            row.numbers = [*row.numbers, *new.texts()]
            row.save(update_fields=["numbers"])
    listed = sum(len(Numbers.of(some)) for some in blocks.values())
    ranges = {name: len(new) for name, new in gained.items()}
    numbers = _place(tenant, stored, gained, cause, at)
    return ImportResult(
        tenant=tenant.name,
        preview=preview,
        rows=len(rows),
        ranges=ranges,
        added=numbers["numbers_added"],
        moved=numbers["numbers_moved"],
        present=listed - sum(ranges.values()),
        mismatched=numbers["mismatched"],
        doubts=tuple(
            f'range "{name}": {said}'
            for name, new in gained.items()
            for said in doubts(stored_blocks(new.texts()))
        ),
    )


def _place(
    tenant: Tenant, stored: Iterable[Range], gained: dict[str, Numbers], cause: Cause, at: datetime
) -> dict[str, Any]:
    rows = list(stored)
    homes = Homes(Definition.of(row) for row in rows)
    old = {row.pk: row.name for row in rows}
    placed = place_all(tenant.pk, homes, cause, at, old=old, imported=True)
    facts = [
        Fact("import", before={"range": name}, after={"range": name, "numbers": new.texts()})
        for name, new in gained.items()
    ]
    record_many(tenant.pk, at, cause, facts)
    if gained or placed.changed:
        touch_config(tenant)
    return of_numbers(placed)


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count:,} numbers"
