"""What is recorded of a number begins, entry by entry, where the entry before it ended."""

from itertools import pairwise

from numberline.assignments.intend import Intent
from numberline.assignments.models import Kind
from numberline.audit.models import Entry
from tests import factories as make
from tests.assignments.office import Office, opened


def recorded(office: Office, number: str) -> list[str]:
    """The verbs recorded of a number, each of which begins with the state and the holder that the last one left."""
    entries = list(Entry.objects.of(office.tenant.pk).filter(number=number).order_by("seq"))
    for before, after in pairwise(entries):
        begins = (after.before["state"], after.before["holder"])
        assert begins == (before.after["state"], before.after["holder"])
    return [entry.verb for entry in entries]


def test_the_confirmation_of_an_assignment_begins_with_the_person_whom_the_intent_named(
    database: str,
) -> None:
    with opened() as office:
        office.joiner("ann")
        office.stock(make.N1)
        office.give("ann")
        assert recorded(office, make.N1) == ["intend", "assign"]


def test_the_confirmation_of_a_change_begins_with_the_person_whom_the_intent_named(database: str) -> None:
    with opened() as office:
        office.holder("ann", make.N1)
        office.stock(make.N2)
        parts = (make.oid("ann"), "ann@contoso.example", make.N2, "", "by_hand", "Asked for it.")
        office.carry(Intent(*parts, Kind.CHANGE, make.N1))
        assert recorded(office, make.N2) == ["intend", "change"]
        assert recorded(office, make.N1) == ["intend", "vacate"]
