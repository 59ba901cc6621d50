"""Reserving a number by hand, for a person or a purpose: automation gives it to nobody else."""

from dataclasses import dataclass
from datetime import datetime

from numberline.assignments.models import Assignment
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.core.words import moment, of_range
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.inventory.expire import RESERVATION
from numberline.inventory.find import NumberUnknown, number_named
from numberline.inventory.models import Number
from numberline.inventory.moves import amend, move
from numberline.inventory.placement import DECLARED_PURPOSE
from numberline.overrides.concerned import look_again
from numberline.overrides.fitting import free_number, misfit
from numberline.overrides.givable import in_doubt
from numberline.overrides.outcome import Outcome, OverrideRefused, one_change, unchanged
from numberline.overrides.refusing import refusal
from numberline.overrides.resting import refuse_unrested, rest, rested_at
from numberline.overrides.ways import Way, Why, edits
from numberline.overrides.words import reservation_of, unreserve_first, why_not_free
from numberline.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Reservation:
    """For whom (None: nobody in particular), for what, and until when (None: until it is ended) a number is kept."""

    person: Person | None = None
    purpose: str = ""
    until: datetime | None = None

    @property
    def key(self) -> str:
        """The object id of whom it is for, empty for nobody."""
        return self.person.object_id if self.person is not None else ""


def reserve(tenant: Tenant, text: str, wanted: Reservation, at: datetime, cause: Cause) -> Outcome:
    """Reserve a free number, or one in quarantine for whoever held it last; take over the configuration file's
    reservation of it, or give one by hand another end.

    Raises NumberUnknown and OverrideRefused, both with a number that would do.
    """
    _refuse_for(wanted)
    with one_change():
        number = _named(tenant, text, wanted, at)
        if _by_hand(number) and not ended(number.until, at):
            if (number.reserved_for, number.reserved_purpose) != (wanted.key, wanted.purpose):
                _refuse(tenant, number, wanted, at, (reservation_of(number), unreserve_first(number)))
            if number.until == wanted.until:
                return unchanged(f"{reservation_of(number)} already")
        obstacle = _not_rested(number, wanted, at) or why_not_free(number)
        obstacle = obstacle or _unfit(tenant, number, wanted.person, at)
        if obstacle is not None:
            _refuse(tenant, number, wanted, at, obstacle)
        before = number.reserved_for
        _write(number, wanted, at, cause)
        look_again(tenant.pk, [number], before)
    return Outcome(True, f"{reservation_of(number)}.")


def unreserve(tenant: Tenant, text: str, at: datetime, cause: Cause) -> Outcome:
    """End a reservation by hand; the number rests where the configuration file says.

    Raises NumberUnknown, OverrideRefused.
    """
    with one_change():
        number = number_named(tenant.pk, text)
        if number.state != State.RESERVED:
            return unchanged(f"{number.text} is {number.state}, not reserved")
        if not _by_hand(number):
            where = of_range(number.range.name if number.range else None)
            fact = f"{number.text} is reserved by the settings of its range"
            ways = edits(number.range.name if number.range else None)
            raise OverrideRefused(Why(f"{fact}: take it out of the reserved numbers {where}", *ways))
        refuse_unrested(number, at, "unreserve")
        kept_for = number.reserved_for
        place = rest(number, at, cause, "unreserve")
        look_again(tenant.pk, [number], kept_for)
    return Outcome(True, f"{number.text} {place}.")


def _by_hand(number: Number) -> bool:
    return number.state == State.RESERVED and number.reserved_purpose != DECLARED_PURPOSE


def _write(number: Number, wanted: Reservation, at: datetime, cause: Cause) -> None:
    person = wanted.key or number.reserved_for
    if number.state == State.RESERVED:
        amend(
            number,
            at,
            cause,
            verb="reserve",
            person=person,
            reserved_for=wanted.key,
            reserved_purpose=wanted.purpose,
            until=wanted.until,
        )
        return
    rests = number.state == State.QUARANTINED and number.until is not None
    move(
        number,
        State.RESERVED,
        at,
        cause,
        verb="reserve",
        noted=RESERVATION,
        person=person,
        reserved_for=wanted.key,
        reserved_purpose=wanted.purpose,
        until=wanted.until,
        free_since=number.until if rests else number.free_since,
    )


def _not_rested(number: Number, wanted: Reservation, at: datetime) -> tuple[str, str] | None:
    """A quarantine keeps calls for the last holder away from anybody else: they alone may have the number kept for
    them meanwhile, and nobody is to have it earlier by way of that."""
    resting = number.state == State.QUARANTINED
    until = number.until if resting else rested_at(number, at)
    if not resting and until is None:
        return None
    end = f" until {moment(until)}" if until is not None else ""
    if resting and (wanted.person is None or _last_holder(number) != wanted.key):
        ways = ["reserve it after that"]
        if wanted.person is not None:
            ways.append(f"assign it to {wanted.person} now")
        return f"{number.text} is in quarantine{end}", ", or ".join(ways)
    if wanted.until is not None and until is not None and wanted.until < until:
        where = "is in quarantine" if resting else "rests"
        return f"{number.text} {where}{end}", "a reservation of it ends no earlier"
    return in_doubt(number, wanted.person, at) if wanted.person is not None else None


def _last_holder(number: Number) -> str:
    rows = Assignment.objects.of(number.tenant_id).filter(number=number).order_by("-since", "-pk")
    return rows.values_list("person", flat=True).first() or ""


def _named(tenant: Tenant, text: str, wanted: Reservation, at: datetime) -> Number:
    try:
        return number_named(tenant.pk, text)
    except NumberUnknown as error:
        free = free_number(tenant, at, person=wanted.person)
        if free is None:
            raise
        raise NumberUnknown(f"{str(error).rstrip('.')}; {free} is free") from error


def _refuse_for(wanted: Reservation) -> None:
    """Whom and what nothing is ever reserved for."""
    person = wanted.person
    if wanted.purpose == DECLARED_PURPOSE:
        raise OverrideRefused("this purpose marks what a range reserves: write another one")
    if person is None:
        return
    if person.deleted:
        raise OverrideRefused(f"{person} is deleted: restore the account before you reserve a number for it")
    if person.guest or person.resource_account:
        kind = "a guest" if person.guest else "a resource account"
        raise OverrideRefused(
            f"{person} is {kind}, whom automation gives no number: reserve it for a purpose instead"
        )


def _unfit(tenant: Tenant, number: Number, person: Person | None, at: datetime) -> tuple[str, str] | None:
    if person is None:
        return None
    if number.locked and not ended(number.locked_until, at):
        return f"{number.text} is locked, so {person} would never be given it", Why(
            "unlock it first", Way("unlock", number.text)
        )
    return misfit(tenant, number, person, at)


def _refuse(
    tenant: Tenant, number: Number, wanted: Reservation, at: datetime, obstacle: tuple[str, str]
) -> None:
    raise refusal(tenant, obstacle, at, person=wanted.person, near=number)
