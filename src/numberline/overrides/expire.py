"""What was set by hand with an end ends by itself, and the people concerned are looked at again."""

from datetime import datetime

from django.db.models import Q

from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.inventory.expire import expire as expire_numbers
from numberline.inventory.expire import locked_until, resting_until
from numberline.overrides.concerned import look_again
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.people import amend_person


def expire(tenant_id: int, at: datetime, cause: Cause) -> int:
    """End quarantines, reservations, locks and exclusions whose time is over. Gives how many numbers and people."""
    # Marked before anything ends: whoever is interrupted between the two does both again.
    look_again(
        tenant_id, [*resting_until(tenant_id, at).filter(state=State.RESERVED), *locked_until(tenant_id, at)]
    )
    return expire_numbers(tenant_id, at, cause) + expire_people(tenant_id, at, cause)


def expire_people(tenant_id: int, at: datetime, cause: Cause) -> int:
    """End the locks and exclusions of people whose time is over. Gives how many people."""
    keys: set[int] = set()
    for over in (Q(locked_until__lte=at), Q(excluded_until__lte=at)):
        keys.update(Person.objects.of(tenant_id).filter(over).values_list("pk", flat=True))
    done = 0
    for person in list(Person.objects.of(tenant_id).filter(pk__in=keys).order_by("pk")):
        done += _end(person, at, cause)
    return done


def _end(person: Person, at: datetime, cause: Cause) -> bool:
    try:
        if person.locked_until is not None and person.locked_until <= at:
            amend_person(person, at, cause, verb="person_lock_over", locked=False, locked_until=None)
        if person.excluded_until is not None and person.excluded_until <= at:
            amend_person(person, at, cause, verb="exclusion_over", excluded=False, excluded_until=None)
    except OverrideRefused:
        return False  # an administrator has just changed it, so what was read no longer counts
    return True
