"""A number that rests is kept for whoever held it last, and for nobody else before its quarantine is over."""

from datetime import datetime
from typing import Any

import pytest

from numberline.assignments.models import Assignment, Change, Kind, Phase
from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.core.decision import Code
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.overrides.block import block, unblock
from numberline.overrides.outcome import Outcome, OverrideRefused
from numberline.overrides.reserve import Reservation, reserve, unreserve
from numberline.planning.decide import decide
from numberline.tenants.models import Tenant
from tests import factories as make

HAND = Cause("cli:anna", "asked for it", "CHG-7")
RESTED = make.NOW + 30 * make.DAY
REST = "2026-12-23 09:00 UTC"


@pytest.fixture
def ann(database: str) -> Person:
    """Held the number 1 of London until a day ago; now it rests. The number 2 is free."""
    owner = make.tenant()
    home = make.range_(owner)
    row = make.number(owner, make.N1, home, state="quarantined", until=RESTED, free_since=make.NOW)
    make.number(owner, make.N2, home)
    held(row, "ann", make.NOW - make.DAY)
    return make.person(owner)


def held(number: Number, name: str, until: datetime) -> None:
    """`name` had this number for a day."""
    given = {"person": make.oid(name), "since": until - make.DAY, "until": until, "source": "numberline"}
    Assignment.objects.of(number.tenant_id).create(number=number, **given)


def keep(person: Person | None, *, until: datetime | None = None, **wanted: Any) -> Outcome:
    owner = Tenant.objects.get(name="contoso")
    return reserve(owner, make.N1, Reservation(person, until=until, **wanted), make.NOW, HAND)


def refused(person: Person | None, **wanted: Any) -> str:
    with pytest.raises(OverrideRefused) as caught:
        keep(person, **wanted)
    assert make.number_row(Tenant.objects.get(name="contoso"), make.N1).state == "quarantined"
    return str(caught.value)


def test_it_is_reserved_for_whoever_held_it_last_and_given_back_to_them(ann: Person) -> None:
    owner = ann.tenant
    assert keep(ann) == Outcome(True, f"{make.N1} is reserved for ann@contoso.example.")
    row = make.number_row(owner, make.N1)
    assert (row.state, row.reserved_for, row.until) == ("reserved", ann.object_id, None)
    entry = Entry.objects.of(owner.pk).get()
    assert (entry.before["state"], entry.before["until"]) == ("quarantined", RESTED.isoformat())
    (change,) = decide(owner, make.NOW, everybody=True).plan.changes
    assert (change.number, change.code) == (make.N1, Code.RESERVED_FOR)


def test_for_anybody_else_it_rests_first_and_the_refusal_says_what_would_work(ann: Person) -> None:
    bob = make.person(ann.tenant, "bob")
    assert refused(bob) == (
        f"{make.N1} is in quarantine until {REST}: reserve it after that, or assign it to bob@contoso.example now, "
        f'or take {make.N2} of range "London", which is free'
    )
    assert refused(None, purpose="Reception") == (
        f"{make.N1} is in quarantine until {REST}: reserve it after that, "
        f'or take {make.N2} of range "London", which is free'
    )


def test_whoever_held_it_before_the_last_one_has_to_wait_too(ann: Person) -> None:
    bob = make.person(ann.tenant, "bob")
    number = make.number_row(ann.tenant, make.N1)
    held(number, "bob", make.NOW - 60 * make.DAY)
    assert "is in quarantine until" in refused(bob)


def test_its_reservation_does_not_end_before_its_rest_would(ann: Person) -> None:
    assert refused(ann, until=make.NOW + make.DAY) == (
        f"{make.N1} is in quarantine until {REST}: a reservation of it ends no earlier, "
        f'or take {make.N2} of range "London", which is free'
    )
    keep(ann, until=RESTED)
    with pytest.raises(OverrideRefused, match=f"rests until {REST}: a reservation of it ends no earlier"):
        keep(ann, until=make.NOW + make.DAY)


def test_unreserved_it_does_not_become_anybodys_before_its_rest_is_over(ann: Person) -> None:
    owner = ann.tenant
    keep(ann)
    with pytest.raises(OverrideRefused) as caught:
        unreserve(owner, make.N1, make.NOW + make.DAY, HAND)
    assert str(caught.value) == (
        f"{make.N1} was reserved during its quarantine, which lasts until {REST}: unreserve it after that"
    )
    assert unreserve(owner, make.N1, RESTED, HAND).sentence == f"{make.N1} is available again."


def test_nor_by_way_of_a_block(ann: Person) -> None:
    owner = ann.tenant
    keep(ann)
    block(owner, make.N1, make.NOW, HAND)
    with pytest.raises(OverrideRefused, match=f"which lasts until {REST}: unblock it after that"):
        unblock(owner, make.N1, make.NOW, HAND)
    assert unblock(owner, make.N1, RESTED, HAND).changed


def test_while_microsoft_may_still_take_it_from_them_it_is_refused(ann: Person) -> None:
    row = make.number_row(ann.tenant, make.N1)
    more: dict[str, Any] = {"phase": Phase.DONE, "open": False, "doubtful": True, "ended_at": make.NOW}
    Change.objects.of(ann.tenant_id).create(
        kind=Kind.RELEASE, number=row, person=ann.object_id, created_at=make.NOW, actor="automation", **more
    )
    assert "may carry it out until 2026-11-24 09:00 UTC: wait until then" in refused(ann)


def test_a_number_that_teams_does_not_show_free_is_not_kept(ann: Person) -> None:
    number = make.number_row(ann.tenant, make.N1)
    number.teams_free = False
    number.save()
    assert f"{make.N1} is not free in Teams" in refused(ann)
