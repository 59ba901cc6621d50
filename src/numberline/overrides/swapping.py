"""Whether two people can exchange their numbers."""

from collections.abc import Sequence
from datetime import datetime

from numberline.assignments.belongings import belongings_of
from numberline.core.ranges import Settings
from numberline.directory.facts import person_facts
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.overrides.fitting import misfit_by
from numberline.overrides.holding import own_number, primary_rows, why_not_own
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.standing import facts_of, who_is_busy, why_never_served
from numberline.overrides.ways import Why, ways_of
from numberline.planning.settings import settings_of
from numberline.tenants.models import Tenant


def exchangeable(
    tenant: Tenant, first: Person, second: Person, at: datetime, *, just_read: bool = True
) -> tuple[Number, Number]:
    """The numbers of two people who could exchange them. Raises OverrideRefused."""
    if first.object_id == second.object_id:
        raise OverrideRefused(_with_themselves(first))
    theirs, others = (own_number(who, facts_of(who, at), just_read=just_read) for who in (first, second))
    why = _why_unfit(settings_of(tenant), ((first, others), (second, theirs)), at)
    if why is not None:
        raise OverrideRefused(why)
    return theirs, others


def why_not_exchangeable(
    tenant: Tenant, first: Person, others: Sequence[Person], at: datetime
) -> dict[str, str]:
    """Of these people, by object id, why the first, who has a number, can't exchange it with theirs, as far as is known
    here; read for all of them at once."""
    everybody = [first, *others]
    belongings = belongings_of(tenant.pk, [who.object_id for who in everybody], at)
    rows, busy = primary_rows(tenant.pk, everybody), who_is_busy(tenant.pk, others)
    settings, own = settings_of(tenant), rows.get(first.object_id)
    found: dict[str, str] = {}
    for who in others:
        row = rows.get(who.object_id)
        why = _with_themselves(first) if who.object_id == first.object_id else None
        why = why or why_never_served(who, person_facts(who, belongings, at))
        why = why or busy.get(who.object_id) or why_not_own(who, row)
        if why is None and row is not None and own is not None:
            why = _why_unfit(settings, ((first, row.number), (who, own.number)), at)
        if why is not None:
            found[who.object_id] = why
    return found


def _with_themselves(who: Person) -> str:
    return f"{who} can't swap with themselves: name two people"


def _why_unfit(settings: Settings, pairs: Sequence[tuple[Person, Number]], at: datetime) -> str | None:
    for who, number in pairs:
        obstacle = misfit_by(settings, number, who, at)
        if obstacle is not None:
            fact, remedy = obstacle
            return Why(f"{fact}: {remedy or 'change their numbers to ones that fit'}", *ways_of(remedy))
    return None
