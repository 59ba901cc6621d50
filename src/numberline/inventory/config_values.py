"""Readers of single values: a YAML node in, what is stored out. Each notes what is wrong in one sentence."""

from collections.abc import Callable
from typing import Any

import phonenumbers
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from numberline.core import duration as durations
from numberline.core import receivers, ruletext
from numberline.core.blocks import Block, parse_block, refuse_impossible
from numberline.core.phone import NumberError
from numberline.core.receivers import ReceiverError
from numberline.core.ruletext import RuleError
from numberline.inventory.config_positions import place
from numberline.inventory.config_problems import Problem
from numberline.inventory.config_yaml import (
    NULL,
    Problems,
    describe,
    entries,
    items,
    meant,
    one_of,
    shortened,
)

SELECTORS = ("country", "area_code", "operator", "city")
"""What a selector may ask of a number that Teams lists."""


class Unusable(Exception):
    """The value was of no use; what is wrong with it has been noted."""


class Reading:
    """What readers share while one file is read: its text, which numbers are known, and what was found wrong so far."""

    def __init__(self, text: str, known: Callable[[Block], bool]) -> None:
        self.text = text
        self.known = known
        self.problems = Problems()

    def wrong(self, node: Node, message: str) -> Unusable:
        """Note an error; raise what this gives."""
        self.problems.add(node, message)
        return Unusable(message)


POLICY_TYPE = 100
"""The most letters that the name of a policy type may have."""

Reader = Callable[[Node, Reading, str], Any]
"""Reads a node that is not null. The last argument names the key, such as `priority of range "London"`."""


def scalar(node: Node, reading: Reading, what: str) -> str:
    """The text of a single value, whatever type YAML takes it for."""
    if not isinstance(node, ScalarNode) or node.tag == NULL:
        raise reading.wrong(node, f"{what} must be a single value, but this is {describe(node)}.")
    return str(node.value).strip()


def _plain(node: Node) -> bool:
    """Whether a value stands without quotes: "true" in quotes is a text."""
    return isinstance(node, ScalarNode) and not node.style


def text(most: int) -> Reader:
    """A text of one line that is not empty."""

    def read(node: Node, reading: Reading, what: str) -> str:
        value = scalar(node, reading, what)
        if not value:
            raise reading.wrong(node, f"{what} is empty: give it a value.")
        if len(value) > most:
            raise reading.wrong(node, f"{what} has more than {most} characters: shorten it.")
        if not value.isprintable():
            raise reading.wrong(
                node, f"{what} has a line break or a control character: write it on one line."
            )
        return value

    return read


def whole(low: int, high: int) -> Reader:
    """A whole number within bounds."""

    def read(node: Node, reading: Reading, what: str) -> int:
        value = scalar(node, reading, what)
        digits = value.removeprefix("-")
        right = digits.isdecimal() and digits.isascii() and len(digits) <= 12 and _plain(node)
        if not right or not low <= int(value) <= high:
            raise reading.wrong(
                node, f"{what} must be a whole number from {low} to {high}, but this is {describe(node)}."
            )
        return int(value)

    return read


def boolean(node: Node, reading: Reading, what: str) -> bool:
    """true or false."""
    value = scalar(node, reading, what)
    if not _plain(node) or value.lower() not in ("true", "false"):
        raise reading.wrong(node, f"{what} must be true or false, but this is {describe(node)}.")
    return value.lower() == "true"


def choice(*words: str) -> Reader:
    """One of a few words."""

    def read(node: Node, reading: Reading, what: str) -> str:
        value = scalar(node, reading, what)
        if value not in words:
            hint = meant(value, list(words))
            known = f" (one of {one_of(list(words))})" if hint.startswith("did") else ""
            raise reading.wrong(node, f'{what} cannot be "{shortened(value)}"{known}: {hint}')
        return value

    return read


def duration(low: str, high: str) -> Reader:
    """A duration within bounds, as seconds."""
    least, most = durations.parse(low), durations.parse(high)

    def read(node: Node, reading: Reading, what: str) -> int:
        value = scalar(node, reading, what)
        try:
            found = durations.parse(value)
        except durations.DurationError as error:
            raise reading.wrong(node, f"{what}: {error}") from None
        if not least <= found <= most:
            raise reading.wrong(node, f'{what} is "{value}": give a duration from {low} to {high}.')
        return int(found.total_seconds())

    return read


