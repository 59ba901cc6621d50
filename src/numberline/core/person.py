"""A person as the decision sees one: what the licences allow, what is held, and what happened before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from numberline.core.plans_table import SERVICE_PLANS, PlanKind, kind_by_name

Attributes = Mapping[str, Any]
"""A user as Graph returns it; a missing key means null (Microsoft: user-delta)."""

RESOURCE_ACCOUNT_DEPARTMENT = "microsoft communication application instance"
"""The department, in lower case, that Teams gives the accounts of its auto attendants and call queues."""


class Entitlement(StrEnum):
    """What the licences allow. `suspended` is a billing lapse: nothing is taken, nothing is given."""

    NONE = "none"
    CARRIER = "carrier"
    CALLING_PLAN = "calling_plan"
    SUSPENDED = "suspended"


class NumberType(StrEnum):
    """How a number reaches the telephone network."""

    CALLING_PLAN = "calling_plan"
    OPERATOR_CONNECT = "operator_connect"
    DIRECT_ROUTING = "direct_routing"


class FreedCause(StrEnum):
    """Why Teams shows a holder's number free although we did not release it."""

    FREED_IN_TEAMS = "freed_in_teams"
    ENTITLEMENT_CHANGED = "entitlement_changed"


class PlanTable:
    """The service plans that decide: which ids are Phone System, a calling plan, or a resource account."""

    def __init__(self, kinds: Mapping[str, PlanKind] | None = None) -> None:
        self.kinds: dict[str, PlanKind] = dict(kinds or {plan.id: plan.kind for plan in SERVICE_PLANS})
        deciding = (PlanKind.PHONE_SYSTEM, PlanKind.CALLING_PLAN, PlanKind.RESOURCE_ACCOUNT)
        self.deciding: dict[Any, PlanKind] = {i: kind for i, kind in self.kinds.items() if kind in deciding}

    def with_tenant(self, names: Mapping[str, str]) -> PlanTable:
        """This table and the plans of the tenant's ``subscribedSkus``, given as {plan id: plan name}. A plan that
        this table does not know is a calling plan if its name starts with MCOPSTN and is not one of credits."""
        tenant = {plan_id.lower(): kind_by_name(name) for plan_id, name in names.items()}
        return PlanTable({**tenant, **self.kinds})


@dataclass(slots=True)
class Licensing:
    """What a person's service plans say. `phone_system_since` is Graph's text of the earliest assignment."""

    entitlement: Entitlement
    phone_system_since: str | None
    resource_account: bool


_GONE, _SUSPENDED, _LIVE = 0, 1, 2
# Whatever Microsoft may add later counts as suspended: only Deleted or absent means gone.
_STATUS: dict[Any, int] = {"Enabled": _LIVE, "Warning": _LIVE, "Deleted": _GONE}


def licensing(assigned_plans: Iterable[Mapping[str, Any]] | None, table: PlanTable) -> Licensing:
    """What the ``assignedPlans`` of a user allow (Microsoft: resources/assignedplan).

    A calling plan that is suspended while Phone System is not gives `suspended` too: without it the person would
    draw another kind of number.
    """
    phone_system = calling_plan = _GONE
    resource_account = False
    since: str | None = None
    deciding = table.deciding
    for plan in assigned_plans or ():
        kind = deciding.get(plan.get("servicePlanId"))
        if kind is None:
            continue
        status = _STATUS.get(plan.get("capabilityStatus"), _SUSPENDED)
        if status == _GONE:
            continue
        if kind is PlanKind.PHONE_SYSTEM:
            phone_system = max(phone_system, status)
            assigned = plan.get("assignedDateTime")
            if assigned is not None and (since is None or _earlier(assigned, since)):
                since = assigned
        elif kind is PlanKind.CALLING_PLAN:
            calling_plan = max(calling_plan, status)
        else:
            resource_account = True
    return Licensing(_ENTITLEMENT[phone_system, calling_plan], since, resource_account)


_ENTITLEMENT = {
    (_LIVE, _LIVE): Entitlement.CALLING_PLAN,
    (_LIVE, _SUSPENDED): Entitlement.SUSPENDED,
    (_LIVE, _GONE): Entitlement.CARRIER,
    **{(_SUSPENDED, plan): Entitlement.SUSPENDED for plan in (_GONE, _SUSPENDED, _LIVE)},
    **{(_GONE, plan): Entitlement.NONE for plan in (_GONE, _SUSPENDED, _LIVE)},
}


