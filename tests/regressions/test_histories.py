"""What is recorded of a number begins, entry by entry, where the entry before it ended."""

from itertools import pairwise

from numberline.audit.models import Entry
from tests import factories as make
from tests.assignments.office import opened


def test_the_confirmation_of_an_assignment_begins_with_the_person_whom_the_intent_named(
    database: str,
) -> None:
    with opened() as office:
        office.joiner("ann")
        office.stock(make.N1)
        office.give("ann")
        entries = list(Entry.objects.of(office.tenant.pk).filter(number=make.N1).order_by("seq"))
        assert [entry.verb for entry in entries] == ["intend", "assign"]
        for before, after in pairwise(entries):
            assert (after.before["state"], after.before["holder"]) == (
                before.after["state"],
                before.after["holder"],
            )
