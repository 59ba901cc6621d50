"""The form of a range: what its fields hold as text, and what they mean to the verbs that write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.http import QueryDict

from numberline.core.duration import write as write_duration
from numberline.inventory.config_problems import Problem
from numberline.inventory.config_values import SELECTORS
from numberline.inventory.known import Known
from numberline.inventory.models import Range
from numberline.inventory.range_settings import Given, SettingsError, as_given, read_name, read_settings

TEXTS = ("type", "provider", "rule", "priority", "draw", "grace", "quarantine", "alert_below", "location")
LISTS = ("numbers", "reserve", "block")
SWITCHES = ("enabled", "adopt")
BLANK: Mapping[str, str | bool] = {
    "priority": "100",
    "enabled": True,
    "draw": "lowest",
    "type": "direct_routing",
}
"""What the fields of a new range begin with."""

_BETWEEN = re.compile(r"[\n,]")


@dataclass(slots=True)
class RangeForm:
    """The fields by name, and what is wrong with them, by key of the range."""

    fields: dict[str, str | bool]
    problems: dict[str, list[Problem]] = field(default_factory=dict)

    @classmethod
    def blank(cls) -> RangeForm:
        """For a range that is to be made."""
        return cls(dict(BLANK))

    @classmethod
    def of(cls, row: Range) -> RangeForm:
        """With what a range has."""
        given = as_given(row)
        fields: dict[str, str | bool] = {"name": row.name}
        fields |= {key: str(given[key] or "") for key in TEXTS}
        fields |= {key: "\n".join(map(str, _items(given[key]))) for key in LISTS}
        fields |= {key: bool(given[key]) for key in SWITCHES}
        fields |= {f"select_{key}": (row.select or {}).get(key, "") for key in SELECTORS}
        fields["policies"] = "\n".join(f"{type_}: {name or 'null'}" for type_, name in row.policies.items())
        return cls(fields)

    @classmethod
    def posted(cls, post: QueryDict) -> RangeForm:
        """As somebody filled it in."""
        texts = ("name", *TEXTS, *LISTS, "policies", *(f"select_{key}" for key in SELECTORS))
        fields: dict[str, str | bool] = {key: post.get(key, "").replace("\r\n", "\n") for key in texts}
        return cls(fields | {key: key in post for key in SWITCHES})

    def name(self) -> str:
        """The name of a new range. Raises SettingsError."""
        return read_name(str(self.fields.get("name", "")))

    def settings(self, known: Known) -> dict[str, Any]:
        """What the verbs are given; numbers that are `known` are not refused for their length. Raises SettingsError with everything that is wrong."""
        fields = self.fields
        given: dict[str, Given] = {key: str(fields.get(key, "")) for key in TEXTS}
        given |= {key: bool(fields.get(key)) for key in SWITCHES}
        for key in LISTS:
            given[key] = [text.strip() for text in _BETWEEN.split(str(fields.get(key, ""))) if text.strip()]
        select = {key: str(fields.get(f"select_{key}", "")).strip() for key in SELECTORS}
        given["select"] = {key: value for key, value in select.items() if value} or None
        policies, problems = self._policies()
        try:
            settings = read_settings({**given, "policies": policies}, known=known)
        except SettingsError as error:
            raise SettingsError({**error.problems, **problems}) from None
        if problems:
            raise SettingsError(problems)
        return settings

    def _policies(self) -> tuple[dict[str, str | None], dict[str, list[Problem]]]:
        found: dict[str, str | None] = {}
        for line in filter(None, map(str.strip, str(self.fields.get("policies", "")).split("\n"))):
            type_, colon, name = (part.strip() for part in line.partition(":"))
            if not colon or not name or type_ in found:
                message = f'"{line[:60]}" is no policy: write a line of TYPE: NAME for each type once.'
                return {}, {"policies": [Problem(0, 0, message)]}
            found[type_] = None if name == "null" else name
        return found, {}


def mark_of(name: str, settings: Mapping[str, Any]) -> str:
    """A mark of what was previewed: only that is saved."""
    return sha256(repr((name, sorted(settings.items()))).encode()).hexdigest()[:24]


def shown(key: str, value: Any) -> str:
    """A stored value in words."""
    if value is None or value == "" or value == [] or value == {}:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key in ("grace", "quarantine"):
        return write_duration(timedelta(seconds=value))
    if isinstance(value, dict):
        return ", ".join(f"{one}: {other or 'null'}" for one, other in value.items())
    if isinstance(value, list):
        more = f" and {len(value) - 20} more" if len(value) > 20 else ""
        return ", ".join(map(str, value[:20])) + more
    return str(value)


def _items(value: Given) -> Iterator[object]:
    if isinstance(value, list):
        yield from value
