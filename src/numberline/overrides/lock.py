"""Locking a number against automation: it stays with whom it is with, and is given to nobody."""

from datetime import datetime

from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.core.words import moment
from numberline.directory.facts import ended
from numberline.inventory.find import number_named
from numberline.inventory.models import Number
from numberline.inventory.moves import amend
from numberline.overrides.concerned import holder_of, look_again
from numberline.overrides.outcome import Outcome, OverrideRefused, one_change, unchanged
from numberline.tenants.models import Tenant


def lock(tenant: Tenant, text: str, at: datetime, cause: Cause, until: datetime | None = None) -> Outcome:
    """Lock a number, or give its lock another end. Raises NumberUnknown, OverrideRefused."""
    with one_change():
        number = number_named(tenant.pk, text)
        if number.state == State.RETIRED:
            raise OverrideRefused(
                f"{number.text} is retired, so automation does not touch it: declare it in a range first"
            )
        words = f"{number.text} is locked against automation" + (f" until {moment(until)}" if until else "")
        if _is_locked(number, at) and number.locked_until == until:
            return unchanged(f"{words} already")
        holder = holder_of(number)
        amend(number, at, cause, verb="lock", person=holder, locked=True, locked_until=until)
        look_again(tenant.pk, [number], holder)
    return Outcome(True, f"{words}.")


def unlock(tenant: Tenant, text: str, at: datetime, cause: Cause) -> Outcome:
    """End a number's lock. Raises NumberUnknown."""
    with one_change():
        number = number_named(tenant.pk, text)
        if not _is_locked(number, at):
            return unchanged(f"{number.text} is not locked")
        holder = holder_of(number)
        amend(number, at, cause, verb="unlock", person=holder, locked=False, locked_until=None)
        look_again(tenant.pk, [number], holder)
    return Outcome(True, f"{number.text} is no longer locked.")


def _is_locked(number: Number, at: datetime) -> bool:
    return number.locked and not ended(number.locked_until, at)
