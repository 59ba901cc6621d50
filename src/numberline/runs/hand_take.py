"""Taking a number back by hand, at once; and taking over one that was set in Teams directly."""

from dataclasses import replace

from numberline import clock
from numberline.assignments.claims import BY_HAND
from numberline.assignments.models import Assignment, Kind
from numberline.core.states import State
from numberline.core.words import moment
from numberline.directory.models import Person
from numberline.graph.types import GraphNumber
from numberline.inventory.find import number_named
from numberline.inventory.models import Number
from numberline.overrides.adopt import adopt as take_over
from numberline.overrides.holding import holding_of, why_not_adopted, why_not_ours
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.standing import why_busy
from numberline.overrides.words import why_held
from numberline.runs.hand import Hand, by_hand, carry, finish, read_number, read_people, refuse_moved, wish
from numberline.runs.hand_result import DONE, UNCHANGED, HandResult, HandRow
from numberline.runs.passes import Pass
from numberline.tenants.models import Tenant

_RESTS = {
    State.AVAILABLE: "is available again",
    State.QUARANTINED: "is in quarantine",
}


def release(tenant: Tenant, number: str, hand: Hand) -> HandResult:
    """Take a number back from whoever holds it, at once; automation gives them no other until a human says so.

    Raises NumberUnknown, OverrideRefused before anything is sent; TenantBusy; GraphError.
    """
    with by_hand(tenant, hand) as work:
        said = read_number(work, number)
        held = held_and_read(work, hand, number)
        if held is None:
            return finish(work, hand, [_nobodys(hand, number_named(work.tenant.pk, number))])
        row, who = held
        shown_on_them = said is not None and bool(said.holder)
        not_adopted = why_not_adopted(row) if shown_on_them else None
        if not_adopted is not None:
            raise OverrideRefused(not_adopted)
        one = wish(Kind.RELEASE, hand, who, row.number)
        if hand.preview:
            one.row.sentence = f"{row.number.text} would be taken back from {who}."
            return finish(work, hand, [one.row])
        carry(work, hand, [one])
        if one.row.outcome == DONE:
            one.row.sentence = _taken(number_named(work.tenant.pk, number), who, said)
        return finish(work, hand, [one.row])


def adopt(tenant: Tenant, number: str, hand: Hand) -> HandResult:
    """Take over a number that was set in Teams directly. Nothing is sent; Teams is asked whose it is.

    Raises NumberUnknown, OverrideRefused; TenantBusy; GraphError.
    """
    with by_hand(tenant, hand) as work:
        said = read_number(work, number)
        held, found = held_and_read(work, hand, number), number_named(work.tenant.pk, number)
        if held is None:
            raise OverrideRefused(
                f"nobody holds {found.text}, which is {found.state}: there is nothing to adopt"
            )
        row, who = held
        if said is None or said.holder != row.person:
            raise OverrideRefused(
                f"Teams does not show {found.text} on {who} any more: sync, then look at it again"
            )
        told = wish(Kind.ASSIGN, hand, who, found).row
        told.action = "adopt"
        if hand.preview:
            told.sentence = f"{found.text} of {who} would be adopted."
            return finish(work, hand, [told])
        cause = replace(work.cause, reason=hand.reason, ticket=hand.ticket, code=BY_HAND)
        outcome = take_over(row, clock.now(), cause)
        told.outcome, told.sentence = DONE if outcome.changed else UNCHANGED, outcome.sentence
        return finish(work, hand, [told])


def held_and_read(work: Pass, hand: Hand, text: str) -> tuple[Assignment, Person] | None:
    """Who holds the number, read directly; None for nobody. Raises NumberUnknown, and OverrideRefused for what is
    never touched and for whom nobody was shown."""
    row = _held(work, text)
    if row is None:
        return None
    (who,) = read_people(work, row.person)
    again = _held(work, text)
    if again is None or again.person != row.person:
        raise OverrideRefused(
            f"Teams shows {row.number.text} otherwise than a moment ago: look at it and try again"
        )
    refuse_moved(hand, again.number, who)
    _refuse_busy(again, who)
    return again, who


def _held(work: Pass, text: str) -> Assignment | None:
    row = holding_of(number_named(work.tenant.pk, text))
    why = why_not_ours(row) if row is not None else None
    if why is not None:
        raise OverrideRefused(why)
    return row


def _refuse_busy(row: Assignment, who: Person) -> None:
    why = why_busy(who)
    if why is None and row.number.state != State.ASSIGNED:
        why = f"{why_held(row.number)}: wait until Teams shows it"
    if why is not None:
        raise OverrideRefused(why)


def _nobodys(hand: Hand, number: Number) -> HandRow:
    """What nobody holds need not be taken back."""
    if number.state in (State.ASSIGNING, State.RELEASING):
        raise OverrideRefused(f"{why_held(number)}: wait until Teams shows it")
    row = HandRow("release", "", "", number.text, type=number.type, reason=hand.reason)
    row.range = number.range.name if number.range is not None else ""
    row.outcome = UNCHANGED
    row.sentence = f"{number.text} is {number.state}, and nobody holds it: nothing was changed."
    return row


def taken(number: Number, who: Person | str) -> str:
    """What became of a number that was taken back."""
    return f"{number.text} was taken back from {who}; {_rests(number)}."


def _taken(number: Number, who: Person, said: GraphNumber | None) -> str:
    if said is None or not said.holder:
        return f"{number.text} was free in Teams already, and is no longer kept for {who}; {_rests(number)}."
    return taken(number, who)


def _rests(number: Number) -> str:
    until = f" until {moment(number.until)}" if number.until is not None else ""
    return f"it {_RESTS[State(number.state)]}{until}" if number.state in _RESTS else f"it is {number.state}"
