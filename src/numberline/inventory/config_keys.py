"""Every key of the configuration file: how it is read, what null means, its default and where it is stored.

docs/reference/configuration.md says the same to people; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from numberline.core.person import NumberType
from numberline.core.ranges import Draw
from numberline.inventory import config_values as values
from numberline.inventory.config_values import Reader

REFUSED: Final = object()
"""A null value is an error: the key is either left out or given a value."""

MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `field` is the model field that stores it, empty when it has none of its own.

    `null` is what a value of null is stored as; `default` what the documentation calls the default.
    """

    read: Reader
    field: str
    default: str
    null: Any = REFUSED


TENANT_KEYS: Mapping[str, Key] = {
    "mode": Key(values.choice("off", "observe", "assign", "full"), "mode", "observe"),
    "poll": Key(values.duration("15s", "24h"), "poll_seconds", "60s"),
    "exclude": Key(values.rule, "exclude", "null", ""),
    "enforce_policies": Key(values.boolean, "enforce_policies", "false"),
}
"""Keys at the top of the file that are one value each; `tenant`, the groups and `ranges` come beside."""

LIMIT_KEYS: Mapping[str, Key] = {
    "assign": Key(values.whole(0, MOST), "assign", "500"),
    "change": Key(values.whole(0, MOST), "change", "10"),
    "release": Key(values.whole(0, MOST), "release", "10"),
    "percent": Key(values.whole(0, 100), "percent", "1"),
    "most": Key(values.whole(0, MOST), "most", "100"),
}

DEFAULT_KEYS: Mapping[str, Key] = {
    "grace": Key(values.duration("0s", "3650d"), "grace_seconds", "24h"),
    "quarantine": Key(values.duration("0s", "3650d"), "quarantine_seconds", "0s"),
}

ALERT_KEYS: Mapping[str, Key] = {
    "webhook": Key(values.webhook, "alert_webhook", "null", ""),
    "mail": Key(values.addresses, "alert_mail", "null", None),
}

RANGE_KEYS: Mapping[str, Key] = {
    "type": Key(values.choice(*(one.value for one in NumberType)), "type", "none"),
    "provider": Key(values.text(200), "provider", "null", ""),
    "numbers": Key(values.blocks, "numbers", "[]"),
    "select": Key(values.select, "select", "null", None),
    "rule": Key(values.rule, "rule", "null", ""),
    "priority": Key(values.whole(-MOST, MOST), "priority", "100"),
    "enabled": Key(values.boolean, "enabled", "true"),
    "draw": Key(values.choice(*(one.value for one in Draw)), "draw", "lowest"),
    "grace": Key(values.duration("0s", "3650d"), "grace_seconds", "null", None),
    "quarantine": Key(values.duration("0s", "3650d"), "quarantine_seconds", "null", None),
    "adopt": Key(values.boolean, "adopt", "false"),
    "reserve": Key(values.blocks, "declared", "[]"),
    "block": Key(values.blocks, "declared", "[]"),
    "alert_below": Key(values.whole(0, MOST), "alert_below", "null", None),
    "location": Key(values.text(100), "location", "null", ""),
    "policies": Key(values.policies, "policies", "{}"),
}
"""The keys of a range besides its `name`."""

TOP: tuple[str, ...] = ("tenant", *TENANT_KEYS, "limits", "defaults", "alerts", "ranges")
OF_RANGE: tuple[str, ...] = ("name", *RANGE_KEYS)