def rule(node: Node, reading: Reading, what: str) -> str:
    """The text of a rule that can be understood."""
    if not isinstance(node, ScalarNode):
        raise reading.wrong(node, f"{what} must be a text, but this is {describe(node)}.")
    try:
        ruletext.parse(node.value)
    except RuleError as error:
        line, column = place(reading.text, node, error.line, error.column)
        reading.problems.append(Problem(line, column, f"{what} is broken: {_sentence(error)}"))
        raise Unusable from None
    return str(node.value).strip()


def blocks(node: Node, reading: Reading, what: str) -> tuple[Block, ...]:
    """A list of numbers and blocks; every wrong one of them is noted."""
    found = []
    for item in items(node, reading.problems, what):
        try:
            block = parse_block(scalar(item, reading, f"an item of {what}"))
            refuse_impossible(block, reading.known)
            found.append(block)
        except NumberError as error:
            reading.problems.add(item, f"{what}: {error}")
        except Unusable:
            continue
    return tuple(found)


def webhook(node: Node, reading: Reading, what: str) -> str:
    """The URL of a webhook, or `none`."""
    value = scalar(node, reading, what)
    try:
        return value if value == "none" else receivers.webhook_url(value)
    except ReceiverError as error:
        raise reading.wrong(node, f"{what}: {error}") from None


def addresses(node: Node, reading: Reading, what: str) -> list[str]:
    """A list of mail addresses, each once; every wrong one of them is noted."""
    found: dict[str, str] = {}
    for item in items(node, reading.problems, what):
        try:
            address = receivers.mail_address(scalar(item, reading, f"an item of {what}"))
        except ReceiverError as error:
            reading.problems.add(item, f"{what}: {error}")
        except Unusable:
            continue
        else:
            found.setdefault(address.casefold(), address)
    return list(found.values())


def select(node: Node, reading: Reading, what: str) -> dict[str, str]:
    """A selector: what a number must have that Teams lists."""
    found: dict[str, str] = {}
    given = entries(node, reading.problems, what)
    for key, entry in given.items():
        if key not in SELECTORS:
            reading.problems.add(
                entry.key_node, f'"{key}" is not a key of {what}: {meant(key, list(SELECTORS))}'
            )
            continue
        found[key] = text(100)(entry.value, reading, f"{key} in {what}")
    if not given and isinstance(node, MappingNode):
        raise reading.wrong(node, f"{what} selects nothing: name {one_of(list(SELECTORS))}.")
    _check_country(node, found, reading, what)
    return found


def policies(node: Node, reading: Reading, what: str) -> dict[str, str | None]:
    """Policy names by policy type; null unassigns the policy of that type."""
    found: dict[str, str | None] = {}
    seen: set[str] = set()
    for key, entry in entries(node, reading.problems, what).items():
        if not key.isascii() or not key.isalnum() or len(key) > POLICY_TYPE:
            reading.problems.add(
                entry.key_node, f'"{shortened(key)}" in {what} is not the name of a policy type.'
            )
        elif key.casefold() in seen:
            reading.problems.add(entry.key_node, f"{key} stands in {what} twice: keep one of them.")
        elif entry.value.tag == NULL:
            found[key] = None
        else:
            found[key] = text(200)(entry.value, reading, f"{key} in {what}")
        seen.add(key.casefold())
    return found


def _check_country(node: Node, found: dict[str, str], reading: Reading, what: str) -> None:
    if "country" not in found:
        return
    country = found["country"] = found["country"].upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise reading.wrong(
            node,
            f'country in {what} is "{shortened(country)}": write the two letters of a country, such as GB.',
        )
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country)
    trunk = metadata.national_prefix if metadata else None
    if trunk == "0" and found.get("area_code", "").startswith("0"):
        raise reading.wrong(
            node,
            f'area_code in {what} is "{found["area_code"]}": write it without the 0 that is dialled before it.',
        )


def _sentence(error: RuleError) -> str:
    """The error's sentence, and what was expected where the sentence does not say so."""
    missing = [words for words in error.expected if words not in error.message]
    if not missing or "expected" in error.message or len(missing) < len(error.expected):
        return error.message
    return f"{error.message.rstrip('.')} (expected: {one_of(missing)})."
