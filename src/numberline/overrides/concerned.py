"""Whom a number concerns: who has it, who had it, and for whom it is kept."""

from collections.abc import Iterable

from numberline.assignments.found import mark_changed
from numberline.assignments.models import Assignment, Change
from numberline.directory.models import Person
from numberline.inventory.models import Number


def holder_of(number: Number) -> str:
    """The object id of who holds the number or is being given it; empty for nobody."""
    held = Assignment.objects.of(number.tenant_id).filter(number=number, until=None)
    given = Change.objects.of(number.tenant_id).filter(number=number, open=True)
    return next((person for rows in (held, given) for person in rows.values_list("person", flat=True)), "")


def look_again(tenant_id: int, numbers: Iterable[Number], *people: str) -> None:
    """Let the next decision look at these people, and at those who have these numbers, once had them and may have
    them back, or have them reserved."""
    rows = list(numbers)
    had = Assignment.objects.of(tenant_id).filter(number__in=rows).values_list("person", flat=True)
    concerned = {*had, *(row.reserved_for for row in rows), *people}
    mark_changed(tenant_id, concerned - {""})


def name_of(tenant_id: int, object_id: str) -> str:
    """What people call somebody: the user principal name, else the object id."""
    person = Person.objects.of(tenant_id).filter(object_id=object_id).first()
    return str(person) if person is not None else object_id
