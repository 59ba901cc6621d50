"""Giving somebody a number by hand: this one, or the next of a range."""

from numberline import clock
from numberline.assignments.flight import Ending
from numberline.assignments.models import Kind
from numberline.core.person import PersonFacts
from numberline.directory.models import Person
from numberline.inventory.find import number_named, range_named
from numberline.inventory.models import Number
from numberline.overrides.givable import location_of, named, refuse_ungivable
from numberline.overrides.holding import holding_of, why_unsure
from numberline.overrides.next_number import next_of_range
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.shown import refuse_other_number, refuse_other_past
from numberline.overrides.standing import facts_of, why_not_served
from numberline.overrides.ways import Way, Why
from numberline.overrides.words import spoken
from numberline.runs.hand import (
    Hand,
    Wish,
    by_hand,
    carry,
    finish,
    read_number,
    read_people,
    refuse_unready,
    wish,
)
from numberline.runs.hand_result import DONE, FAILED, UNCHANGED, HandResult, HandRow
from numberline.runs.passes import Pass
from numberline.tenants.models import Tenant

ROUNDS = 5
"""How many numbers of a range are tried, where Microsoft refuses them for their own sake."""


def assign(tenant: Tenant, person: str, number: str, hand: Hand) -> HandResult:
    """Give a person who has none this number.

    Raises PersonUnknown, NumberUnknown, OverrideRefused before anything is sent; TenantBusy; GraphError.
    """
    with by_hand(tenant, hand) as work:
        (who,) = read_people(work, person)
        said = read_number(work, number)
        now = clock.now()
        wanted = named(work.tenant, number, who, now)
        facts = facts_of(who, now)
        if _holds(facts) == wanted.text:
            held = holding_of(wanted)
            unsure = why_unsure(held, who) if held is not None else None
            if unsure is not None:
                raise OverrideRefused(unsure)
            return finish(work, hand, [_unchanged(hand, who, wanted)])
        _refuse_person(work, who, facts)
        refuse_other_past(hand.shown, who)
        refuse_ungivable(work.tenant, wanted, who, said, now)
        refuse_other_number(hand.shown, wanted)
        one = _wish(work, hand, who, wanted)
        if hand.preview:
            one.row.sentence = f"{who} would get {spoken(wanted)}."
            return finish(work, hand, [one.row])
        _carry(work, hand, one, who)
        return finish(work, hand, [one.row])


def assign_next(tenant: Tenant, person: str, range_name: str, hand: Hand) -> HandResult:
    """Give a person who has none the next available number of a range, whatever its rule says.

    Raises PersonUnknown, RangeUnknown, OverrideRefused before anything is sent; TenantBusy; GraphError.
    """
    with by_hand(tenant, hand) as work:
        name = range_named(tenant, range_name).name
        (who,) = read_people(work, person)
        tried: set[str] = set()
        one = _next(work, hand, who, name, tried)
        refuse_other_past(hand.shown, who)
        if hand.preview:
            one.row.sentence = f"{who} would get {spoken(number_named(work.tenant.pk, one.row.number))}."
            return finish(work, hand, [one.row])
        for _ in range(ROUNDS):
            tried.add(one.row.number)
            _carry(work, hand, one, who)
            if not _lost(one) or work.stop.asked or work.applied.stopped is not None:
                break
            try:
                one = _next(work, hand, who, name, tried)
            except OverrideRefused as error:
                one.row.sentence = f"{one.row.sentence.rstrip('.')}; {error}"
                break
        return finish(work, hand, [one.row])


def _next(work: Pass, hand: Hand, who: Person, name: str, tried: set[str]) -> Wish:
    """The next number of the range that this person can have. Raises OverrideRefused."""
    now = clock.now()
    facts = facts_of(who, now)
    _refuse_person(work, who, facts)
    found = next_of_range(work.tenant, facts, who, name, now, tried)
    return _wish(work, hand, who, number_named(work.tenant.pk, found.number))


def _refuse_person(work: Pass, who: Person, facts: PersonFacts) -> None:
    """Raise OverrideRefused unless this person can be given a number."""
    why = why_not_served(who, facts)
    if why is None and _holds(facts) is not None:
        why = Why(f"{who} has {_holds(facts)} already: change it instead", Way("change", who.object_id))
    if why is not None:
        raise OverrideRefused(why)
    refuse_unready(work, who)


def _holds(facts: PersonFacts) -> str | None:
    """The number that they really have: what Teams shows free no longer counts for a hand."""
    holding = facts.holding
    return None if holding is None or holding.freed_in_teams_at is not None else holding.number


def _wish(work: Pass, hand: Hand, who: Person, number: Number) -> Wish:
    return wish(Kind.ASSIGN, hand, who, number, location=location_of(work.tenant, number))


def _carry(work: Pass, hand: Hand, one: Wish, who: Person) -> None:
    carry(work, hand, [one])
    if one.row.outcome == DONE:
        one.row.sentence = f"{who} has {spoken(number_named(work.tenant.pk, one.row.number))}."


def _lost(one: Wish) -> bool:
    """Whether this number was not to be had, so that another may be: nothing is wrong with the person."""
    flight = one.flight
    if one.row.outcome != FAILED:
        return False
    return flight is None or (flight.ending is Ending.TAKEN and flight.change.error_code != "holds_in_teams")


def _unchanged(hand: Hand, who: Person, number: Number) -> HandRow:
    row = wish(Kind.ASSIGN, hand, who, number).row
    row.outcome, row.sentence = UNCHANGED, f"{who} has {number.text} already: nothing was changed."
    return row
