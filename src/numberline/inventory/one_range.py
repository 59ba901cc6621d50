"""Making, changing and removing one range: what a configuration file does to all of them, done to one.

Settings are as `numberline.inventory.range_settings.read_settings` gives them; keys that are left out stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from numberline.audit.record import Cause
from numberline.inventory.config_apply import make_so, whole_transaction
from numberline.inventory.config_changes import ConfigChanges
from numberline.inventory.config_moved import Seen, refuse_if_moved
from numberline.inventory.config_ranges import Merged, merge
from numberline.inventory.configfile import RangeConfig
from numberline.inventory.find import RangeUnknown
from numberline.inventory.models import Range
from numberline.tenants.find import touch_config
from numberline.tenants.models import Tenant

Wanted = Callable[[Sequence[Range]], list[RangeConfig]]
"""From the stored ranges to those that there are to be."""


class RangeExists(Exception):
    """There is a range of that name already."""


def make_range(
    tenant: Tenant, name: str, settings: Mapping[str, Any], *, seen: Seen, cause: Cause, at: datetime
) -> ConfigChanges:
    """Make a range. Raises RangeExists, ConfigMoved, ConfigError (overlaps, no type), ConfigRefused and ConfigBusy; after
    any of them nothing has changed. The same holds of the other two verbs."""
    return _write(tenant, making(name, settings), seen, cause, at)


def change_range(
    tenant: Tenant, name: str, settings: Mapping[str, Any], *, seen: Seen, cause: Cause, at: datetime
) -> ConfigChanges:
    """Change what differs. Raises RangeUnknown when there is no such range (any more)."""
    return _write(tenant, changing(name, settings), seen, cause, at)


def remove_range(tenant: Tenant, name: str, *, seen: Seen, cause: Cause, at: datetime) -> ConfigChanges:
    """Remove a range: its free Direct Routing numbers retire. Raises ConfigRefused with the numbers that are held, in
    quarantine or reserved by hand, and that no other range would have."""
    return _write(tenant, removing(name), seen, cause, at)


def making(name: str, settings: Mapping[str, Any]) -> Wanted:
    """The ranges that are there, and one more."""

    def wanted(stored: Sequence[Range]) -> list[RangeConfig]:
        same = next((row.name for row in stored if row.name.casefold() == name.casefold()), None)
        if same is not None:
            raise RangeExists(f'There is a range "{same}" already: give this one another name.')
        return [*map(_as_it_is, stored), RangeConfig(name, 0, settings, {})]

    return wanted


def changing(name: str, settings: Mapping[str, Any]) -> Wanted:
    """The ranges that are there, one of them with other settings."""

    def wanted(stored: Sequence[Range]) -> list[RangeConfig]:
        _check_there(stored, name)
        return [RangeConfig(name, 0, settings, {}) if row.name == name else _as_it_is(row) for row in stored]

    return wanted


def removing(name: str) -> Wanted:
    """The ranges that are there, without one of them."""

    def wanted(stored: Sequence[Range]) -> list[RangeConfig]:
        _check_there(stored, name)
        return [_as_it_is(row) for row in stored if row.name != name]

    return wanted


def merged_with(tenant_id: int, stored: Sequence[Range], wanted: Wanted) -> Merged:
    """The ranges as they are to be, none of them saved."""
    return merge(tenant_id, stored, wanted(stored))


def _write(tenant: Tenant, wanted: Wanted, seen: Seen, cause: Cause, at: datetime) -> ConfigChanges:
    with whole_transaction(tenant) as locked:
        refuse_if_moved(locked, seen)
        stored = list(Range.objects.of(locked.pk).order_by("pk"))
        old = {row.pk: row.name for row in stored}
        merged = merged_with(locked.pk, stored, wanted)
        changes = make_so(locked, old, merged, (), cause, at, narrow=True)
        if changes.changed:
            touch_config(locked)
    return changes


def _as_it_is(row: Range) -> RangeConfig:
    return RangeConfig(row.name, 0, {}, {})


def _check_there(stored: Sequence[Range], name: str) -> None:
    if all(row.name != name for row in stored):
        raise RangeUnknown(f'There is no range "{name}" any more: somebody removed it.')
