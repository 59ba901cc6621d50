"""The free numbers that somebody could be given, found by what is typed of a number or of a range's name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from numberline.core.allocate import Shelf
from numberline.core.candidates import home_country
from numberline.core.folding import fold
from numberline.core.person import PersonFacts
from numberline.core.ranges import TYPES_OF
from numberline.core.states import State
from numberline.core.supply import Available
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.inventory.draw import drawn_of
from numberline.inventory.glance import Glance
from numberline.inventory.models import Number
from numberline.inventory.search import Wanted, wanted_numbers
from numberline.overrides.fitting import fits_country, misfit
from numberline.overrides.next_number import Proposal, proposals
from numberline.planning.settings import settings_of
from numberline.tenants.models import Tenant

SHOWN: Final = 10
"""Up to how many numbers are offered."""
LOOKED_AT: Final = 4 * SHOWN
"""Up to how many free numbers are held against the person before fewer are offered."""
OF_ONE_RANGE: Final = 4
"""Up to how many of the next numbers of a range are offered whose name was typed."""
COUNTED: Final = 10_000
"""Up to how many free numbers are counted."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The numbers that are offered, of how many (`more`: at least), like what was typed."""

    shown: Sequence[Proposal]
    total: int
    more: bool


def choices(
    tenant: Tenant, numbers: QuerySet[Number], who: Person, facts: PersonFacts, typed: str, now: datetime
) -> Choices:
    """Those of the `numbers` that are free and fit the person: like the digits that were typed, or the next ones of the
    ranges whose names hold what was typed; with nothing typed what is proposed, then the next of every range."""
    found: Iterator[Proposal]
    free = drawn_of(numbers, now)
    if not typed:
        found, free = _proposed(tenant, facts, now), free.filter(range__isnull=False)
    elif any(map(str.isalpha, typed)):
        name = fold(typed)
        found = _of_ranges(tenant, facts, name, OF_ONE_RANGE, now)
        names = [view.name for view in settings_of(tenant).ranges if name in fold(view.name)]
        free = free.filter(range__name__in=names)
    else:
        found = _alike(tenant, numbers, who, typed, now)
        free = wanted_numbers(free, tenant.pk, Wanted(text=typed)).rows
    shown = [each for each, _ in zip(found, range(SHOWN), strict=False)]
    return _counted(tenant, facts, free, shown)


def _counted(
    tenant: Tenant, facts: PersonFacts, free: QuerySet[Number], shown: Sequence[Proposal]
) -> Choices:
    """Of how many these are: the free numbers that fit, and what is kept for the person besides."""
    fitting = Q(type__in=[one.value for one in TYPES_OF[facts.entitlement]])
    fitting &= fits_country(home_country(facts, settings_of(tenant)))
    some = free.order_by().values("pk")
    fit = Number.objects.of(tenant.pk).filter(pk__in=some[:COUNTED]).filter(fitting).count()
    kept = len(shown) - free.filter(text__in=[each.number for each in shown]).count()
    return Choices(shown, fit + kept, bool(some[COUNTED : COUNTED + 1]))


def _proposed(tenant: Tenant, facts: PersonFacts, now: datetime) -> Iterator[Proposal]:
    first = proposals(tenant, facts, now)
    yield from first
    seen = {each.number for each in first}
    yield from (each for each in _of_ranges(tenant, facts, "", 1, now) if each.number not in seen)


def _of_ranges(
    tenant: Tenant, facts: PersonFacts, name: str, of_each: int, now: datetime
) -> Iterator[Proposal]:
    """The next numbers of each range of a fitting type whose name holds this."""
    settings, supply = settings_of(tenant), Glance(tenant.pk, now)
    country = home_country(facts, settings)
    for view in settings.ranges:
        if view.type not in TYPES_OF[facts.entitlement] or name not in fold(view.name):
            continue
        shelf, taken = Shelf(view, supply.available(view.name)), set[str]()
        while len(taken) < of_each and isinstance(found := shelf.peek(country, taken), Available):
            yield Proposal(found.number, f'{"further" if taken else "the next"} of range "{view.name}"')
            taken.add(found.number)


def _alike(
    tenant: Tenant, numbers: QuerySet[Number], who: Person, typed: str, now: datetime
) -> Iterator[Proposal]:
    """Free numbers that are written like this, or in part."""
    free = numbers.filter(state=State.AVAILABLE, teams_free=True).select_related("range")
    found = wanted_numbers(free, tenant.pk, Wanted(text=typed))
    for row in found.rows.order_by(*found.keys)[:LOOKED_AT]:
        locked = row.locked and not ended(row.locked_until, now)
        if not locked and misfit(tenant, row, who, now) is None:
            yield Proposal(
                row.text, f'free in range "{row.range.name}"' if row.range else "free, in no range"
            )
