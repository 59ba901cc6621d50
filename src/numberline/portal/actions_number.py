"""What is set by hand on a number, at once: reservations, blocks and locks."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from numberline import clock
from numberline.access.visit import Visit
from numberline.audit.record import Cause
from numberline.core import phone
from numberline.core.states import State
from numberline.directory.facts import ended
from numberline.directory.find import person_named
from numberline.inventory.models import Number
from numberline.overrides import block, lock, reserve
from numberline.overrides.concerned import holder_of, name_of
from numberline.overrides.outcome import Outcome, OverrideRefused
from numberline.overrides.ways import Way, Why
from numberline.overrides.words import reservation_of, why_held
from numberline.portal.actions import Action, Preview
from numberline.portal.actions_forms import Ending, Reserving, another_end
from numberline.portal.promises import by_mode, by_range
from numberline.tenants.models import Tenant

Verb = Callable[[Tenant, str, datetime, Cause], Outcome]


def is_locked(row: Number, now: datetime) -> bool:
    """Whether it is locked now."""
    return row.locked and not ended(row.locked_until, now)


def _not_reserved(row: Number) -> str:
    return "" if row.state == State.RESERVED else "It is not reserved, so nothing changes."


def _not_blocked(row: Number) -> str:
    blocked = row.state == State.BLOCKED or (row.state == State.RETIRED and row.block_code)
    return "" if blocked else "It is not blocked, so nothing changes."


def _not_locked(row: Number) -> str:
    return "" if is_locked(row, clock.now()) else "It is not locked, so nothing changes."


AGAIN = "The range gives it again."
KEPT = "Automation gives it to nobody but whom it is for."
PROMISED = "A person who waits gets it at the next sync."


def stands(row: Number) -> str:
    """How the number stands, in a sentence."""
    if row.state == State.RESERVED:
        return f"{reservation_of(row)}."
    return f"{why_held(row) or f'{row.text} is {row.state}, and nobody holds it'}."


def facts_of_number(row: Number) -> tuple[object, ...]:
    """What an action on the number stands on."""
    marks = (row.reserved_for, row.reserved_purpose, row.until, row.block_code, row.locked, row.locked_until)
    return (row.text, row.state, holder_of(row), *marks)


def _told(tenant: Tenant, row: Number, effect: str) -> list[str]:
    """What comes of it, or what keeps it from that. A number that is kept for somebody is theirs also of a range that is
    disabled; only the mode holds it back."""
    if effect == KEPT:
        return [KEPT, by_mode(tenant) or PROMISED]
    return [(by_range(tenant, row.range) if effect == AGAIN else "") or effect]


def _preview(
    title: str,
    button: str,
    effect: str,
    *,
    of_free: bool = False,
    ends: bool = False,
    needless: Callable[[Number], str] = lambda _row: "",
) -> Callable[[Visit, Number, Mapping[str, str]], Preview]:
    def preview(visit: Visit, row: Number, _chosen: Mapping[str, str]) -> Preview:
        shown = phone.grouped(row.text)
        idle = needless(row)
        effects = [stands(row), *([idle] if idle else _told(visit.tenant, row, effect))]
        if ends and is_locked(row, clock.now()):
            effects.append(another_end("locked", row.locked_until))
        held = why_held(row) if of_free else None
        if held is not None:
            raise OverrideRefused(Why(f"{held}: release it first", Way("release", row.text)))
        if of_free and row.reserved_for:
            effects.append(f"Its reservation for {name_of(row.tenant_id, row.reserved_for)} ends.")
        return Preview(
            title.format(number=shown),
            effects,
            button.format(number=shown),
            facts_of_number(row),
        )

    return preview


def _at_once(
    verb: Verb,
) -> Callable[[Visit, Number, Mapping[str, str], dict[str, Any], Cause], Outcome]:
    def do(
        visit: Visit, row: Number, _chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
    ) -> Outcome:
        return verb(visit.tenant, row.text, clock.now(), cause)

    return do


def _reserve(
    visit: Visit, row: Number, _chosen: Mapping[str, str], given: dict[str, Any], cause: Cause
) -> Outcome:
    person = person_named(visit.tenant.pk, given["person"]) if given["person"] else None
    wanted = reserve.Reservation(person, given["purpose"], given["until"])
    return reserve.reserve(visit.tenant, row.text, wanted, clock.now(), cause)


def _lock(
    visit: Visit, row: Number, _chosen: Mapping[str, str], given: dict[str, Any], cause: Cause
) -> Outcome:
    return lock.lock(visit.tenant, row.text, clock.now(), cause, given["until"])


RESERVE: Action[Number] = Action(
    "number_reserve",
    "Reserve",
    _preview(
        "Reserve {number}",
        "Reserve {number}",
        KEPT,
    ),
    _reserve,
    Reserving,
)
UNRESERVE: Action[Number] = Action(
    "number_unreserve",
    "Unreserve",
    _preview("End the reservation of {number}", "Unreserve {number}", AGAIN, needless=_not_reserved),
    _at_once(reserve.unreserve),
)
BLOCK: Action[Number] = Action(
    "number_block",
    "Block",
    _preview(
        "Block {number}",
        "Block {number}",
        "Nobody is given it until it is unblocked.",
        of_free=True,
    ),
    _at_once(block.block),
)
UNBLOCK: Action[Number] = Action(
    "number_unblock",
    "Unblock",
    _preview("Unblock {number}", "Unblock {number}", AGAIN, needless=_not_blocked),
    _at_once(block.unblock),
)
LOCK: Action[Number] = Action(
    "number_lock",
    "Lock",
    _preview(
        "Lock {number} against automation",
        "Lock {number} against automation",
        "It stays with whom it is with, and automation gives it to nobody and takes it from nobody.",
        ends=True,
    ),
    _lock,
    Ending,
)
UNLOCK: Action[Number] = Action(
    "number_unlock",
    "Unlock",
    _preview(
        "Unlock {number}",
        "Unlock {number}",
        "Automation gives and takes it again.",
        needless=_not_locked,
    ),
    _at_once(lock.unlock),
)
AT_ONCE: tuple[Action[Number], ...] = (RESERVE, UNRESERVE, BLOCK, UNBLOCK, LOCK, UNLOCK)
