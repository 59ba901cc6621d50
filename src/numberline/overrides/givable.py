"""Whether a number can be given to a person by hand: free to them, and fitting."""

from datetime import datetime

from django.db.models import Q

from numberline.assignments.conclude import LEAST_QUARANTINE
from numberline.assignments.models import Change, Kind, Phase
from numberline.core.candidates import own_location
from numberline.core.person import NumberType, OwnNumber
from numberline.core.states import State
from numberline.core.words import moment, of_range
from numberline.directory.models import Person
from numberline.graph.types import GraphNumber
from numberline.inventory.find import NumberUnknown, number_named
from numberline.inventory.models import Number
from numberline.inventory.placement import DECLARED_PURPOSE
from numberline.inventory.teams import is_free
from numberline.overrides.fitting import free_number, misfit
from numberline.overrides.holding import holding_of, why_held_stays
from numberline.overrides.refusing import refusal
from numberline.overrides.ways import Way, Why
from numberline.overrides.words import (
    release_first,
    reservation_of,
    shown_in_teams,
    unreserve_first,
    why_blocked,
    why_held,
)
from numberline.planning.settings import settings_of
from numberline.tenants.models import Tenant

Obstacle = tuple[str, str]
"""What stands in the way, and what would mend it (empty: nothing but another number)."""


def named(tenant: Tenant, text: str, person: Person, at: datetime) -> Number:
    """The number of this text. Raises NumberUnknown with one that would do instead."""
    try:
        return number_named(tenant.pk, text)
    except NumberUnknown as error:
        free = free_number(tenant, at, person=person)
        if free is None:
            raise
        raise NumberUnknown(f"{str(error).rstrip('.')}; {free} is free") from error


def refuse_ungivable(
    tenant: Tenant, number: Number, person: Person, said: GraphNumber | None, at: datetime
) -> None:
    """Raise OverrideRefused unless the number can be given to this person now. `said` is what Teams says of it."""
    obstacle = (
        _set_apart(number, person, at)
        or misfit(tenant, number, person, at)
        or _not_free_in_teams(number, said)
    )
    if obstacle is not None:
        raise refusal(tenant, obstacle, at, person=person, near=number)


def refuse_as_known(tenant: Tenant, number: Number, person: Person, at: datetime) -> None:
    """As `refuse_ungivable`, by what Teams said when it was last read: it is asked again before anything is sent."""
    obstacle = _set_apart(number, person, at) or misfit(tenant, number, person, at)
    theirs = (
        number.state == State.ASSIGNED
    )  # kept for them although Teams shows it free, else it is set apart
    if obstacle is None and number.type != NumberType.DIRECT_ROUTING and not (number.teams_free or theirs):
        obstacle = f"{number.text} is not free in Teams, which {shown_in_teams(number)}", ""
    if obstacle is not None:
        raise refusal(tenant, obstacle, at, person=person, near=number)


def location_of(tenant: Tenant, number: Number) -> str:
    """The emergency location to pass with the number, empty for none."""
    home = number.range
    own = OwnNumber(
        number.text,
        NumberType(number.type),
        home.name if home is not None else None,
        number.country or None,
        (home.location if home is not None else "") or number.location_id or None,
    )
    return own_location(own, settings_of(tenant)) or ""


def _set_apart(number: Number, person: Person, at: datetime) -> Obstacle | None:
    """Why the state of the number keeps it from this person. Locks do not: they are against automation."""
    held = why_held(number)
    if held is not None:
        if _freed_of(number, person):
            return None
        taken_back = number.state == State.ASSIGNED and why_held_stays(number) is None
        return held, release_first(number) if taken_back else ""
    if number.state == State.RESERVED and number.reserved_for != person.object_id:
        if number.reserved_purpose == DECLARED_PURPOSE:
            where = of_range(number.range.name if number.range else None)
            fact = f"{number.text} is reserved by the settings of its range"
            remedy = f"reserve it for {person} first, or take it out of the reserved numbers {where}"
            return fact, Why(remedy, Way("reserve", number.text))
        return reservation_of(number), unreserve_first(number)
    if number.state == State.BLOCKED:
        return why_blocked(number)
    if number.state == State.RETIRED:
        return f"{number.text} is retired", "declare it in a range first"
    if number.state == State.QUARANTINED:
        return in_doubt(number, person, at)
    return None


def _freed_of(number: Number, person: Person) -> bool:
    """Whether this is the person's own number, kept for them although Teams shows it free."""
    row = holding_of(number)
    return row is not None and row.person == person.object_id and row.freed_in_teams_at is not None


def in_doubt(number: Number, person: Person, at: datetime) -> Obstacle | None:
    """A hand may take a number out of its quarantine, but not while Microsoft may still carry out an earlier request
    for it (spec section 2): that could give the number to two people, or take it from the second."""
    about = Q(number=number) | Q(from_number=number)
    late = Change.objects.of(number.tenant_id).filter(about, open=False, ended_at__gt=at - LEAST_QUARANTINE)
    unknown = Q(phase=Phase.GIVEN_UP) | Q(taking_doubted=True) | Q(giving_doubted=True)
    unknown |= Q(doubtful=True) & ~Q(kind=Kind.ASSIGN, phase=Phase.DONE)
    same = Q(kind=Kind.ASSIGN, person=person.object_id)
    change = late.filter(unknown).exclude(same).order_by("-ended_at").first()
    if change is None or change.ended_at is None:
        return None
    until = moment(change.ended_at + LEAST_QUARANTINE)
    fact = f"Microsoft left a request for {number.text} without an answer and may carry it out until {until}"
    return fact, "wait until then"


def _not_free_in_teams(number: Number, said: GraphNumber | None) -> Obstacle | None:
    if said is None and number.type == NumberType.DIRECT_ROUTING:
        return None  # Teams knows a Direct Routing number only while somebody has it
    if said is None:
        return f"Teams no longer lists {number.text}", ""
    if not is_free(said, number.type):
        return f"{number.text} is not free in Teams, which {shown_in_teams(number)}", ""
    return None
