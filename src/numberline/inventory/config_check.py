"""Checking a configuration file: alone, and beside what Teams shows of the tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from numberline.core.blocks import Block, doubts, impossible_block
from numberline.core.person import NumberType
from numberline.core.phone import PhoneNumber
from numberline.graph.types import GraphNumber
from numberline.inventory.config_policies import Policies, check_policies
from numberline.inventory.config_problems import ConfigError as ConfigError
from numberline.inventory.configfile import ConfigFile, RangeConfig, nothing_known, parse
from numberline.inventory.membership import Definition, Homes
from numberline.inventory.spans import Numbers


def check(text: str) -> ConfigFile:
    """The file, if everything is right with it that can be known without a database. Raises ConfigError.

    Numbers of an impossible length are let be, because Teams may list them: `doubts_of` and `check_online` tell of them.
    """
    return parse(text, lambda name: lambda block: True)


def doubts_of(config: ConfigFile) -> tuple[str, ...]:
    """Sentences about declared numbers that are likely mistyped. What Teams lists is right as it is."""
    found: list[str] = []
    for one in config.ranges or ():
        odd = dict.fromkeys(block for _, block, _ in _impossible(one))
        if one.settings.get("type", NumberType.DIRECT_ROUTING) == NumberType.DIRECT_ROUTING:
            usual = (block for block in one.settings.get("numbers", ()) if block not in odd)
            found += [f"{_line(one, 'numbers')}: {said}" for said in doubts(usual)]
        found += [
            f"{_line(one, key)}: {why}: check the digits; it is refused unless Teams lists it."
            for key, _, why in _impossible(one)
        ]
    return tuple(found)


def _impossible(one: RangeConfig) -> Iterator[tuple[str, Block, str]]:
    """Key, block and sentence of what no country gives."""
    for key in ("numbers", "reserve", "block"):
        for block in one.settings.get(key, ()):
            if (why := impossible_block(block)) is not None:
                yield key, block, why


class Listing(Policies, Protocol):
    """The part of the Graph client that an online check needs."""

    def number_pages(self) -> Iterable[Iterable[GraphNumber]]:
        """The pages of Teams' list of numbers."""


@dataclass(frozen=True, slots=True)
class OnlineReport:
    """What an online check found, each a sentence. `errors` are mistakes, `doubts` likely ones; `unchecked` nobody could
    check."""

    confirmed: tuple[str, ...]
    errors: tuple[str, ...]
    doubts: tuple[str, ...]
    unchecked: tuple[str, ...]


def check_online(
    config: ConfigFile, client: Listing, known: Callable[[Block], bool] = nothing_known
) -> OnlineReport:
    """Hold the file against Teams' list of numbers and the tenant's policies. Raises GraphError when these cannot be read.

    Numbers of an impossible length are errors unless Teams lists them or they are `known`.
    Microsoft Graph has no list of emergency locations, so a location counts as confirmed when a number carries it.
    """
    ranges = config.ranges or ()
    seen = _Seen(ranges)
    for page in client.number_pages():
        for number in page:
            seen.take(number)
    confirmed: list[str] = []
    errors: list[str] = []
    doubtful: list[str] = []
    unchecked: list[str] = []
    for index, one in enumerate(ranges):
        _check_location(one, seen, confirmed, doubtful)
        _check_numbers(index, one, seen, confirmed, doubtful)
        _check_impossible(one, seen, known, errors)
    check_policies(ranges, client, confirmed, errors, unchecked)
    return OnlineReport(tuple(confirmed), tuple(errors), tuple(doubtful), tuple(unchecked))


class _Seen:
    """What Teams' list shows that the file may speak of."""

    def __init__(self, ranges: Iterable[RangeConfig]) -> None:
        self.locations: set[str] = set()
        self.listed: dict[int, int] = {}
        self.other_type: dict[int, list[tuple[str, str]]] = {}
        self.impossible = {block: 0 for one in ranges for _, block, _ in _impossible(one)}
        """Blocks of the file that no country gives, and how many numbers of each Teams lists."""
        self._homes = Homes(_definition(index, one) for index, one in enumerate(ranges))

    def take(self, number: GraphNumber) -> None:
        """Note one number."""
        if number.location_id:
            self.locations.add(number.location_id.casefold())
        phone = PhoneNumber.stored(number.telephone_number)
        for block in self.impossible:
            self.impossible[block] += phone in block
        type_, extension = number.type or "", phone.extension or ""
        country = number.iso_country_code or phone.country or ""
        home = self._homes.home(
            type_,
            phone.value,
            extension,
            country,
            phone.area_code or "",
            number.operator_id or "",
            number.city or "",
        )
        if home is not None:
            self.listed[home] = self.listed.get(home, 0) + 1
        for other in NumberType:
            declared = self._homes.declared_in(other, phone.value, extension)
            if declared is not None and declared != home:
                self.other_type.setdefault(declared, []).append((str(phone), type_))


def _definition(index: int, one: RangeConfig) -> Definition:
    given = one.settings
    return Definition(
        id=index,
        name=one.name,
        type=given.get("type", ""),
        priority=given.get("priority", 100),
        numbers=Numbers.of(given.get("numbers", ())),
        select=given.get("select"),
    )


def _check_location(one: RangeConfig, seen: _Seen, confirmed: list[str], doubts: list[str]) -> None:
    location = one.settings.get("location")
    if not location:
        return
    if location.casefold() in seen.locations:
        confirmed.append(
            f'{_line(one, "location")}: numbers in Teams have the location of range "{one.name}".'
        )
    else:
        doubts.append(
            f'{_line(one, "location")}: no number in Teams has the location {location} of range "{one.name}": compare it '
            "with the location id in the Teams admin center (Graph cannot list locations)."
        )


def _check_numbers(
    index: int, one: RangeConfig, seen: _Seen, confirmed: list[str], doubts: list[str]
) -> None:
    for number, type_ in seen.other_type.get(index, ())[:20]:
        shown = type_ or "another type"
        doubts.append(
            f'{_line(one, "numbers")}: {number} of range "{one.name}" is {shown} in Teams: move it there.'
        )
    type_ = one.settings.get("type", "")
    if type_ not in (NumberType.CALLING_PLAN, NumberType.OPERATOR_CONNECT):
        return
    key, count = ("numbers" if "numbers" in one.lines else "select"), seen.listed.get(index, 0)
    if count:
        confirmed.append(f'{_line(one, key)}: Teams lists {count:,} numbers of range "{one.name}".')
    elif one.settings.get("numbers") or one.settings.get("select"):
        doubts.append(
            f'{_line(one, key)}: Teams lists no number of range "{one.name}": correct its numbers or select.'
        )


def _check_impossible(
    one: RangeConfig, seen: _Seen, known: Callable[[Block], bool], errors: list[str]
) -> None:
    for key, block, why in _impossible(one):
        if seen.impossible[block] < len(block) and not known(block):
            errors.append(f"{_line(one, key)}: {why}, and Teams does not list it: check the digits.")


def _line(one: RangeConfig, key: str) -> str:
    return f"line {one.lines.get(key, one.line)}"
