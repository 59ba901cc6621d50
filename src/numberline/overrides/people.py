"""Locking a person against automation, and excluding one from it.

Both leave whatever the person has; they differ in why it was done, which the audit trail and `explain` tell.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from numberline.audit.record import Cause, Fact, record
from numberline.core.words import moment
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.overrides.outcome import Outcome, OverrideRefused, unchanged


def lock(person: Person, at: datetime, cause: Cause, until: datetime | None = None) -> Outcome:
    """Lock somebody, or give the lock another end. Raises OverrideRefused."""
    words = f"{person} is locked against automation{_until(until)}"
    if _lasts(person.locked, person.locked_until, at) and person.locked_until == until:
        return unchanged(f"{words} already")
    amend_person(person, at, cause, verb="lock_person", locked=True, locked_until=until)
    return Outcome(True, f"{words}.")


def unlock(person: Person, at: datetime, cause: Cause) -> Outcome:
    """End somebody's lock. Raises OverrideRefused."""
    if not _lasts(person.locked, person.locked_until, at):
        return unchanged(f"{person} is not locked")
    amend_person(person, at, cause, verb="unlock_person", locked=False, locked_until=None)
    return Outcome(True, f"{person} is no longer locked.")


def exclude(person: Person, at: datetime, cause: Cause, until: datetime | None = None) -> Outcome:
    """Exclude somebody from automation, or give the exclusion another end. Raises OverrideRefused."""
    words = f"{person} is excluded from automation{_until(until)}"
    if _lasts(person.excluded, person.excluded_until, at) and person.excluded_until == until:
        return unchanged(f"{words} already")
    amend_person(person, at, cause, verb="exclude", excluded=True, excluded_until=until)
    return Outcome(True, f"{words}.")


def include(person: Person, at: datetime, cause: Cause) -> Outcome:
    """End somebody's exclusion, and let automation serve them again after a release by hand. Raises OverrideRefused."""
    excluded = _lasts(person.excluded, person.excluded_until, at)
    if not (excluded or person.released_by_hand or person.taken_number):
        hint = ""
        if person.code == "excluded_by_rule":
            hint = " by hand; the tenant's `exclude` rule leaves them out: change that rule"
        return unchanged(f"{person} is not excluded{hint}")
    ends: dict[str, Any] = {"excluded": False, "excluded_until": None, "released_by_hand": False}
    if person.taken_number:
        ends["taken_number"] = ""
    amend_person(person, at, cause, verb="include", **ends)
    return Outcome(True, f"{person} is served by automation again.")


def amend_person(person: Person, at: datetime, cause: Cause, *, verb: str, **fields: Any) -> None:
    """Set fields of a person and record what they were and are; the next decision looks at the person.

    Raises OverrideRefused when they are no longer as they were read.
    """
    before = {name: getattr(person, name) for name in fields}
    same = {
        f"{name}__isnull" if old is None else name: True if old is None else old
        for name, old in before.items()
    }
    with transaction.atomic():
        rows = Person.objects.of(person.tenant_id).filter(pk=person.pk, **same)
        if rows.update(**fields, changed=True) != 1:
            raise OverrideRefused(f"somebody else has just changed {person}: look at it and try again")
        fact = Fact(verb, person.object_id, before=_said(before), after=_said(fields))
        record(person.tenant_id, at, cause, fact)
    for name, value in fields.items():
        setattr(person, name, value)


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()
    }


def _lasts(is_set: bool, until: datetime | None, at: datetime) -> bool:
    return is_set and not ended(until, at)


def _until(until: datetime | None) -> str:
    return f" until {moment(until)}" if until is not None else ""
