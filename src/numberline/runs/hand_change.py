"""Giving people other numbers by hand: a certain one, or the one that matches them now."""

from collections.abc import Sequence

from numberline import clock
from numberline.assignments.models import Kind
from numberline.core.classify import fits
from numberline.core.decision import Action
from numberline.core.matching import Matching
from numberline.core.person import PersonFacts
from numberline.core.phone import NumberError, parse
from numberline.directory.models import Person
from numberline.inventory.csv_table import Problem
from numberline.inventory.draw import DatabaseSupply
from numberline.inventory.find import number_named, range_named
from numberline.inventory.models import Number
from numberline.overrides.givable import location_of, named, refuse_ungivable
from numberline.overrides.holding import own_number
from numberline.overrides.next_number import next_of_range
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.shown import refuse_other_number
from numberline.overrides.standing import facts_of
from numberline.overrides.words import spoken
from numberline.planning.settings import settings_of
from numberline.runs.hand import (
    REFUSALS,
    Hand,
    Wish,
    by_hand,
    carry,
    finish,
    read_number,
    read_people,
    refuse_moved,
    refuse_unready,
    wish,
)
from numberline.runs.hand_people import PeopleRefused, Wanted
from numberline.runs.hand_result import DONE, UNCHANGED, HandResult, HandRow
from numberline.runs.passes import Pass
from numberline.tenants.models import Tenant

Planned = tuple[Wish | None, HandRow]
"""What is to be done for one person (None: nothing), and what is told of it."""


def change(tenant: Tenant, wanted: Wanted, hand: Hand) -> HandResult:
    """Give a person who has a number another one.

    Raises PersonUnknown, NumberUnknown, RangeUnknown, OverrideRefused before anything is sent; TenantBusy; GraphError.
    """
    with by_hand(tenant, hand) as work:
        (who,) = read_people(work, wanted.person)
        return _done(work, hand, [_plan(work, hand, who, wanted, _matching(work, [wanted]))])


def change_many(tenant: Tenant, wanted: Sequence[Wanted], hand: Hand) -> HandResult:
    """`change` for several people: every one is looked at first, and nothing is changed if anything is wrong.

    Raises PeopleRefused with each row that is wrong; TenantBusy; GraphError.
    """
    with by_hand(tenant, hand) as work:
        planned, wrong = _planned(work, hand, wanted)
        if wrong:
            raise PeopleRefused(wrong)
        return _done(work, hand, planned)


def _planned(work: Pass, hand: Hand, wanted: Sequence[Wanted]) -> tuple[list[Planned], list[Problem]]:
    """What is to be done for each row, and what is wrong with rows."""
    planned: list[Planned] = []
    wrong: list[Problem] = []
    matching = _matching(work, wanted)
    seen: dict[str, int] = {}
    for done, one in enumerate(wanted):
        work.progress.step("looking at people", done, len(wanted))
        try:
            (who,) = read_people(work, one.person)
            _refuse_second(seen, who.object_id, str(who), one.row)
            found = _plan(work, hand, who, one, matching)
            _refuse_second(seen, found[1].number, found[1].number, one.row)
        except REFUSALS as error:
            wrong.append(Problem(one.row, f"{str(error).rstrip('.')}."))
        else:
            planned.append(found)
    return planned, wrong


def _refuse_second(seen: dict[str, int], key: str, name: str, row: int) -> None:
    """Each person and each number stands in one row. Raises OverrideRefused."""
    if seen.setdefault(key, row) != row:
        raise OverrideRefused(f"{name} stands in row {seen[key]} already: remove one of the two")


def _matching(work: Pass, wanted: Sequence[Wanted]) -> Matching:
    """What people would get, but for what others are to have by name."""
    named = [_spelled(one.number) for one in wanted if one.number is not None]
    return Matching(DatabaseSupply(work.tenant.pk, clock.now()), settings_of(work.tenant), named)


def _spelled(text: str) -> str:
    try:
        return str(parse(text))
    except NumberError:
        return text  # what is no number is refused when its row is looked at


def _plan(work: Pass, hand: Hand, who: Person, wanted: Wanted, matching: Matching) -> Planned:
    """The change that is to be made for one person. Raises NumberUnknown, RangeUnknown, OverrideRefused."""
    now = clock.now()
    facts = facts_of(who, now)
    held = own_number(who, facts)
    refuse_moved(hand, held, who)
    text = wanted.number
    if text is None:
        text = _next(work, who, facts, wanted.range) or _match(work, who, facts, matching)
    if text is None:
        return None, _unchanged(hand, who, held, "matches them as they are")
    said = read_number(work, text)
    number = named(work.tenant, text, who, now)
    if number.pk == held.pk:
        return None, _unchanged(hand, who, held, "is theirs already")
    refuse_ungivable(work.tenant, number, who, said, now)
    refuse_other_number(hand.shown, number)
    refuse_unready(work, who, holds=True)
    location = location_of(work.tenant, number)
    made = wish(Kind.CHANGE, hand, who, number, from_number=held.text, location=location)
    return made, made.row


def _next(work: Pass, who: Person, facts: PersonFacts, name: str) -> str | None:
    """The next number of the range of this name; None for no name. Raises RangeUnknown, OverrideRefused."""
    if not name:
        return None
    name = range_named(work.tenant, name).name
    return next_of_range(work.tenant, facts, who, name, clock.now(), set()).number


def _match(work: Pass, who: Person, facts: PersonFacts, matching: Matching) -> str | None:
    """The number that matches them now; None when the one that they hold does. Raises OverrideRefused for none."""
    if fits(facts, settings_of(work.tenant)):
        return None
    decision = matching.number_for(facts)
    if decision.action is not Action.ASSIGN or decision.number is None:
        raise OverrideRefused(f"no range has a number for {who} ({decision.reason.rstrip('.')}): name one")
    return decision.number


def _unchanged(hand: Hand, who: Person, number: Number, why: str) -> HandRow:
    row = wish(Kind.CHANGE, hand, who, number, from_number=number.text).row
    row.outcome, row.sentence = UNCHANGED, f"{number.text} of {who} {why}: nothing was changed."
    return row


def _done(work: Pass, hand: Hand, planned: Sequence[Planned]) -> HandResult:
    """Carry out what is to be done, and tell what became of each."""
    wishes = [one for one, _ in planned if one is not None]
    if not hand.preview:
        carry(work, hand, wishes)
    for one in wishes:
        row = one.row
        if hand.preview or row.outcome == DONE:
            verb = "would get" if hand.preview else "has"
            number = number_named(work.tenant.pk, row.number)
            row.sentence = f"{one.intent.upn} {verb} {spoken(number)} in place of {row.from_number}."
    return finish(work, hand, [row for _, row in planned])
