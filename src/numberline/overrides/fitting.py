"""Whether a number could be a person's, and which free number would be: the decision's own conditions."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from numberline.core.allocate import Shelf
from numberline.core.candidates import LOCATION_COUNTRIES, bound_to_country, home_country, needs_location
from numberline.core.person import NumberType, PersonFacts
from numberline.core.ranges import TYPES_OF, RangeView, Settings
from numberline.core.supply import Available
from numberline.core.words import LICENCE_WORDS, of_range
from numberline.directory.facts import Belongings, person_facts
from numberline.directory.models import Person
from numberline.inventory.draw import DatabaseSupply
from numberline.inventory.models import Number
from numberline.overrides.ways import Why, edits
from numberline.overrides.words import a_number_of
from numberline.planning.settings import settings_of
from numberline.tenants.models import Tenant


def misfit(tenant: Tenant, number: Number, person: Person, at: datetime) -> tuple[str, str] | None:
    """Why the number could not become this person's, and what would mend it (empty: nothing); None when it could.

    Somebody who has no licence yet may get one of any kind, so then only the country counts.
    """
    return misfit_by(settings_of(tenant), number, person, at)


def misfit_by(settings: Settings, number: Number, person: Person, at: datetime) -> tuple[str, str] | None:
    """As `misfit`, by settings that were read before."""
    facts = person_facts(person, Belongings(), at)
    type_, types = NumberType(number.type), TYPES_OF[facts.entitlement]
    what = f"{number.text} is {a_number_of(type_)}"
    if types and type_ not in types:
        return f"{what}, and {person} has {LICENCE_WORDS[facts.entitlement]}", ""
    country = home_country(facts, settings)
    if bound_to_country(type_) and (not number.country or number.country != country):
        theirs = f"is {country}" if country else "is not known: the usage location is empty"
        return f"{what} of {number.country or 'an unknown country'}, and the country of {person} {theirs}", ""
    location = number.location_id or (number.range.location if number.range is not None else "")
    if needs_location(type_, number.country) and not location:
        home = number.range.name if number.range else None
        remedy = Why(f"set the location {of_range(home)}", *edits(home))
        return f"{what} of {number.country}, which needs an emergency location and has none", remedy
    return None


def fits_country(country: str | None) -> Q:
    """The numbers that `misfit` finds nothing against but their type: of the country where the type is bound to one, with
    an emergency location where one is needed."""
    loose = Q(type__in=[one.value for one in NumberType if not bound_to_country(one)])
    if country is None:
        return loose
    home = Q(country=country)
    if country in LOCATION_COUNTRIES:
        located = ~Q(location_id="") | Q(range__isnull=False) & ~Q(range__location="")
        home &= ~Q(type=NumberType.CALLING_PLAN.value) | located
    return loose | home


def free_number(
    tenant: Tenant, at: datetime, *, person: Person | None = None, near: Number | None = None
) -> str | None:
    """A number that could be had instead, with its range: one of the range of the number `near`, else of a range whose
    rule matches the person, and fitting the person. None when there is none: others are of other places."""
    settings, supply = settings_of(tenant), DatabaseSupply(tenant.pk, at)
    facts = person_facts(person, Belongings(), at) if person is not None else None
    for view in _nearest(settings, facts, near):
        found: object = next(supply.available(view.name), None)
        if facts is not None:
            found = Shelf(view, supply.available(view.name)).peek(home_country(facts, settings), set())
        if isinstance(found, Available):
            return f'{found.number} of range "{view.name}"'
    return None


def _nearest(settings: Settings, facts: PersonFacts | None, near: Number | None) -> Iterator[RangeView]:
    """The range of the number that was named, then those whose rule matches; of a type that the person can have."""
    home = near.range.name if near is not None and near.range is not None else None
    if facts is None:
        yield from (view for view in settings.ranges if view.name == home)
        return
    types = TYPES_OF[facts.entitlement] or frozenset(NumberType)
    views = [view for view in settings.ranges if view.enabled and view.type in types]
    yield from (view for view in views if view.name == home)
    yield from (
        view for view in views if view.name != home and view.rule is not None and view.rule(facts.attributes)
    )
