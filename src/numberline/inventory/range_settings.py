"""The settings of one range as texts: what a form sends, read by the readers of the configuration file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ruamel.yaml.error import StringMark
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from numberline.core import duration
from numberline.core.blocks import Block
from numberline.inventory.config_keys import RANGE_KEYS, Key
from numberline.inventory.config_problems import Problem
from numberline.inventory.config_ranges import stored_value
from numberline.inventory.config_values import Reading, Unusable, text
from numberline.inventory.config_yaml import NULL, Entry
from numberline.inventory.configfile import nothing_known, settings_of
from numberline.inventory.models import Range

Given = str | bool | Sequence[str] | Mapping[str, str | None] | None
"""A value as a form sends it; an empty text and None mean null."""

_TEXT = "tag:yaml.org,2002:str"
_SPACES = str.maketrans("\n\t\u00a0\ufeff\u200b", "     ")
"""What rules may have between their words, and isn't printable."""
_DURATIONS = ("grace", "quarantine")


class SettingsError(Exception):
    """Some values can't be used. `problems` has for each key what is wrong with it; `name` is one of the keys."""

    def __init__(self, problems: Mapping[str, Sequence[Problem]]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(one.message for some in self.problems.values() for one in some))


def read_settings(
    given: Mapping[str, Given],
    keys: Mapping[str, Key] = RANGE_KEYS,
    *,
    known: Callable[[Block], bool] = nothing_known,
) -> dict[str, Any]:
    """The values of keys (a range's) as a configuration file would give them. Raises SettingsError with all that is wrong.

    Numbers that are `known` are not refused for their length (numberline.inventory.known). The place of an error counts in the text of its value.
    """
    found: dict[str, Any] = {}
    problems: dict[str, Sequence[Problem]] = {}
    for key, value in given.items():
        node = _node(value)
        reading = Reading(value if isinstance(value, str) else "", known)
        found |= settings_of({key: Entry(key, node, node)}, keys, reading)
        if reading.problems:
            problems[key] = tuple(replace(one, message=_of_a_form(one.message)) for one in reading.problems)
        elif isinstance(value, str) and not value.translate(_SPACES).isprintable():
            message = f"{key} has a character that nobody can see: write it again without it."
            problems[key] = (Problem(0, 0, message),)
    if problems:
        raise SettingsError(problems)
    return found


def _of_a_form(message: str) -> str:
    """The sentence without what is only true of a file."""
    return message.replace(", or leave the key out", "")


def read_name(given: str) -> str:
    """The name of a range. Raises SettingsError."""
    reading = Reading(given, nothing_known)
    try:
        return str(text(200)(_node(given, null=_TEXT), reading, "the name"))
    except Unusable:
        raise SettingsError({"name": tuple(reading.problems)}) from None


def as_given(row: Range) -> dict[str, Given]:
    """What a stored range has for every key, as a form sends it."""
    return {key: _given(key, stored_value(row, key)) for key in RANGE_KEYS}


def _given(key: str, value: Any) -> Given:
    if value is None:
        return None
    if isinstance(value, bool | str):
        return value
    if key in _DURATIONS:
        return duration.write(timedelta(seconds=value))
    if isinstance(value, list):
        return [str(item) for item in value]
    return dict(value) if isinstance(value, dict) else str(value)


def _node(value: Given, null: str = NULL) -> Node:
    """A value as YAML has it, so that the readers of the file can read it."""
    start = StringMark("", 0, 0, 0, "", 0)
    if isinstance(value, Mapping):
        pairs = [(_node(key), _node(item)) for key, item in value.items()]
        return MappingNode("tag:yaml.org,2002:map", pairs, start_mark=start, end_mark=start)
    if not isinstance(value, str | bool) and value is not None:
        items = [_node(item, _TEXT) for item in value]
        return SequenceNode("tag:yaml.org,2002:seq", items, start_mark=start, end_mark=start)
    written = str(value).lower() if isinstance(value, bool) else value or ""
    end = StringMark("", len(written), 0, len(written), "", 0)
    return ScalarNode(_TEXT if written.strip() else null, written, start_mark=start, end_mark=end)
