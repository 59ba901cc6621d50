"""Giving a person a number, another number, or somebody else's in exchange: chosen first, then shown, then asked for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from numberline import clock
from numberline.access.visit import Visit
from numberline.audit.record import Cause
from numberline.core import phone
from numberline.core.classify import fits
from numberline.core.matching import Matching
from numberline.core.person import PersonFacts
from numberline.directory.find import PersonUnknown, person_named
from numberline.directory.models import Person
from numberline.inventory.find import number_named, range_named
from numberline.inventory.glance import Glance
from numberline.inventory.models import Number
from numberline.jobs.models import Kind
from numberline.overrides.givable import named, refuse_as_known
from numberline.overrides.holding import own_number
from numberline.overrides.next_number import next_of_range, proposals
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.range_choice import range_choices
from numberline.overrides.shown import as_it_stands, as_they_stand
from numberline.overrides.standing import facts_of, why_not_served
from numberline.overrides.swapping import exchangeable
from numberline.overrides.ways import Way, Why
from numberline.overrides.words import spoken
from numberline.planning.settings import settings_of
from numberline.portal.actions import Action, Choose, Preview, sentence
from numberline.portal.actions_asked import asked
from numberline.portal.actions_number import facts_of_number
from numberline.portal.choices import people_like
from numberline.portal.led import led
from numberline.runs.hand import REFUSALS

ASKED = "Teams is asked again before anything is sent; what does not fit by then is refused, and nothing is changed."
CHOOSE_NUMBER, CHOOSE_PERSON = "portal/action_number.html", "portal/action_person.html"


def refuse_giving(who: Person, facts: PersonFacts) -> None:
    """Raise OverrideRefused unless this person could be given a number now."""
    why = why_not_served(who, facts)
    held = facts.holding
    if why is None and held is not None and held.freed_in_teams_at is None:
        why = Why(f"{who} has {held.number} already: change gives them another", Way("change", who.object_id))
    if why is not None:
        raise OverrideRefused(why)


def giving(visit: Visit, who: Person, row: Number) -> Preview:
    """What giving this number to this person would do. Raises one of REFUSALS."""
    now = clock.now()
    facts = facts_of(who, now)
    refuse_giving(who, facts)
    refuse_as_known(visit.tenant, row, who, now)
    shown = phone.grouped(row.text)
    return Preview(
        f"Assign {shown} to {who.name or who}",
        (f"{who} gets {spoken(row)}, which is {row.state}.", ASKED),
        f"Assign {shown} to {who} now",
        (as_they_stand(who), *facts_of_number(row)),
    )


def _assign(visit: Visit, who: Person, chosen: Mapping[str, str]) -> Preview:
    facts = facts_of(who, clock.now())
    refuse_giving(who, facts)
    title = f"Assign a number to {who.name or who}"
    try:
        if chosen.get("number"):
            return giving(visit, who, named(visit.tenant, _typed(chosen), who, clock.now()))
        if chosen.get("range"):
            return _next(visit, who, facts, chosen["range"])
    except REFUSALS as error:
        raise _choice(visit, who, facts, title, error, typed=chosen.get("number", "")) from error
    raise _choice(visit, who, facts, title)


def _next_of(visit: Visit, who: Person, facts: PersonFacts, name: str) -> tuple[str, str]:
    """The range of this name, and what it means that they get its next number. Raises one of REFUSALS."""
    name = range_named(visit.tenant, name).name
    found = next_of_range(visit.tenant, facts, who, name, clock.now(), set())
    number = phone.grouped(found.number)
    return name, f'{who} gets the next number of range "{name}". That is {number}, unless it is gone by then.'


def _next(visit: Visit, who: Person, facts: PersonFacts, name: str) -> Preview:
    name, effect = _next_of(visit, who, facts, name)
    effects = (effect, ASKED)
    title = f"Assign the next number of {name} to {who.name or who}"
    return Preview(
        title, effects, f"Assign the next number of {name} to {who} now", (as_they_stand(who), name)
    )


def _do_assign(
    visit: Visit, who: Person, chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
) -> HttpResponse:
    arguments = {
        "person": who.object_id,
        **_what(chosen),
        "shown": {**as_they_stand(who), **_new(visit, chosen)},
    }
    return asked(visit, Kind.ASSIGN, arguments, cause, ("person", who.object_id))


def _change(visit: Visit, who: Person, chosen: Mapping[str, str]) -> Preview:
    facts = facts_of(who, clock.now())
    held = own_number(who, facts, just_read=False)
    title = f"Change the number of {who.name or who}"
    try:
        if chosen.get("number"):
            return _to_number(visit, who, held, _typed(chosen))
        if chosen.get("range"):
            return _to_next(visit, who, facts, held, chosen["range"])
    except REFUSALS as error:
        match = _match(visit, facts)
        raise _choice(visit, who, facts, title, error, match, chosen.get("number", "")) from error
    raise _choice(visit, who, facts, title, match=_match(visit, facts))


def _to_number(visit: Visit, who: Person, held: Number, text: str) -> Preview:
    """A certain number in place of the one that they hold. Raises one of REFUSALS."""
    now = clock.now()
    row = named(visit.tenant, text, who, now)
    if row.pk == held.pk:
        raise OverrideRefused(f"{row.text} is theirs already: choose another")
    refuse_as_known(visit.tenant, row, who, now)
    old, new = phone.grouped(held.text), phone.grouped(row.text)
    effects = (f"{who} gets {spoken(row)} in place of {spoken(held)}.", *_in_place(old))
    facts = (who.object_id, held.text, *facts_of_number(row))
    return Preview(f"Change {who.name or who} to {new}", effects, f"Change {old} to {new} now", facts)


def _to_next(visit: Visit, who: Person, facts: PersonFacts, held: Number, name: str) -> Preview:
    """The next number of a range in place of the one that they hold. Raises one of REFUSALS."""
    name, effect = _next_of(visit, who, facts, name)
    old = phone.grouped(held.text)
    title = f"Change {who.name or who} to the next number of {name}"
    effects = (effect, *_in_place(old))
    button = f"Change {old} to the next number of {name} now"
    return Preview(title, effects, button, (who.object_id, held.text, name))


def _in_place(old: str) -> tuple[str, str]:
    """What a change means for the number that was theirs, and in between."""
    return (
        f"Callers no longer reach them at {old}, which rests for the quarantine of its range.",
        "For a moment they have no number; if it fails midway, it is put back, or the worklist says how Teams stands.",
    )


def _match(visit: Visit, facts: PersonFacts) -> str:
    """The number that would match them now; empty when theirs does, or there is none."""
    settings = settings_of(visit.tenant)
    if fits(facts, settings):
        return ""
    return Matching(Glance(visit.tenant.pk, clock.now()), settings).number_for(facts).number or ""


def _do_change(
    visit: Visit, who: Person, chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
) -> HttpResponse:
    held = own_number(who, facts_of(who, clock.now()), just_read=False)
    shown = {held.text: who.object_id, **_new(visit, chosen)}
    arguments = {"person": who.object_id, **_what(chosen), "shown": shown}
    return asked(visit, Kind.CHANGE, arguments, cause, ("person", who.object_id))


def _swap(visit: Visit, who: Person, chosen: Mapping[str, str]) -> Preview:
    now = clock.now()
    own_number(who, facts_of(who, now), just_read=False)
    title = f"Swap the numbers of {who.name or who} and somebody else"
    if not chosen.get("person"):
        raise _whom(visit, title, swaps=who)
    try:
        other = person_named(visit.tenant.pk, chosen["person"])
        theirs, others = exchangeable(visit.tenant, who, other, now, just_read=False)
    except REFUSALS as error:
        raise _whom(visit, title, chosen["person"], error, swaps=who) from error
    effects = (
        f"{who} gets {spoken(others)}.",
        f"{other} gets {spoken(theirs)}.",
        "For a moment both have no number; if it fails midway, all is put back, or the worklist says how Teams stands.",
    )
    button = f"Swap {phone.grouped(theirs.text)} and {phone.grouped(others.text)} now"
    facts = (who.object_id, other.object_id, theirs.text, others.text)
    return Preview(f"Swap the numbers of {who.name or who} and {other.name or other}", effects, button, facts)


def _do_swap(
    visit: Visit, who: Person, chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
) -> HttpResponse:
    other = person_named(visit.tenant.pk, chosen["person"])
    theirs, others = exchangeable(visit.tenant, who, other, clock.now(), just_read=False)
    shown = {theirs.text: who.object_id, others.text: other.object_id}
    arguments = {"person": who.object_id, "other": other.object_id, "shown": shown}
    return asked(visit, Kind.SWAP, arguments, cause, ("person", who.object_id))


def _to_person(visit: Visit, row: Number, chosen: Mapping[str, str]) -> Preview:
    title = f"Assign {phone.grouped(row.text)} to somebody"
    if not chosen.get("person"):
        raise _whom(visit, title)
    try:
        return giving(visit, person_named(visit.tenant.pk, chosen["person"]), row)
    except REFUSALS as error:
        raise _whom(visit, title, chosen["person"], error) from error


def _do_to_person(
    visit: Visit, row: Number, chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
) -> HttpResponse:
    who = person_named(visit.tenant.pk, chosen["person"])
    shown = {**as_they_stand(who), **as_it_stands(row)}
    arguments = {"person": who.object_id, "number": row.text, "shown": shown}
    return asked(visit, Kind.ASSIGN, arguments, cause, ("number", row.text))


def _what(chosen: Mapping[str, str]) -> dict[str, str]:
    """What was chosen, as the verbs take it."""
    return {"number": _typed(chosen)} if chosen.get("number") else {"range": chosen["range"]}


def _new(visit: Visit, chosen: Mapping[str, str]) -> dict[str, str]:
    """How the number stands that was chosen; nothing where it is the next of a range, whichever that is by then."""
    return as_it_stands(number_named(visit.tenant.pk, _typed(chosen))) if chosen.get("number") else {}


def _typed(chosen: Mapping[str, str]) -> str:
    """The number that was chosen, also when it is written as people write numbers."""
    return str(phone.meant(chosen["number"].strip()) or chosen["number"])


def _choice(
    visit: Visit,
    who: Person,
    facts: PersonFacts,
    title: str,
    error: Exception | None = None,
    match: str = "",
    typed: str = "",
) -> Choose:
    """The page on which a number is chosen for a person. Of the ranges those whose rule matches come first."""
    now = clock.now()
    context = {
        "proposals": proposals(visit.tenant, facts, now),
        "ranges": range_choices(visit.tenant, facts, who, now),
        "match": match,
        "typed": typed,
        "ways": led(visit, error),
    }
    return Choose(title, CHOOSE_NUMBER, context, sentence(error) if error is not None else "")


def _whom(
    visit: Visit,
    title: str,
    typed: str = "",
    error: Exception | None = None,
    swaps: Person | None = None,
) -> Choose:
    """The page on which a person is chosen, with those who may have been meant; with `swaps` for a swap with them."""
    meant = people_like(visit, typed, swaps)
    said = sentence(error) if error is not None else ""
    if isinstance(error, PersonUnknown) and meant.people:
        said = meant.said(typed)
    context = {"typed": typed, "meant": meant, "swaps": swaps, "ways": led(visit, error)}
    return Choose(title, CHOOSE_PERSON, context, said)


ASSIGN: Action[Person] = Action("person_assign", "Assign a number", _assign, _do_assign)
CHANGE: Action[Person] = Action("person_change", "Change the number", _change, _do_change)
SWAP: Action[Person] = Action("person_swap", "Swap", _swap, _do_swap)
TO_PERSON: Action[Number] = Action("number_assign", "Assign to somebody", _to_person, _do_to_person)
