"""What a number must be for a person: its type, its country, its emergency location."""

from __future__ import annotations

from numberline.core.decision import Code
from numberline.core.person import NumberType, OwnNumber, PersonFacts
from numberline.core.ranges import TYPES_OF, RangeView, Settings

LOCATION_COUNTRIES = frozenset({"US", "CA"})
"""Where a Calling Plan number needs an emergency location to be assigned to a user; elsewhere it was given when the
number was acquired (Microsoft: what-are-emergency-locations-addresses-and-call-routing)."""


def home_country(facts: PersonFacts, settings: Settings) -> str | None:
    """The country the person's numbers must be of: the usage location, else the organisation's country."""
    return facts.usage_location or settings.country


def bound_to_country(number_type: NumberType) -> bool:
    """Whether Teams demands that number and person are of one country (Microsoft: assign-change-or-remove-a-phone-
    number-for-a-user); it does not for Direct Routing."""
    return number_type is not NumberType.DIRECT_ROUTING


def needs_location(number_type: NumberType, country: str | None) -> bool:
    """Whether a number of this type and country can only be assigned with an emergency location."""
    return number_type is NumberType.CALLING_PLAN and country in LOCATION_COUNTRIES


def location_for(
    number_type: NumberType, view: RangeView | None, own: str | None, country: str | None
) -> str | None:
    """The emergency location to send: the range's; else, where one is needed, the number's own. Direct Routing
    numbers have none (Microsoft: what-are-emergency-locations-addresses-and-call-routing)."""
    if number_type is NumberType.DIRECT_ROUTING:
        return None
    if view is not None and view.location is not None:
        return view.location
    return own if needs_location(number_type, country) else None


def own_fits(own: OwnNumber, facts: PersonFacts, settings: Settings) -> bool:
    """Whether a number kept for the person can be theirs: type and country must fit, the rule need not."""
    if not own.drawable or own.type not in TYPES_OF[facts.entitlement]:
        return False
    if bound_to_country(own.type) and (own.country is None or own.country != home_country(facts, settings)):
        return False
    return not needs_location(own.type, own.country) or own_location(own, settings) is not None


def own_location(own: OwnNumber, settings: Settings) -> str | None:
    """The emergency location to send with a number kept for the person."""
    view = settings.by_name.get(own.range) if own.range is not None else None
    return location_for(own.type, view, own.location_id, own.country)


def out_by_country(view: RangeView, country: str | None) -> Code | None:
    """`country_mismatch` if it is certain without reading the supply that the range has nothing for the country."""
    if not bound_to_country(view.type):
        return None
    if country is None or (view.countries and country not in view.countries):
        return Code.COUNTRY_MISMATCH
    return None
