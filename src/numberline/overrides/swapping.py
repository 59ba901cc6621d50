"""Whether two people can exchange their numbers."""

from datetime import datetime

from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.overrides.fitting import misfit
from numberline.overrides.holding import own_number
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.standing import facts_of
from numberline.tenants.models import Tenant


def exchangeable(
    tenant: Tenant, first: Person, second: Person, at: datetime, *, just_read: bool = True
) -> tuple[Number, Number]:
    """The numbers of two people who could exchange them. Raises OverrideRefused."""
    if first.object_id == second.object_id:
        raise OverrideRefused(f"{first} can't swap with themselves: name two people")
    theirs, others = (own_number(who, facts_of(who, at), just_read=just_read) for who in (first, second))
    for who, number in ((first, others), (second, theirs)):
        obstacle = misfit(tenant, number, who, at)
        if obstacle is not None:
            fact, remedy = obstacle
            raise OverrideRefused(f"{fact}: {remedy or 'change their numbers to ones that fit'}")
    return theirs, others
