"""Blocking a number by hand: nobody is given it until it is unblocked."""

from datetime import datetime
from typing import Final

from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.core.words import of_range
from numberline.inventory.find import number_named
from numberline.inventory.models import Number
from numberline.inventory.moves import amend, move
from numberline.inventory.placement import DECLARED_BLOCK
from numberline.overrides.concerned import look_again, name_of
from numberline.overrides.outcome import Outcome, OverrideRefused, one_change, unchanged
from numberline.overrides.resting import MARKS, refuse_unrested, rest, rested_at
from numberline.overrides.ways import Way, Why, edits
from numberline.overrides.words import why_held
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items

BY_HAND: Final = "by_hand"
"""`block_code` of a number that an administrator blocked: no configuration file takes that back."""

BY_MICROSOFT: Final = "refused_by_microsoft"
"""`block_code` of a number that Microsoft refused for its own sake."""


def block(tenant: Tenant, text: str, at: datetime, cause: Cause) -> Outcome:
    """Block a number that nobody holds; a reservation of it ends.

    Raises NumberUnknown, OverrideRefused.
    """
    with one_change():
        number = number_named(tenant.pk, text)
        held = why_held(number)
        if held is not None:
            raise OverrideRefused(Why(f"{held}: release it before you block it", Way("release", number.text)))
        if number.state == State.BLOCKED:
            return _block_again(number, at, cause)
        kept_for = number.reserved_for
        _block(number, at, cause)
        look_again(tenant.pk, [number], kept_for)
    ended = f" Its reservation for {name_of(tenant.pk, kept_for)} has ended." if kept_for else ""
    return Outcome(True, f"{number.text} is blocked.{ended}")


def unblock(tenant: Tenant, text: str, at: datetime, cause: Cause) -> Outcome:
    """End a block by hand, or one that Microsoft's refusal made; the number rests where the file says.

    Raises NumberUnknown, OverrideRefused.
    """
    with one_change():
        number = number_named(tenant.pk, text)
        if number.state == State.RETIRED and number.block_code:
            amend(number, at, cause, verb="unblock", block_code="")
            return Outcome(
                True, f"{number.text} is no longer blocked; it stays retired until a range declares it."
            )
        if number.state != State.BLOCKED:
            return unchanged(f"{number.text} is {number.state}, not blocked")
        _refuse_unblocking(number, at)
        place = rest(number, at, cause, "unblock")
        close_items(tenant.pk, at, BY_MICROSOFT, number=number.text)
        look_again(tenant.pk, [number])
    return Outcome(True, f"{number.text} {place}.")


def _block(number: Number, at: datetime, cause: Cause) -> None:
    # What has not rested long enough is not to become available by way of a block: its end is kept.
    until = number.until if number.state == State.QUARANTINED else rested_at(number, at)
    move(
        number,
        State.BLOCKED,
        at,
        cause,
        verb="block",
        noted=MARKS,
        person=number.reserved_for,
        block_code=BY_HAND,
        reserved_for="",
        reserved_purpose="",
        until=until,
    )


def _block_again(number: Number, at: datetime, cause: Cause) -> Outcome:
    """A block by hand outlives the configuration file's; Microsoft's refusal stays known as that."""
    if number.block_code in (BY_HAND, BY_MICROSOFT):
        return unchanged(f"{number.text} is blocked already")
    amend(number, at, cause, verb="block", block_code=BY_HAND)
    return Outcome(True, f"{number.text} is now blocked by hand, whatever its range says.")


def _refuse_unblocking(number: Number, at: datetime) -> None:
    if number.block_code == DECLARED_BLOCK:
        where = of_range(number.range.name if number.range else None)
        fact = f"{number.text} is blocked by the settings of its range"
        ways = edits(number.range.name if number.range else None)
        raise OverrideRefused(Why(f"{fact}: take it out of the blocked numbers {where}", *ways))
    refuse_unrested(number, at, "unblock")
