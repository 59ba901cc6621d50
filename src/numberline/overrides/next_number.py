"""The next number of a range for a person, and the numbers that are proposed to whoever chooses one."""

from dataclasses import dataclass
from datetime import datetime

from numberline.core.allocate import Shelf
from numberline.core.candidates import home_country, own_fits
from numberline.core.decision import Code
from numberline.core.person import PersonFacts
from numberline.core.ranges import TYPES_OF, RangeView
from numberline.core.supply import Available
from numberline.core.words import LICENCE_WORDS, listed
from numberline.directory.models import Person
from numberline.inventory.glance import Glance
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.words import a_number_of
from numberline.planning.settings import settings_of
from numberline.tenants.models import Tenant

MOST = 8
"""Numbers that are proposed."""
_NONE_LEFT = {
    Code.RANGE_EXHAUSTED: "has no number left",
    Code.COUNTRY_MISMATCH: "has no number of their country",
    Code.NO_LOCATION: "has only numbers that need an emergency location and have none",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A number that the person could have, and why it is proposed."""

    number: str
    why: str


def proposals(tenant: Tenant, facts: PersonFacts, now: datetime) -> list[Proposal]:
    """Numbers for a person: those kept for them, the one they last had, the next of each range whose rule matches."""
    settings, supply = settings_of(tenant), Glance(tenant.pk, now)
    last = [facts.last_number] if facts.last_number is not None else []
    found = [
        Proposal(own.number, "reserved for them") for own in facts.reserved if own_fits(own, facts, settings)
    ]
    found += [
        Proposal(own.number, "the one that they last had") for own in last if own_fits(own, facts, settings)
    ]
    country = home_country(facts, settings)
    for view in settings.candidates(facts.entitlement, facts.attributes):
        number = Shelf(view, supply.available(view.name)).peek(country, set())
        if isinstance(number, Available):
            found.append(Proposal(number.number, f'the next of range "{view.name}", whose rule matches'))
    return found[:MOST]


def next_of_range(
    tenant: Tenant, facts: PersonFacts, who: Person, name: str, now: datetime, tried: set[str]
) -> Available:
    """The next number of a range that this person can have, but for those tried already. Raises OverrideRefused with what
    would work."""
    settings = settings_of(tenant)
    view = settings.by_name[name]
    types = TYPES_OF[facts.entitlement]
    country = home_country(facts, settings)
    if view.type not in types:
        fitting = [each for each in settings.ranges if each.type in types and each.enabled]
        fact = f'range "{name}" has {a_number_of(view.type).split(" ", 1)[1]}s, and {who} has {LICENCE_WORDS[facts.entitlement]}'
        raise OverrideRefused(f"{fact}: {_others(tenant, fitting, country, now)}")
    found = Shelf(view, Glance(tenant.pk, now).available(name)).peek(country, set(tried))
    if isinstance(found, Available):
        return found
    fitting = [each for each in settings.ranges if each.type in types and each.enabled and each is not view]
    raise OverrideRefused(f'range "{name}" {_NONE_LEFT[found]}: {_others(tenant, fitting, country, now)}')


def _others(tenant: Tenant, views: list[RangeView], country: str | None, now: datetime) -> str:
    """What would work in place of a range."""
    supply = Glance(tenant.pk, now)
    names = [
        view.name
        for view in views
        if isinstance(Shelf(view, supply.available(view.name)).peek(country, set()), Available)
    ]
    if names:
        return f"name another range that has one for them ({listed(names)})"
    return "no other range has one for them, so add numbers to one"
