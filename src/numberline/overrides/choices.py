"""The free numbers that somebody could be given, found by what is typed of a number or of a range's name."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from numberline.core.allocate import Shelf
from numberline.core.candidates import home_country
from numberline.core.folding import fold
from numberline.core.person import PersonFacts
from numberline.core.ranges import TYPES_OF
from numberline.core.states import State
from numberline.core.supply import Available
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.inventory.glance import Glance
from numberline.inventory.models import Number
from numberline.inventory.search import Wanted, wanted_numbers
from numberline.overrides.fitting import misfit
from numberline.overrides.next_number import Proposal, proposals
from numberline.planning.settings import settings_of
from numberline.tenants.models import Tenant

SHOWN: Final = 10
"""Up to how many numbers are offered."""
LOOKED_AT: Final = 4 * SHOWN
"""Up to how many free numbers are held against the person before fewer are offered."""
OF_ONE_RANGE: Final = 4
"""Up to how many of the next numbers of a range are offered whose name was typed."""


def choices(
    tenant: Tenant, numbers: QuerySet[Number], who: Person, facts: PersonFacts, typed: str, now: datetime
) -> list[Proposal]:
    """Those of the `numbers` that are free and fit the person: like the digits that were typed, or the next ones of the
    ranges whose names hold what was typed; with nothing typed what is proposed, then the next of every range."""
    found: Iterator[Proposal]
    if not typed:
        found = _proposed(tenant, facts, now)
    elif any(map(str.isalpha, typed)):
        found = _of_ranges(tenant, facts, fold(typed), OF_ONE_RANGE, now)
    else:
        found = _alike(tenant, numbers, who, typed, now)
    return [each for each, _ in zip(found, range(SHOWN), strict=False)]


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
