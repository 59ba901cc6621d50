"""The ranges of which somebody can be given the next number: those that automation would ask, then the others with why it
would not, and why it can't be the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import OuterRef, Q

from numberline.core.candidates import LOCATION_COUNTRIES, bound_to_country, home_country
from numberline.core.person import NumberType, PersonFacts
from numberline.core.ranges import TYPES_OF, RangeView
from numberline.core.words import TYPE_WORDS
from numberline.directory.models import Person
from numberline.inventory.draw import drawable
from numberline.inventory.glance import MOST, CountOf
from numberline.inventory.models import Range
from numberline.overrides.fitting import fits_country
from numberline.planning.settings import settings_of
from numberline.tenants.models import Tenant

LISTED: Final = 50
"""Up to how many ranges of each kind are listed."""
DRAWN = "where automation would draw from"


@dataclass(frozen=True, slots=True)
class RangeChoice:
    """A range: up to MOST numbers that the person could have, and what automation makes of it, or why it can't be."""

    name: str
    free: int
    why: str

    @property
    def counted(self) -> str:
        """The free numbers as they are said."""
        return f"{self.free} or more free" if self.free >= MOST else f"{self.free} free"


@dataclass(slots=True)
class RangeChoices:
    """The ranges of `matching` rules in the order in which they are asked, what else there is, and what can't be; and
    how many of the others are not listed."""

    matching: list[RangeChoice] = field(default_factory=list)
    others: list[RangeChoice] = field(default_factory=list)
    refused: list[RangeChoice] = field(default_factory=list)
    more: int = 0


def range_choices(tenant: Tenant, facts: PersonFacts, who: Person, now: datetime) -> RangeChoices:
    """The ranges for this person, each with what they could have of it."""
    settings = settings_of(tenant)
    country = home_country(facts, settings)
    free_in = _counts(tenant.pk, now)
    refused = {
        view.name: _why_refused(view, facts, who, country, free_in.get(view.name, 0))
        for view in settings.ranges
    }
    open_ = [view for view in settings.ranges if refused[view.name] is None and free_in.get(view.name)]
    fit_in = free_in | _fitting(tenant.pk, now, country, open_)
    matching = {view.name for view in settings.candidates(facts.entitlement, facts.attributes)}
    found = RangeChoices()
    for view in settings.ranges:
        free, fit = free_in.get(view.name, 0), fit_in.get(view.name, 0)
        why = refused[view.name]
        if why is None and not fit:
            why = _why_none(view, country, free)
        if why is not None:
            found.refused.append(RangeChoice(view.name, 0, why))
        elif view.name in matching:
            first = f"asked after {found.matching[0].name}" if found.matching else DRAWN
            found.matching.append(RangeChoice(view.name, fit, first))
        else:
            odd = "its rule does not match" if view.rule is not None else "it has no rule"
            found.others.append(RangeChoice(view.name, fit, odd))
    found.more = _cut(found.matching) + _cut(found.others)
    _cut(found.refused)
    return found


def _cut(ranges: list[RangeChoice]) -> int:
    more = len(ranges[LISTED:])
    del ranges[LISTED:]
    return more


def _why_refused(
    view: RangeView, facts: PersonFacts, who: Person, country: str | None, free: int
) -> str | None:
    """Why no number of the range can be this person's, whichever it is."""
    if view.type not in TYPES_OF[facts.entitlement]:
        return f"{TYPE_WORDS[view.type]} numbers, which the licence does not allow"
    if not view.enabled:
        return "the range is disabled"
    if not free or not bound_to_country(view.type):
        return None
    if country is None:
        return f"the usage location of {who} is empty"
    known = view.countries
    return f"no numbers of {country}, the country of {who}" if known and country not in known else None


def _why_none(view: RangeView, country: str | None, free: int) -> str:
    """Why the range has nothing for the person now, though it might."""
    if not free:
        return "no number is left"
    if view.type is NumberType.CALLING_PLAN and country in LOCATION_COUNTRIES and not view.location:
        return "its numbers need an emergency location and have none"
    return f"no number of {country} is left"


def _counts(tenant_id: int, now: datetime, fitting: Q = Q(), keys: Q = Q()) -> dict[str, int]:  # noqa: B008 - not changed
    """Of each of these ranges how many numbers are free and fit, up to MOST."""
    inside = drawable(tenant_id, now).filter(fitting, range_id=OuterRef("pk"))
    rows = Range.objects.of(tenant_id).filter(keys)
    return dict(
        rows.annotate(count=CountOf(inside.order_by("value").values("pk")[:MOST])).values_list(
            "name", "count"
        )
    )


def _fitting(
    tenant_id: int, now: datetime, country: str | None, views: Sequence[RangeView]
) -> dict[str, int]:
    """Of these ranges how many of the free numbers somebody of this country could have, up to MOST. Only of those are they
    asked for whose numbers may be of several countries, or need a location: to find none all of them are gone through."""
    bound = [view.name for view in views if bound_to_country(view.type)]
    if not bound:
        return {}
    keys = Range.objects.of(tenant_id).filter(name__in=bound).values_list("pk", flat=True)
    return _counts(tenant_id, now, fits_country(country), Q(pk__in=list(keys)))