def _earlier(left: str, right: str) -> bool:
    return datetime.fromisoformat(left) < datetime.fromisoformat(right)


@dataclass(slots=True)
class Holding:
    """The person's primary number. `range` is None for a number that no range claims.

    While `freed_in_teams_at` is set, Teams shows the number free and it still counts as theirs: nobody else may
    draw it until the grace, or an administrator, has ended that. `adopted` is False for a number that was set in
    Teams directly: it is never taken back while Teams shows it on them (M19). `given_outside` is how the person stood
    (`standing`) when a human gave it although its range's rule did not match them; None for all others.
    """

    number: str
    type: NumberType
    range: str | None
    country: str | None
    locked: bool = False
    on_premises: bool = False
    since: datetime | None = None
    freed_in_teams_at: datetime | None = None
    freed_cause: FreedCause | None = None
    adopted: bool = True
    given_outside: Mapping[str, Any] | None = None


@dataclass(slots=True)
class OwnNumber:
    """A number kept for one person: reserved for them, or the one they last had.

    `drawable`: it could be assigned now; for a reserved number Teams lists it as free for users, for a last number
    it is also available or quarantined and reserved for nobody else.
    """

    number: str
    type: NumberType
    range: str | None
    country: str | None
    location_id: str | None = None
    drawable: bool = True


@dataclass(slots=True)
class PersonFacts:
    """Everything the decision needs to know of one person. Times are aware and in UTC.

    `deleted` covers soft-deleted and deleted; `lost_at` is when we first saw the person deleted or unlicensed;
    `ready` is None until Teams was asked; `on_premises_number` is a number synchronised from on-premises that we
    do not count as held; `obstacle` is why they are not ready, as Teams or Microsoft said; `taken_number` is theirs no more
    because Teams shows it on somebody else; `released_by_hand` lasts until an administrator assigns or includes.
    """

    id: str
    upn: str | None
    attributes: Attributes
    entitlement: Entitlement
    first_seen: datetime
    phone_system_since: datetime | None = None
    enabled: bool = True
    guest: bool = False
    resource_account: bool = False
    usage_location: str | None = None
    deleted: bool = False
    lost_at: datetime | None = None
    locked: bool = False
    excluded: bool = False
    holding: Holding | None = None
    released_by_hand: bool = False
    taken_number: str | None = None
    last_number: OwnNumber | None = None
    reserved: tuple[OwnNumber, ...] = ()
    on_premises_number: str | None = None
    ready: bool | None = None
    obstacle: str | None = None


def standing(
    entitlement: str, usage_location: str | None, attributes: Attributes, names: Iterable[str]
) -> dict[str, Any]:
    """How a person stands in what a human may decide about: the licences, the usage location, and these attributes."""
    known = {name: attributes.get(name) for name in names}
    return {"entitlement": str(entitlement), "usage_location": usage_location or "", **known}


def facts_from_attributes(
    attributes: Attributes,
    table: PlanTable,
    first_seen: datetime,
    *,
    voice_application: bool = False,
    **known: Any,
) -> PersonFacts:
    """The facts of a user as Graph returned it.

    Args:
        attributes: the user, with ``id``.
        table: the service plans of this tenant.
        first_seen: when we first saw this person.
        voice_application: Teams lists a number of theirs as ``voiceApplicationAssigned``.
        known: what we know beside Graph, as the fields of `PersonFacts` from `deleted` on.
    """
    get = attributes.get
    licences = licensing(get("assignedPlans"), table)
    since = licences.phone_system_since
    department = get("department")
    usage_location = get("usageLocation")
    return PersonFacts(
        attributes["id"],
        get("userPrincipalName"),
        attributes,
        licences.entitlement,
        first_seen,
        None if since is None else datetime.fromisoformat(since),
        get("accountEnabled") is not False,
        get("userType") == "Guest",
        voice_application or licences.resource_account or _runs_voice_application(department),
        usage_location.upper() if usage_location else None,
        **known,
    )


def _runs_voice_application(department: str | None) -> bool:
    return department is not None and department.strip().casefold() == RESOURCE_ACCOUNT_DEPARTMENT
