"""Where a number goes when a reservation or block by hand ends: where the configuration file lets it rest."""

from datetime import datetime
from typing import Any

from numberline.audit.record import Cause
from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.core.words import moment
from numberline.inventory.expire import RESERVATION
from numberline.inventory.membership import Homes
from numberline.inventory.models import Number
from numberline.inventory.moves import amend, move
from numberline.inventory.placement import resting_fields
from numberline.overrides.outcome import OverrideRefused

MARKS = ("block_code", *RESERVATION)
"""The fields that say why a number is reserved or blocked."""


def rest(number: Number, at: datetime, cause: Cause, verb: str) -> str:
    """Let go what a hand held, and say where the number is now, to stand after it. Call inside a transaction."""
    state = _resting(number)
    fields: dict[str, Any] = {**resting_fields(state), "reserved_for": "", "until": None}
    person = number.reserved_for
    if state == number.state:
        amend(number, at, cause, verb=verb, person=person, **fields)
    else:
        if state == State.AVAILABLE:
            fields["free_since"] = at
        move(number, state, at, cause, verb=verb, noted=MARKS, person=person, **fields)
    return {
        State.AVAILABLE: "is available again",
        State.RESERVED: "is reserved, as its range says",
        State.BLOCKED: "is blocked, as its range says",
        State.RETIRED: "is retired, because no range declares it any more",
    }[state]


def rested_at(number: Number, at: datetime) -> datetime | None:
    """When a number that a hand reserved or blocked during its quarantine will have rested; None for any other."""
    until = {State.BLOCKED: number.until, State.RESERVED: number.free_since}.get(State(number.state))
    return until if until is not None and until > at else None


def refuse_unrested(number: Number, at: datetime, verb: str) -> None:
    """Raise OverrideRefused for what has not rested long enough: it is not to become anybody's by way of `verb`."""
    until = rested_at(number, at)
    if until is not None:
        raise OverrideRefused(
            f"{number.text} was {number.state} during its quarantine, which lasts until {moment(until)}: "
            f"{verb} it after that"
        )


def _resting(number: Number) -> State:
    declared = number.range_id is not None or number.type != NumberType.DIRECT_ROUTING
    if not declared and number.teams_at is None:
        return State.RETIRED
    return Homes.load(number.tenant_id).resting(number.range_id, number.value, number.extension)
