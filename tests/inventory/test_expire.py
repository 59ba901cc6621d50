"""What ends by itself."""

from datetime import timedelta

from numberline.assignments.conclude import give_up
from numberline.assignments.intend import Intent, claim
from numberline.audit.models import Entry
from numberline.inventory.expire import expire
from tests import factories as make

LATER = make.NOW + timedelta(seconds=1)


def test_a_quarantine_ends_at_its_time_and_the_number_is_free_from_then(database: str) -> None:
    owner = make.tenant()
    make.number(owner, make.N1, state="quarantined", until=make.NOW, freed_at=make.NOW - make.DAY)
    make.number(owner, make.N2, state="quarantined", until=LATER)
    make.number(owner, make.N3, state="quarantined")
    assert expire(owner.pk, make.NOW, make.CAUSE) == 1
    row = make.number_row(owner, make.N1)
    assert (row.state, row.since, row.until, row.free_since) == ("available", make.NOW, None, make.NOW)
    assert row.freed_at == make.NOW - make.DAY
    assert [make.number_row(owner, text).state for text in (make.N2, make.N3)] == ["quarantined"] * 2
    entry = Entry.objects.of(owner.pk).get()
    assert (entry.verb, entry.actor, entry.number) == ("quarantine_over", "automation", make.N1)
    assert expire(owner.pk, make.NOW, make.CAUSE) == 0


def test_a_reservation_ends_with_whom_it_was_for(database: str) -> None:
    owner = make.tenant()
    kept = {"reserved_for": make.oid("ann"), "reserved_purpose": "new office"}
    make.number(owner, make.N1, state="reserved", until=make.NOW, **kept)
    make.number(owner, make.N2, state="reserved", **kept)
    assert expire(owner.pk, LATER, make.CAUSE) == 1
    row = make.number_row(owner, make.N1)
    assert (row.state, row.reserved_for, row.reserved_purpose, row.until) == ("available", "", "", None)
    assert make.number_row(owner, make.N2).reserved_for == make.oid("ann")
    assert [entry.verb for entry in Entry.objects.of(owner.pk)] == ["reservation_over"]


def test_a_reservation_outlives_the_quarantine_after_an_assignment_that_was_given_up(database: str) -> None:
    """What a human reserved is not undone because nobody knows what became of the assignment to whom it was for."""
    owner = make.tenant()
    ann = make.person(owner)
    make.number(owner, make.N1, state="reserved", reserved_for=ann.object_id)
    intent = Intent(ann.object_id, "ann", make.N1, "", "reserved_for", "it is reserved for her")
    give_up(claim(owner.pk, intent, make.NOW, make.CAUSE), make.NOW)
    assert expire(owner.pk, make.NOW, make.CAUSE) == 0
    assert expire(owner.pk, make.NOW + 2 * make.DAY, make.CAUSE) == 1
    row = make.number_row(owner, make.N1)
    assert (row.state, row.reserved_for, row.until) == ("reserved", ann.object_id, None)
    assert expire(owner.pk, make.NOW + 9 * make.DAY, make.CAUSE) == 0


def test_nothing_else_with_an_end_is_touched_nor_another_tenant(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    make.number(ours, make.N1, state="blocked", until=make.NOW)
    make.number(ours, make.N2, state="assigned", until=make.NOW)
    make.number(theirs, make.N3, state="quarantined", until=make.NOW)
    assert expire(ours.pk, LATER, make.CAUSE) == 0
    assert make.number_row(theirs, make.N3).state == "quarantined"
