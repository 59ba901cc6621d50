"""Whether what a human saw when they asked for something is still so when it is done: in between, others went on.

Of a number that somebody holds it is said who does (numberline.runs.hand.refuse_moved); here it is those that nobody holds,
and people who have none.
"""

from collections.abc import Mapping

from numberline.assignments.models import Assignment
from numberline.core.states import State
from numberline.core.words import moment
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.words import reservation_of

_LOOK = "which was not so when this was asked for: look at it and ask again"


def as_it_stands(number: Number) -> dict[str, str]:
    """How a number stands that is to be given, to be compared later."""
    until = number.until.isoformat() if number.until is not None else ""
    return {number.text: "/".join((number.state, number.reserved_for, number.reserved_purpose, until))}


def as_they_stand(person: Person) -> dict[str, str]:
    """What somebody had last who is to be given a number, to be compared later."""
    last = _last(person)
    return {person.object_id: str(last.pk) if last is not None else ""}


def refuse_other_number(shown: Mapping[str, str], number: Number) -> None:
    """Raise OverrideRefused when the number does not stand as it was shown, if it was."""
    if shown.get(number.text, now := as_it_stands(number)[number.text]) != now:
        raise OverrideRefused(f"{_stands(number)} now, {_LOOK}")


def refuse_other_past(shown: Mapping[str, str], person: Person) -> None:
    """Raise OverrideRefused when somebody was given a number since they were shown, if they were."""
    last = _last(person)
    if last is not None and shown.get(person.object_id, str(last.pk)) != str(last.pk):
        raise OverrideRefused(f"{person} had {last.number.text} meanwhile, {_LOOK}")


def _last(person: Person) -> Assignment | None:
    rows = Assignment.objects.of(person.tenant_id).filter(person=person.object_id)
    return rows.select_related("number").order_by("-since", "-pk").first()


def _stands(number: Number) -> str:
    if number.state == State.RESERVED:
        return reservation_of(number)
    if number.state == State.QUARANTINED:
        until = f" until {moment(number.until)}" if number.until is not None else ""
        return f"{number.text} is in quarantine{until}"
    return f"{number.text} is {number.state}"
