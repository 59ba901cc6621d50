"""Writing a tenant's settings and ranges as a configuration file; applying it again changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from numberline.core import duration
from numberline.inventory.config_keys import ALERT_KEYS, DEFAULT_KEYS, LIMIT_KEYS, RANGE_KEYS, TENANT_KEYS
from numberline.inventory.config_ranges import stored_value
from numberline.inventory.models import Range
from numberline.tenants.models import Tenant

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*( [A-Za-z0-9_.-]+)*", re.ASCII)
_SPECIAL = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_ON_ONE_LINE = 3


def export(tenant: Tenant) -> str:
    """The tenant's configuration as YAML with every key; ranges in the order in which they are asked."""
    rows = Range.objects.of(tenant.pk).order_by("priority", "name")
    return "\n".join([*_top(tenant), *_ranges(rows)]) + "\n"


def range_lines(settings: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """One range as lines of YAML: its keys with their values as they are stored, the name first."""
    dash = "  - "
    for key, value in settings:
        yield from _entry(dash, key, _DURATIONS.get(key, _same)(value))
        dash = "    "


def _same(value: Any) -> Any:
    return value


def _top(tenant: Tenant) -> Iterator[str]:
    yield from _entry("", "tenant", tenant.name)
    for key, column in TENANT_KEYS.items():
        value = getattr(tenant, column.field)
        yield from _entry("", key, _DURATIONS.get(key, _same)(None if value == column.null else value))
    limits = ", ".join(f"{key}: {tenant.limits[key]}" for key in LIMIT_KEYS if key in tenant.limits)
    yield f"limits: {{{limits}}}"
    defaults = ", ".join(
        f"{key}: {_seconds(getattr(tenant, one.field))}" for key, one in DEFAULT_KEYS.items()
    )
    yield f"defaults: {{{defaults}}}"
    alerts = {key: getattr(tenant, one.field) for key, one in ALERT_KEYS.items()}
    given = {key: None if value == ALERT_KEYS[key].null else value for key, value in alerts.items()}
    yield f"alerts: {_flow(given)}"


def _ranges(rows: Iterable[Range]) -> Iterator[str]:
    lines = [line for row in rows for line in range_lines(_settings(row))]
    if not lines:
        yield "ranges: []"
        return
    yield "ranges:"
    yield from lines


def _settings(row: Range) -> Iterator[tuple[str, Any]]:
    yield "name", row.name
    for key, one in RANGE_KEYS.items():
        value = stored_value(row, key)
        yield key, None if value == one.null else value


def _seconds(value: int | None) -> str | None:
    return None if value is None else duration.write(timedelta(seconds=value))


_DURATIONS: dict[str, Callable[[Any], Any]] = {"poll": _seconds, "grace": _seconds, "quarantine": _seconds}


def _entry(indent: str, key: str, value: Any) -> Iterator[str]:
    """One key and its value; long lists take a line for each item."""
    if isinstance(value, list) and len(value) > _ON_ONE_LINE:
        yield f"{indent}{key}:"
        inner = " " * len(indent) + "  - "
        yield from (inner + _scalar(item) for item in value)
    else:
        yield f"{indent}{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_scalar(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_scalar(key)}: {_flow(item)}' for key, item in value.items())}}}"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return quoted(str(value))


def quoted(text: str) -> str:
    """The text as a YAML value that reads back as it is: plain where that is safe, else in quotes."""
    if _WORD.fullmatch(text) and text.casefold() not in _SPECIAL:
        return text
    if re.fullmatch(r"[0-9]+[smhd]", text):
        return text
    if text.isprintable() and '"' in text:
        return "'" + text.replace("'", "''") + "'"
    return "".join(_escaped(char) for char in json.dumps(text, ensure_ascii=False))


def _escaped(char: str) -> str:
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
