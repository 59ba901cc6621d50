"""A tenant's own settings, one or some of them at a time: what a configuration file does to them, done by a form.

Keys are written as the file nests them: `poll`, `limits.assign`, `defaults.grace`, `alerts.mail`. The mode is switched by
numberline.tenants.mode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from numberline.audit.record import Cause
from numberline.core import duration
from numberline.inventory.config_apply import apply_settings, whole_transaction
from numberline.inventory.config_keys import ALERT_KEYS, DEFAULT_KEYS, LIMIT_KEYS, TENANT_KEYS, Key
from numberline.inventory.config_moved import Seen, refuse_if_moved
from numberline.inventory.config_problems import Problem
from numberline.inventory.configfile import ConfigFile
from numberline.inventory.range_settings import Given, SettingsError, read_settings
from numberline.tenants.find import touch_config
from numberline.tenants.models import Tenant

GROUPS: Mapping[str, Mapping[str, Key]] = {
    "": TENANT_KEYS,
    "limits": LIMIT_KEYS,
    "defaults": DEFAULT_KEYS,
    "alerts": ALERT_KEYS,
}
_DURATIONS = ("poll", "defaults.grace", "defaults.quarantine")


def read_tenant_settings(tenant: Tenant, given: Mapping[str, Given]) -> ConfigFile:
    """The values of these keys, as a configuration file of the tenant would have them. Raises SettingsError, whose
    problems are by key."""
    read: dict[str, dict[str, Any]] = {}
    problems: dict[str, Sequence[Problem]] = {}
    for group, keys in GROUPS.items():
        head = f"{group}." if group else ""
        some = {key: given[head + key] for key in keys if head + key in given}
        try:
            read[group] = read_settings(some, keys)
        except SettingsError as error:
            problems |= {head + key: found for key, found in error.problems.items()}
    if problems:
        raise SettingsError(problems)
    return ConfigFile(tenant.name, read[""], read["limits"], read["defaults"], read["alerts"])


def change_settings(
    tenant: Tenant, wanted: ConfigFile, *, seen: Seen, cause: Cause, at: datetime
) -> tuple[str, ...]:
    """Write the settings that differ; gives their keys. Raises ConfigMoved when somebody else changed the configuration
    since it was seen; nothing has changed then."""
    with whole_transaction(tenant) as locked:
        refuse_if_moved(locked, seen)
        different = apply_settings(locked, wanted, cause, at)
        if different:
            touch_config(locked)
    return different


def as_given(tenant: Tenant) -> dict[str, Given]:
    """What the tenant has for every key, as a form sends it."""
    found: dict[str, Given] = {}
    for group, keys in GROUPS.items():
        for key, one in keys.items():
            name = f"{group}.{key}" if group else key
            value = tenant.limits.get(key) if group == "limits" else getattr(tenant, one.field)
            if name in _DURATIONS:
                value = duration.write(timedelta(seconds=value))
            found[name] = value if value is None or isinstance(value, bool | list) else str(value)
    return found
