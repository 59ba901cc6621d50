"""How a refusal is said: the fact, and every way on that there is."""

from datetime import datetime

from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.overrides.fitting import free_number
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.ways import Why, ways_of
from numberline.tenants.models import Tenant


def refusal(
    tenant: Tenant,
    obstacle: tuple[str, str],
    at: datetime,
    *,
    person: Person | None = None,
    near: Number | None = None,
) -> OverrideRefused:
    """What stands in the way and what would mend it (empty: nothing), with a free number that would do instead."""
    fact, remedy = obstacle
    free = free_number(tenant, at, person=person, near=near)
    ways = [remedy] if remedy else []
    if free is not None:
        ways.append(f"take {free}, which is free")
    elif not ways:
        ways.append(
            "nothing else that would suit is free, so name a number of another range, or add numbers to one"
        )
    return OverrideRefused(Why(f"{fact}: {', or '.join(ways)}", *ways_of(fact), *ways_of(remedy)))
