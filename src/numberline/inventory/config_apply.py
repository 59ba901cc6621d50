"""Making a tenant's ranges what a configuration file says: one transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from numberline.audit.record import Cause, Fact, record, record_many
from numberline.core.receivers import without_path
from numberline.inventory.config_changes import ConfigChanges, of_numbers
from numberline.inventory.config_keys import ALERT_KEYS, DEFAULT_KEYS, RANGE_KEYS, TENANT_KEYS
from numberline.inventory.config_problems import ConfigBusy
from numberline.inventory.config_ranges import (
    Differences,
    Merged,
    concerns_numbers,
    doubts_of,
    merge,
    near_of,
    stored_value,
)
from numberline.inventory.configfile import ConfigFile, parse
from numberline.inventory.known import in_inventory_of
from numberline.inventory.membership import Definition, Homes
from numberline.inventory.models import Number, Range
from numberline.inventory.placing import Placed, place_all
from numberline.inventory.spans import Numbers
from numberline.inventory.tally import fold
from numberline.tenants.find import tenant_named, touch_config
from numberline.tenants.models import Tenant


def apply(config: str | ConfigFile, *, cause: Cause, at: datetime, preview: bool = False) -> ConfigChanges:
    """Make the tenant's settings, ranges and declared numbers so, and say what changed.

    With `preview` everything is done and undone again, so that what it tells is what applying the file would do. Raises ConfigError (the file), TenantUnknown, ConfigRefused (a held number would lose its range) and ConfigBusy;
    after any of them nothing has changed.
    """
    file = config if isinstance(config, ConfigFile) else parse(config, in_inventory_of)
    with whole_transaction(tenant_named(file.tenant)) as tenant:
        settings = apply_settings(tenant, file, cause, at)
        changes = ConfigChanges(tenant.name, settings)
        if file.ranges is not None:
            stored = list(Range.objects.of(tenant.pk).order_by("pk"))
            old = {row.pk: row.name for row in stored}
            merged = merge(tenant.pk, stored, file.ranges)
            changes = make_so(tenant, old, merged, settings, cause, at)
        if changes.changed:
            touch_config(tenant)
        if preview:
            transaction.set_rollback(True)
    return replace(changes, preview=preview)


@contextmanager
def whole_transaction(tenant: Tenant) -> Iterator[Tenant]:
    """A transaction with the tenant's row locked and read anew, so that two files are applied one after the other.

    Where another process wrote the same numbers meanwhile everything is undone: ConfigBusy.
    """
    try:
        with transaction.atomic():
            yield Tenant.objects.select_for_update().get(pk=tenant.pk)
            if not transaction.get_rollback():  # a preview undoes itself
                fold(tenant.pk)
    except IntegrityError as error:
        raise ConfigBusy from error


def apply_settings(tenant: Tenant, file: ConfigFile, cause: Cause, at: datetime) -> tuple[str, ...]:
    """Write the tenant's own settings; gives the keys of those that differ. Inside `whole_transaction`."""
    wanted: dict[str, tuple[str, Any]] = {
        name: (TENANT_KEYS[name].field, value) for name, value in file.settings.items()
    }
    for name, value in file.defaults.items():
        wanted[f"defaults.{name}"] = (DEFAULT_KEYS[name].field, value)
    for name, value in file.alerts.items():
        wanted[f"alerts.{name}"] = (ALERT_KEYS[name].field, value)
    if file.limits:
        wanted["limits"] = ("limits", {**tenant.limits, **file.limits})
    different: Differences = {}
    for name, (column, after) in wanted.items():
        before = getattr(tenant, column)
        if before != after:
            different[name] = (before, after)
            setattr(tenant, column, after)
    if different:
        tenant.save(update_fields=[wanted[name][0] for name in different])
        record(tenant.pk, at, cause, _fact("settings", {}, _told(different)))
    return tuple(different)


def _told(different: Differences) -> Differences:
    """What the audit trail says: the path of a webhook may be a secret, which readers of the trail need not know."""
    return {
        key: (without_path(before), without_path(after)) if key == "alerts.webhook" else (before, after)
        for key, (before, after) in different.items()
    }


def make_so(
    tenant: Tenant,
    old: dict[int, str],
    merged: Merged,
    settings: tuple[str, ...],
    cause: Cause,
    at: datetime,
    *,
    narrow: bool = False,
) -> ConfigChanges:
    """Write the ranges as they are to be, and bring the numbers where they belong then. Inside `whole_transaction`.

    `old` names the ranges as they were, by key. `narrow` leaves numbers alone that what differs can't concern; else
    every number is looked at, which also mends what is not as the ranges say for any other cause.
    """
    _save(merged, tenant.pk)
    homes = Homes(Definition.of(row) for row in merged.all)
    placed = Placed()
    if not narrow or concerns_numbers(merged):
        near = near_of(merged) if narrow else None
        placed = place_all(tenant.pk, homes, cause, at, old=old, near=near)
    _remove(tenant.pk, merged.removed)
    record_many(tenant.pk, at, cause, _range_facts(merged))
    return _changes(tenant, settings, merged, placed)


def _save(merged: Merged, tenant_id: int) -> None:
    Range.objects.of(tenant_id).bulk_create(merged.new)
    for row in merged.kept:
        if row.name in merged.differences:
            fields = {RANGE_KEYS[key].field for key in merged.differences[row.name]}
            row.save(update_fields=sorted(fields))


def _remove(tenant_id: int, removed: list[Range]) -> None:
    """Every number has left these ranges by now."""
    if removed:
        keys = [row.pk for row in removed]
        if Number.objects.of(tenant_id).filter(range_id__in=keys).exists():
            raise ConfigBusy
        Range.objects.of(tenant_id).filter(pk__in=keys).delete()


def _range_facts(merged: Merged) -> Iterator[Fact]:
    for row in merged.new:
        after = {"range": row.name, **{key: stored_value(row, key) for key in RANGE_KEYS}}
        yield Fact(verb="range_added", after=after)
    new = {row.name for row in merged.new}
    for name, different in merged.differences.items():
        if name not in new:
            yield _fact("range_changed", {"range": name}, different)
    for row in merged.removed:
        before = {"range": row.name, **{key: stored_value(row, key) for key in RANGE_KEYS}}
        yield Fact(verb="range_removed", before=before)


def _fact(verb: str, about: Mapping[str, Any], different: Differences) -> Fact:
    """One entry of what differs. Of blocks of numbers only those that differ are recorded."""
    before, after = dict(about), dict(about)
    for key, (old, new) in different.items():
        if key == "numbers":
            old, new = _without(old, new), _without(new, old)
        before[key], after[key] = old, new
    return Fact(verb=verb, before=before, after=after)


def _without(texts: list[str], others: list[str]) -> list[str]:
    return Numbers.stored(texts).without(Numbers.stored(others)).texts()


def _changes(tenant: Tenant, settings: tuple[str, ...], merged: Merged, placed: Placed) -> ConfigChanges:
    new = {row.name for row in merged.new}
    return ConfigChanges(
        tenant=tenant.name,
        settings=settings,
        ranges_added=tuple(row.name for row in merged.new),
        ranges_changed={n: tuple(d) for n, d in merged.differences.items() if n not in new},
        ranges_removed=tuple(row.name for row in merged.removed),
        doubts=doubts_of(merged),
        **of_numbers(placed),
    )
