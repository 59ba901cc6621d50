"""The configuration file: YAML text to a checked `ConfigFile`, or all its errors with their lines.

Nothing here needs a database. What can only be known beside what is there already (a range that leaves out
`numbers`, say) is checked again by numberline.inventory.config_ranges when the file is applied.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import Node, SequenceNode

from numberline.core.blocks import Block
from numberline.inventory import config_values as values
from numberline.inventory.config_keys import (
    ALERT_KEYS,
    DEFAULT_KEYS,
    LIMIT_KEYS,
    OF_RANGE,
    RANGE_KEYS,
    REFUSED,
    TENANT_KEYS,
    TOP,
    Key,
)
from numberline.inventory.config_overlaps import Claim, check_claims
from numberline.inventory.config_problems import ConfigError, ConfigUnreadable, Problem
from numberline.inventory.config_values import Reading, Unusable
from numberline.inventory.config_yaml import MOST_CHARACTERS, NULL, Entry, compose, describe, entries, meant


@dataclass(frozen=True, slots=True)
class RangeConfig:
    """One range of the file. `settings` holds the keys that are given, each as it is stored; `lines` their lines."""

    name: str
    line: int
    settings: Mapping[str, Any]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file in which everything that can be known without a database is right.

    `settings` (of the tenant), `limits`, `defaults` and `alerts` hold the keys that are given. `ranges` is None when the
    file leaves the key out, which leaves every range as it is; an empty tuple removes them all.
    """

    tenant: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    defaults: Mapping[str, int] = field(default_factory=dict)
    alerts: Mapping[str, Any] = field(default_factory=dict)
    ranges: tuple[RangeConfig, ...] | None = None


def read_file(path: Path) -> str:
    """The text of a configuration file. Raises ConfigUnreadable."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigUnreadable(
            f"{path} can't be read ({error.strerror}): name a file that you may read."
        ) from error
    if len(data) > 4 * MOST_CHARACTERS:
        raise ConfigUnreadable(f"{path} is too large for a configuration file: write numbers as blocks.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigUnreadable(f"{path} is not UTF-8 text: save it as UTF-8.") from error


def nothing_known(block: Block) -> bool:
    """No number is known, so that every number of an impossible length is refused."""
    return False


def parse(
    text: str, known_to: Callable[[str], Callable[[Block], bool]] = lambda name: nothing_known
) -> ConfigFile:
    """The checked file. Raises ConfigError with every error of it, in the order of lines.

    `known_to` tells of a tenant which numbers are not refused for their length (numberline.inventory.known).
    """
    text, top = compose(text)
    reading = Reading(text, nothing_known)
    given = entries(top, reading.problems, "the file")
    for key, entry in given.items():
        if key not in TOP:
            reading.problems.add(entry.key_node, f'"{key}" is not a key of the file: {meant(key, list(TOP))}')
    tenant = _tenant(given.get("tenant"), top, reading)
    reading.known = known_to(tenant) if tenant else nothing_known
    settings = settings_of({k: e for k, e in given.items() if k in TENANT_KEYS}, TENANT_KEYS, reading)
    limits = _group(given.get("limits"), LIMIT_KEYS, reading, "limits")
    defaults = _group(given.get("defaults"), DEFAULT_KEYS, reading, "defaults")
    alerts = _group(given.get("alerts"), ALERT_KEYS, reading, "alerts")
    ranges = _ranges(given["ranges"].value, reading) if "ranges" in given else None
    reading.problems.extend(check_claims(_claim(one) for one in ranges or ()))
    if reading.problems:
        raise ConfigError(reading.problems)
    return ConfigFile(tenant, settings, limits, defaults, alerts, ranges)


def _tenant(entry: Entry | None, top: Node, reading: Reading) -> str:
    if entry is None:
        reading.problems.add(top, "the file does not say whose it is: begin it with tenant: NAME.")
        return ""
    try:
        return str(values.text(100)(entry.value, reading, "tenant"))
    except Unusable:
        return ""


def settings_of(
    given: Mapping[str, Entry], keys: Mapping[str, Key], reading: Reading, of: str = ""
) -> dict[str, Any]:
    """The values of the keys that are given, as they are stored; wrong ones are noted and left out."""
    found: dict[str, Any] = {}
    for name, entry in given.items():
        key, what = keys[name], f"{name}{of}"
        if entry.value.tag == NULL:
            if key.null is REFUSED:
                reading.problems.add(entry.value, f"{what} has no value: give it one, or leave the key out.")
            else:
                found[name] = key.null
            continue
        try:
            found[name] = key.read(entry.value, reading, what)
        except Unusable:
            continue
    return found


def _group(entry: Entry | None, keys: Mapping[str, Key], reading: Reading, name: str) -> dict[str, Any]:
    if entry is None:
        return {}
    given = entries(entry.value, reading.problems, name)
    known = _known(given, list(keys), reading, name)
    return settings_of(known, keys, reading, f" in {name}")


def _known(given: Mapping[str, Entry], keys: list[str], reading: Reading, what: str) -> dict[str, Entry]:
    """The entries whose key there is; the others are noted."""
    for key, entry in given.items():
        if key not in keys:
            reading.problems.add(entry.key_node, f'"{key}" is not a key of {what}: {meant(key, keys)}')
    return {key: entry for key, entry in given.items() if key in keys}


def _ranges(node: Node, reading: Reading) -> tuple[RangeConfig, ...]:
    if not isinstance(node, SequenceNode):
        hint = (
            "write [] if every range is to be removed"
            if node.tag == NULL
            else "begin each range with - name:"
        )
        reading.problems.add(node, f"ranges must be a list, but this is {describe(node)}: {hint}.")
        return ()
    found: list[RangeConfig] = []
    names: dict[str, RangeConfig] = {}
    for item in node.value:
        one = _range(item, reading)
        if one is None:
            continue
        first = names.setdefault(one.name.casefold(), one)
        if first is one:
            found.append(one)
        else:
            message = f'two ranges have the name "{one.name}" (the other is in line {first.line}): rename one of them.'
            reading.problems.append(Problem(one.line, 0, message))
    return tuple(found)


def _range(node: Node, reading: Reading) -> RangeConfig | None:
    given = entries(node, reading.problems, "a range")
    if not given:
        return None
    name = _name(given.get("name"), node, reading)
    of = f'range "{name}"' if name else "this range"
    known = _known(given, list(OF_RANGE), reading, of)
    known.pop("name", None)
    settings = settings_of(known, RANGE_KEYS, reading, f" of {of}")
    lines = {key: entry.key_node.start_mark.line + 1 for key, entry in given.items()}
    if not name:
        return None
    return RangeConfig(name, lines["name"], settings, lines)


def _name(entry: Entry | None, node: Node, reading: Reading) -> str:
    """The name of a range; empty when there is none, which has been noted."""
    if entry is None:
        reading.problems.add(node, "this range has no name: begin it with - name: NAME.")
        return ""
    try:
        return str(values.text(200)(entry.value, reading, "the name of a range"))
    except Unusable:
        return ""


def _claim(one: RangeConfig) -> Claim:
    """What the range says about numbers. What it leaves out is not known here, and not held against it."""
    given = one.settings
    open_ended = "numbers" not in given or (given.get("type") != "direct_routing" and "select" not in given)
    return Claim(
        name=one.name,
        line=one.line,
        lines=one.lines,
        type=given.get("type"),
        numbers=given.get("numbers", ()),
        select=given.get("select"),
        reserve=given.get("reserve", ()),
        block=given.get("block", ()),
        open_ended=open_ended,
    )
