"""What becomes of one number when ranges change: pure decisions, each a few steps along the legal moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.inventory.membership import Homes

DECLARED_PURPOSE: Final = "declared in its range"
"""`reserved_purpose` of a number that is reserved because the configuration file says so, and not by hand."""

DECLARED_BLOCK: Final = "declared"
"""`block_code` of a number that is blocked because the configuration file says so, and not by hand."""

HELD: Final = frozenset({State.ASSIGNED, State.ASSIGNING, State.RELEASING, State.QUARANTINED})
"""States in which a number must not be left without a range."""


class Row(NamedTuple):
    """What of a number's row decides its place. The names are the model's."""

    id: int
    text: str
    value: int
    extension: str
    type: str
    teams_type: str
    range_id: int | None
    state: str
    reserved_purpose: str
    block_code: str
    provider: str
    country: str
    area_code: str
    teams_operator: str
    city: str
    teams_target: str

    @property
    def shown_type(self) -> str:
        """The type that Teams shows; our own while Teams has never listed the number."""
        return self.teams_type or self.type

    @property
    def kept_by_hand(self) -> bool:
        """Reserved by an administrator, not by the file."""
        return self.state == State.RESERVED and self.reserved_purpose != DECLARED_PURPOSE

    @property
    def rests_as_declared(self) -> bool:
        """Free, or reserved or blocked by nothing but the file: the file may say otherwise."""
        if self.state == State.BLOCKED:
            return self.block_code == DECLARED_BLOCK
        return self.state == State.AVAILABLE or (self.state == State.RESERVED and not self.kept_by_hand)


@dataclass(frozen=True, slots=True)
class Step:
    """One update of a row that is in state `before`. `verb` is empty when the state stays."""

    before: str
    fields: tuple[tuple[str, Any], ...]
    verb: str = ""

    @property
    def after(self) -> str:
        """The state that the step leads to."""
        return str(dict(self.fields).get("state", self.before))


class LeftWithout(Exception):
    """The number is held, or was kept by hand, and no range would have it any more."""


class Placement:
    """Decides about rows one at a time. With `strict` no held number may lose its range."""

    def __init__(self, homes: Homes, at: datetime, *, strict: bool = True, imported: bool = False) -> None:
        self.homes = homes
        self._at = at
        self._strict = strict
        self._imported = imported

    def home_of(self, row: Row) -> int | None:
        """The range that the row belongs to. A number whose type changed in Teams stays where it is declared,
        until a range of its new type has it."""
        found = self.homes.home(
            row.shown_type, row.value, row.extension, row.country, row.area_code, row.teams_operator, row.city
        )
        if found is None and row.shown_type != row.type:
            own = self.homes.declared_in(row.type, row.value, row.extension)
            found = own if own == row.range_id else None
        return found

    def steps(self, row: Row) -> list[Step]:
        """What is to be written, in order; nothing when all is as it should be. Raises LeftWithout."""
        home = self.home_of(row)
        if home is None:
            return list(self._leave(row))
        return list(self._belong(row, home))

    def _leave(self, row: Row) -> Iterator[Step]:
        if row.range_id is None:
            return
        fields: dict[str, Any] = {"range_id": None}
        if row.state in HELD or row.kept_by_hand:
            if self._strict:
                raise LeftWithout(row.text)
            yield _step(row.state, fields)
        elif row.state == State.RETIRED:
            yield _step(row.state, fields)
        elif row.shown_type == NumberType.DIRECT_ROUTING:
            kept = row.state == State.BLOCKED and row.block_code != DECLARED_BLOCK
            code = row.block_code if kept else ""
            yield self._move(
                row.state, State.RETIRED, "retire", fields | {"block_code": code, "reserved_purpose": ""}
            )
        elif row.rests_as_declared and row.state != State.AVAILABLE:
            yield self._rest(row.state, State.AVAILABLE, fields)
        else:
            yield _step(row.state, fields)

    def _belong(self, row: Row, home: int) -> Iterator[Step]:
        fields = self._facts(row, home)
        resting = self.homes.resting(home, row.value, row.extension)
        if row.state == State.RETIRED and row.shown_type == NumberType.DIRECT_ROUTING:
            yield from self._return(row, resting, fields)
        elif row.rests_as_declared and row.state != resting:
            yield self._rest(row.state, resting, fields)
        elif fields:
            yield _step(row.state, fields)

    def _facts(self, row: Row, home: int) -> dict[str, Any]:
        """What of the row differs from what its range says, besides the state."""
        fields: dict[str, Any] = {}
        definition = self.homes.by_id[home]
        if home != row.range_id:
            fields["range_id"] = home
            if self._imported:
                fields["imported"] = True
        if definition.type != row.type and definition.type == row.shown_type:
            fields["type"] = definition.type
        if definition.type == NumberType.DIRECT_ROUTING:
            if row.provider != definition.provider:
                fields["provider"] = definition.provider
            if home != row.range_id and not row.teams_target:
                fields["teams_free"] = True
        return fields

    def _return(self, row: Row, resting: State, fields: dict[str, Any]) -> Iterator[Step]:
        """Declared again. A number that was blocked by hand, or by Microsoft, is blocked still."""
        fields = fields | {"free_since": self._at}
        if row.block_code not in ("", DECLARED_BLOCK):
            yield self._move(row.state, State.BLOCKED, "declare", fields)
        elif resting == State.BLOCKED:
            yield self._rest(row.state, State.BLOCKED, fields)
        else:
            yield self._move(row.state, State.AVAILABLE, "declare", fields | resting_fields(State.AVAILABLE))
            if resting == State.RESERVED:
                yield self._rest(State.AVAILABLE, State.RESERVED, {})

    def _rest(self, before: str, to: State, fields: dict[str, Any]) -> Step:
        """Reserve or block as the file says, or make available what it no longer reserves or blocks."""
        verb = {State.RESERVED: "reserve", State.BLOCKED: "block"}.get(to)
        if verb is None:
            verb = "unreserve" if before == State.RESERVED else "unblock"
        return self._move(before, to, verb, fields | resting_fields(to))

    def _move(self, before: str, to: State, verb: str, fields: dict[str, Any]) -> Step:
        return _step(before, fields | {"state": to.value, "since": self._at, "until": None}, verb)


def resting_fields(state: State) -> dict[str, str]:
    """The fields that mark a number as reserved or blocked by the file, or as neither."""
    return {
        "reserved_purpose": DECLARED_PURPOSE if state == State.RESERVED else "",
        "block_code": DECLARED_BLOCK if state == State.BLOCKED else "",
    }


def _step(before: str, fields: dict[str, Any], verb: str = "") -> Step:
    return Step(before, tuple(sorted(fields.items())), verb)
