"""What was set by hand with an end ends by itself."""

import pytest

from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.directory.models import Person
from numberline.overrides import expire as ends
from numberline.overrides.expire import expire
from numberline.overrides.lock import lock as lock_number
from numberline.overrides.people import exclude, lock
from numberline.overrides.reserve import Reservation, reserve
from numberline.tenants.models import Tenant
from tests import factories as make

HAND = Cause("cli:anna", "for a day")
SOON = make.NOW + make.DAY


@pytest.fixture
def owner(database: str) -> Tenant:
    """A tenant with a range of three numbers."""
    home = make.range_(make.tenant())
    for text in (make.N1, make.N2, make.N3):
        make.number(home.tenant, text, home)
    return home.tenant


def settle(owner: Tenant) -> None:
    Person.objects.of(owner.pk).update(changed=False)


def changed(owner: Tenant) -> set[str]:
    return set(Person.objects.of(owner.pk).filter(changed=True).values_list("name", flat=True))


def test_locks_and_exclusions_of_people_end_with_their_entries(owner: Tenant) -> None:
    for name in ("ann", "bob", "cleo"):
        make.person(owner, name)
    lock(make.person_row(owner, "ann"), make.NOW, HAND, SOON)
    exclude(make.person_row(owner, "ann"), make.NOW, HAND)
    exclude(make.person_row(owner, "bob"), make.NOW, HAND, SOON)
    lock(make.person_row(owner, "cleo"), make.NOW, HAND, SOON + make.MINUTE)
    settle(owner)
    assert expire(owner.pk, SOON - make.MINUTE, make.CAUSE) == 0
    assert expire(owner.pk, SOON, make.CAUSE) == 2
    ann, bob, cleo = (make.person_row(owner, name) for name in ("ann", "bob", "cleo"))
    assert (ann.locked, ann.locked_until, ann.excluded) == (False, None, True)
    assert (bob.excluded, bob.excluded_until) == (False, None)
    assert cleo.locked
    assert changed(owner) == {"Ann", "Bob"}
    entries = list(Entry.objects.of(owner.pk))[-2:]
    assert [(e.verb, e.person, e.actor) for e in entries] == [
        ("person_lock_over", ann.object_id, "automation"),
        ("exclusion_over", bob.object_id, "automation"),
    ]
    assert expire(owner.pk, SOON, make.CAUSE) == 0


def test_both_of_one_person_end_at_once(owner: Tenant) -> None:
    make.person(owner)
    lock(make.person_row(owner), make.NOW, HAND, SOON)
    exclude(make.person_row(owner), make.NOW, HAND, SOON)
    assert expire(owner.pk, SOON, make.CAUSE) == 1
    assert (make.person_row(owner).locked, make.person_row(owner).excluded) == (False, False)


def test_a_number_lock_ends_with_its_entry_and_its_holder_is_looked_at_again(owner: Tenant) -> None:
    ann = make.person(owner)
    make.holding(make.number_row(owner, make.N1))
    lock_number(owner, make.N1, make.NOW, HAND, SOON)
    lock_number(owner, make.N2, make.NOW, HAND)
    settle(owner)
    assert expire(owner.pk, SOON, make.CAUSE) == 1
    row = make.number_row(owner, make.N1)
    assert (row.state, row.locked, row.locked_until) == ("assigned", False, None)
    assert make.number_row(owner, make.N2).locked
    assert changed(owner) == {ann.name}
    entry = list(Entry.objects.of(owner.pk))[-1]
    assert (entry.verb, entry.number, entry.before["locked"], entry.after["locked"]) == (
        "lock_over",
        make.N1,
        True,
        False,
    )


def test_a_reservation_ends_and_whom_it_was_for_is_looked_at_again(owner: Tenant) -> None:
    ann = make.person(owner)
    reserve(owner, make.N1, Reservation(ann, "new line", SOON), make.NOW, HAND)
    settle(owner)
    assert expire(owner.pk, SOON, make.CAUSE) == 1
    row = make.number_row(owner, make.N1)
    assert (row.state, row.reserved_for, row.reserved_purpose, row.until) == ("available", "", "", None)
    assert changed(owner) == {ann.name}
    entry = list(Entry.objects.of(owner.pk))[-1]
    assert (entry.verb, entry.person) == ("reservation_over", ann.object_id)
    assert entry.before["reserved_purpose"] == "new line"


def test_a_quarantine_ends_as_ever_and_nobody_needs_to_be_looked_at_for_it(owner: Tenant) -> None:
    make.person(owner)
    make.number(owner, "+442079460009", state="quarantined", until=make.NOW)
    settle(owner)
    assert expire(owner.pk, SOON, make.CAUSE) == 1
    assert make.number_row(owner, "+442079460009").state == "available"
    assert changed(owner) == set()


def test_nothing_of_another_tenant_ends(owner: Tenant) -> None:
    other = make.tenant("fabrikam")
    make.person(owner)
    lock(make.person_row(owner), make.NOW, HAND, SOON)
    lock_number(owner, make.N1, make.NOW, HAND, SOON)
    assert expire(other.pk, SOON, make.CAUSE) == 0
    assert make.person_row(owner).locked
    assert make.number_row(owner, make.N1).locked


def test_what_an_administrator_prolonged_just_now_does_not_end(
    owner: Tenant,
) -> None:
    """The lock is moved between reading who is due and ending it."""
    make.person(owner)
    lock(make.person_row(owner), make.NOW, HAND, SOON)
    stale = make.person_row(owner)
    lock(make.person_row(owner), make.NOW, HAND, SOON + make.DAY)
    assert ends._end(stale, SOON, make.CAUSE) is False
    assert make.person_row(owner).locked
