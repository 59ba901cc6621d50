"""Reserving and unreserving by hand: every arrow, every refusal, and what would work instead."""

from datetime import timedelta
from typing import Any

import pytest

from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.core.decision import Code
from numberline.directory.models import Person
from numberline.inventory.find import NumberUnknown
from numberline.inventory.models import Number, Range
from numberline.inventory.placement import DECLARED_PURPOSE
from numberline.overrides.outcome import Outcome, OverrideRefused
from numberline.overrides.reserve import Reservation, reserve, unreserve
from numberline.planning.decide import decide
from numberline.tenants.models import Tenant
from tests import factories as make

HAND = Cause("cli:anna", "asked for it", "CHG-7")
SOON = make.NOW + 30 * make.DAY


@pytest.fixture
def london(database: str) -> Range:
    """A range of two numbers, of which the second is free."""
    home = make.range_(make.tenant())
    make.number(home.tenant, make.N1, home)
    make.number(home.tenant, make.N2, home)
    return home


def keep(owner: Tenant, text: str = make.N1, **wanted: Any) -> Outcome:
    return reserve(owner, text, Reservation(**wanted), make.NOW, HAND)


def let_go(owner: Tenant, text: str = make.N1) -> Outcome:
    return unreserve(owner, text, make.NOW + make.HOUR, HAND)


def refused(owner: Tenant, text: str = make.N1, **wanted: Any) -> str:
    before = [*Number.objects.of(owner.pk).values(), *Entry.objects.of(owner.pk).values()]
    with pytest.raises(OverrideRefused) as caught:
        keep(owner, text, **wanted)
    assert [*Number.objects.of(owner.pk).values(), *Entry.objects.of(owner.pk).values()] == before
    return str(caught.value)


def settled(person: Person) -> Person:
    """Somebody about whom was decided, so that a new mark shows."""
    Person.objects.of(person.tenant_id).filter(pk=person.pk).update(changed=False)
    person.refresh_from_db()
    return person


def test_a_free_number_is_reserved_for_a_person_with_its_entry(london: Range) -> None:
    owner, ann = london.tenant, settled(make.person(london.tenant))
    outcome = keep(owner, person=ann, purpose="new line", until=SOON)
    assert outcome == Outcome(
        True, f"{make.N1} is reserved for ann@contoso.example (new line) until 2026-12-23 09:00 UTC."
    )
    row = make.number_row(owner, make.N1)
    assert (row.state, row.since, row.until) == ("reserved", make.NOW, SOON)
    assert (row.reserved_for, row.reserved_purpose) == (ann.object_id, "new line")
    assert make.person_row(owner).changed
    entry = Entry.objects.of(owner.pk).get()
    assert (entry.verb, entry.actor, entry.reason, entry.ticket) == (
        "reserve",
        "cli:anna",
        "asked for it",
        "CHG-7",
    )
    assert (entry.person, entry.number) == (ann.object_id, make.N1)
    assert entry.before == {
        "state": "available",
        "holder": None,
        "reserved_for": None,
        "reserved_purpose": None,
        "until": None,
    }
    assert entry.after == {
        "state": "reserved",
        "holder": None,
        "reserved_for": ann.object_id,
        "reserved_purpose": "new line",
        "until": SOON.isoformat(),
    }


def test_the_decision_gives_it_to_that_person_and_to_nobody_else(london: Range) -> None:
    owner = london.tenant
    ann, bob = make.person(owner), make.person(owner, "bob", at=make.NOW - make.DAY)
    keep(owner, make.N1, person=ann)
    changes = {d.person: (d.number, d.code) for d in decide(owner, make.NOW, everybody=True).plan.changes}
    assert changes == {
        ann.object_id: (make.N1, Code.RESERVED_FOR),
        bob.object_id: (make.N2, Code.NEXT_AVAILABLE),
    }


def test_a_number_kept_for_a_purpose_is_given_to_nobody(london: Range) -> None:
    owner = london.tenant
    make.person(owner)
    assert keep(owner, purpose="Reception").sentence == f"{make.N1} is reserved (Reception)."
    (change,) = decide(owner, make.NOW, everybody=True).plan.changes
    assert change.number == make.N2


def test_a_number_of_no_range_and_for_nobody_in_particular_is_reserved_too(database: str) -> None:
    owner = make.tenant()
    make.number(owner, make.N1)
    assert keep(owner).sentence == f"{make.N1} is reserved."
    assert make.number_row(owner, make.N1).state == "reserved"


def test_reserving_it_again_the_same_writes_nothing_and_says_so(london: Range) -> None:
    owner, ann = london.tenant, make.person(london.tenant)
    keep(owner, person=ann, until=SOON)
    again = keep(owner, person=settled(ann), until=SOON)
    assert again == Outcome(
        False,
        f"{make.N1} is reserved for ann@contoso.example until 2026-12-23 09:00 UTC already: nothing was changed.",
    )
    assert Entry.objects.of(owner.pk).count() == 1
    assert not make.person_row(owner).changed


def test_reserving_it_again_with_another_end_moves_the_end(london: Range) -> None:
    owner, ann = london.tenant, make.person(london.tenant)
    keep(owner, person=ann, until=SOON)
    assert keep(owner, person=ann).changed
    row = make.number_row(owner, make.N1)
    assert (row.state, row.until, row.reserved_for) == ("reserved", None, ann.object_id)
    entry = list(Entry.objects.of(owner.pk))[-1]
    assert (entry.verb, entry.before["until"], entry.after["until"]) == ("reserve", SOON.isoformat(), None)


def test_reserved_for_somebody_else_it_is_refused_with_what_would_work(london: Range) -> None:
    owner, ann, bob = london.tenant, make.person(london.tenant), make.person(london.tenant, "bob")
    keep(owner, person=ann)
    assert refused(owner, person=bob) == (
        f"{make.N1} is reserved for ann@contoso.example: unreserve it first, "
        f'or take {make.N2} of range "London", which is free'
    )
    assert "is reserved for ann@contoso.example: unreserve it first" in refused(owner, purpose="Reception")


def test_a_reservation_whose_time_is_over_stands_in_nobodys_way(london: Range) -> None:
    owner, ann, bob = london.tenant, make.person(london.tenant), settled(make.person(london.tenant, "bob"))
    keep(owner, person=bob, until=make.NOW + make.MINUTE)
    later = make.NOW + make.HOUR
    assert reserve(owner, make.N1, Reservation(ann), later, HAND).changed
    assert make.number_row(owner, make.N1).reserved_for == ann.object_id
    assert make.person_row(owner, "bob").changed


def test_what_the_file_reserves_is_taken_over_by_hand_and_goes_back_to_it(database: str) -> None:
    owner = make.tenant()
    declared: dict[str, Any] = {"numbers": [make.N1], "declared": {"reserve": [make.N1]}}
    home = make.range_(owner, **declared)
    make.number(owner, make.N1, home, state="reserved", reserved_purpose=DECLARED_PURPOSE)
    ann = make.person(owner)
    assert keep(owner, person=ann).changed
    row = make.number_row(owner, make.N1)
    assert (row.state, row.reserved_for, row.reserved_purpose) == ("reserved", ann.object_id, "")
    assert let_go(owner).sentence == f"{make.N1} is reserved, as its range says."
    row = make.number_row(owner, make.N1)
    assert (row.state, row.reserved_for, row.reserved_purpose) == ("reserved", "", DECLARED_PURPOSE)


def test_what_only_the_file_reserves_is_unreserved_in_the_file(database: str) -> None:
    owner = make.tenant()
    home = make.range_(owner)
    make.number(owner, make.N1, home, state="reserved", reserved_purpose=DECLARED_PURPOSE)
    with pytest.raises(OverrideRefused, match='take it out of the reserved numbers of range "London"'):
        let_go(owner)
    assert not Entry.objects.of(owner.pk).exists()


def test_unreserving_makes_it_available_with_its_entry_and_looks_at_the_person_again(london: Range) -> None:
    owner, ann = london.tenant, make.person(london.tenant)
    keep(owner, person=ann, purpose="new line", until=SOON)
    settled(ann)
    assert let_go(owner) == Outcome(True, f"{make.N1} is available again.")
    row = make.number_row(owner, make.N1)
    assert (row.state, row.reserved_for, row.reserved_purpose, row.until) == ("available", "", "", None)
    assert row.free_since == make.NOW + make.HOUR
    assert make.person_row(owner).changed
    entry = list(Entry.objects.of(owner.pk))[-1]
    assert (entry.verb, entry.person, entry.before["reserved_purpose"]) == (
        "unreserve",
        ann.object_id,
        "new line",
    )


def test_unreserved_it_rests_blocked_if_the_file_blocks_it_meanwhile(london: Range) -> None:
    owner = london.tenant
    keep(owner, purpose="Reception")
    Range.objects.of(owner.pk).update(numbers=[make.N1], declared={"block": [make.N1]})
    assert let_go(owner).sentence == f"{make.N1} is blocked, as its range says."
    row = make.number_row(owner, make.N1)
    assert (row.state, row.block_code, row.reserved_purpose) == ("blocked", "declared", "")


def test_unreserved_it_is_retired_if_no_range_declares_it_any_more(database: str) -> None:
    owner = make.tenant()
    make.number(owner, make.N1, state="reserved")
    assert "is retired, because no range declares it any more" in let_go(owner).sentence
    assert make.number_row(owner, make.N1).state == "retired"


@pytest.mark.parametrize("state", ["available", "quarantined", "blocked", "retired"])
def test_unreserving_what_is_not_reserved_writes_nothing_and_says_so(database: str, state: str) -> None:
    owner = make.tenant()
    make.number(owner, make.N1, state=state)
    assert let_go(owner) == Outcome(False, f"{make.N1} is {state}, not reserved: nothing was changed.")
    assert not Entry.objects.of(owner.pk).exists()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            "quarantined",
            f"{make.N1} is in quarantine until 2026-12-23 09:00 UTC: reserve it after that, or take {make.N2}",
        ),
        ("blocked", f"{make.N1} is blocked: unblock it first, or take {make.N2}"),
        ("retired", f"{make.N1} is retired: declare it in a range first, or take {make.N2}"),
        ("assigning", f"{make.N1} is being assigned to somebody: take {make.N2}"),
        ("releasing", f"{make.N1} is being taken back from somebody: take {make.N2}"),
    ],
)
def test_a_number_that_is_not_free_is_refused_with_a_free_one(
    database: str, state: str, sentence: str
) -> None:
    owner = make.tenant()
    home = make.range_(owner)
    make.number(owner, make.N1, home, state=state, until=SOON)
    make.number(owner, make.N2, home)
    assert refused(owner) == f'{sentence} of range "London", which is free'


def test_a_held_number_is_refused_by_the_name_of_its_holder(london: Range) -> None:
    owner = london.tenant
    make.person(owner)
    make.holding(make.number_row(owner, make.N1))
    assert refused(owner).startswith(f"{make.N1} is held by ann@contoso.example: release it first, or take")


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ({}, "which does not list it"),
        ({"teams_at": make.NOW, "teams_target": make.oid("ann")}, "which shows it on ann@contoso.example"),
        (
            {"teams_at": make.NOW, "teams_type": "calling_plan"},
            "which lists it as a Calling Plan number",
        ),
        ({"teams_at": make.NOW, "on_premises": True}, "which has it from on-premises"),
        ({"teams_at": make.NOW}, "which does not let users have it"),
    ],
)
def test_a_number_that_is_not_free_in_teams_is_refused_with_what_teams_shows(
    london: Range, shown: dict[str, Any], words: str
) -> None:
    make.person(london.tenant)
    make.number(london.tenant, make.N3, london, teams_free=False, **shown)
    assert f"{make.N3} is not free in Teams, {words}" in refused(london.tenant, make.N3)


def test_a_number_of_the_wrong_type_for_the_person_is_refused_with_one_that_fits(london: Range) -> None:
    owner = london.tenant
    ann = make.person(owner, licences=make.PLAN)
    plans = make.range_(owner, "Plans", type="calling_plan", rule="EVERYONE")
    make.number(owner, "+441632960001", plans)
    assert refused(owner, person=ann) == (
        f"{make.N1} is a Direct Routing number, and ann@contoso.example has Phone System with a Calling Plan: "
        'take +441632960001 of range "Plans", which is free'
    )


def test_a_number_of_another_country_is_refused_with_one_of_the_persons(database: str) -> None:
    owner = make.tenant()
    home = make.range_(owner, type="operator_connect", rule="EVERYONE")
    ann = make.person(owner, usageLocation="FR")
    make.number(owner, make.N1, home)
    make.number(owner, "+33199005678", home)
    assert refused(owner, person=ann) == (
        f"{make.N1} is an Operator Connect number of GB, and the country of ann@contoso.example is FR: "
        'take +33199005678 of range "London", which is free'
    )


def test_nobodys_country_is_known_where_neither_person_nor_organisation_has_one(database: str) -> None:
    owner = make.tenant(country="")
    make.number(owner, make.N1, make.range_(owner, type="operator_connect"))
    ann = make.person(owner, usageLocation=None)
    assert "is not known: the usage location is empty" in refused(owner, person=ann)


def test_a_number_that_lacks_its_emergency_location_is_refused(database: str) -> None:
    owner = make.tenant(country="US")
    home = make.range_(owner, "Seattle", type="calling_plan", rule="EVERYONE")
    make.number(owner, "+12065550101", home)
    ann = make.person(owner, licences=make.PLAN, usageLocation="US")
    assert refused(owner, "+12065550101", person=ann) == (
        "+12065550101 is a Calling Plan number of US, which needs an emergency location and has none: "
        'set the location of range "Seattle"'
    )
    Range.objects.of(owner.pk).update(location="a-location")
    Tenant.objects.filter(pk=owner.pk).update(config_version=owner.config_version + 1)
    owner.refresh_from_db()
    assert keep(owner, "+12065550101", person=ann).changed


def test_a_locked_number_is_reserved_for_a_purpose_but_for_nobody(london: Range) -> None:
    owner, ann = london.tenant, make.person(london.tenant)
    Number.objects.of(owner.pk).filter(text=make.N1).update(locked=True)
    assert "is locked, so ann@contoso.example would never be given it: unlock it first" in refused(
        owner, person=ann
    )
    assert keep(owner, purpose="Reception").changed


def test_somebody_without_a_licence_may_have_a_number_reserved_beforehand(london: Range) -> None:
    ann = make.person(london.tenant, licences=())
    assert keep(london.tenant, person=ann).changed


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"userType": "Guest"}, "is a guest, whom automation gives no number"),
        (
            {"department": "Microsoft Communication Application Instance"},
            "is a resource account, whom automation gives no number",
        ),
    ],
)
def test_nothing_is_reserved_for_whom_automation_never_serves(
    london: Range, attributes: dict[str, Any], words: str
) -> None:
    ann = make.person(london.tenant, **attributes)
    assert words in refused(london.tenant, person=ann)


def test_nothing_is_reserved_for_a_deleted_person(london: Range) -> None:
    ann = make.person(london.tenant)
    ann.deleted = "soft"
    assert "is deleted: restore the account before" in refused(london.tenant, person=ann)


def test_the_purpose_that_marks_the_files_reservations_is_refused(london: Range) -> None:
    assert "write another one" in refused(london.tenant, purpose=DECLARED_PURPOSE)


def test_a_refusal_proposes_a_number_of_the_range_that_was_named_or_that_matches_and_of_no_other(
    database: str,
) -> None:
    owner = make.tenant()
    ann = make.person(owner, city="London")
    leeds = make.range_(owner, "Leeds", rule='City = "Leeds"', priority=1)
    make.number(owner, "+441134960000", leeds)
    london = make.range_(owner, "London", rule='City = "London"', priority=2)
    make.number(owner, make.N1, london, state="blocked")
    park = make.range_(owner, "Park Lane", rule="EVERYONE", priority=3)
    alone = f"{make.N1} is blocked: unblock it first"
    assert refused(owner, person=ann) == alone, "a number of Leeds would not suit"
    assert refused(owner, purpose="a lift") == alone
    make.number(owner, make.N3, park)
    assert refused(owner, person=ann) == f'{alone}, or take {make.N3} of range "Park Lane", which is free'
    make.number(owner, make.N2, london)
    assert refused(owner, person=ann) == f'{alone}, or take {make.N2} of range "London", which is free'
    assert refused(owner, purpose="a lift") == f'{alone}, or take {make.N2} of range "London", which is free'


def test_a_number_that_is_not_there_is_refused_with_one_that_is(london: Range) -> None:
    Range.objects.of(london.tenant_id).update(rule="EVERYONE")
    ann = make.person(london.tenant)
    with pytest.raises(
        NumberUnknown, match=rf"\{make.N3} is not among .*; \{make.N1} of range \"London\" is free"
    ):
        keep(london.tenant, make.N3, person=ann)
    with pytest.raises(NumberUnknown, match=r"sync if Teams has it$"):
        keep(make.tenant("fabrikam"), make.N1)


def test_where_nothing_else_is_free_the_refusal_says_so(database: str) -> None:
    owner = make.tenant()
    make.number(owner, make.N1, make.range_(owner), state="assigning")
    assert refused(owner) == (
        f"{make.N1} is being assigned to somebody: nothing else that would suit is free, "
        "so name a number of another range, or add numbers to one"
    )


def test_a_number_that_somebody_else_took_meanwhile_is_refused(
    london: Range, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = make.number_row(london.tenant, make.N1)
    Number.objects.of(london.tenant_id).filter(text=make.N1).update(state="blocked")
    monkeypatch.setattr("numberline.overrides.reserve.number_named", lambda tenant_id, text: stale)
    assert refused(london.tenant) == (
        f"{make.N1} is no longer available, somebody else has just changed it: look at it and try again"
    )


def test_another_tenants_number_is_not_there(london: Range) -> None:
    other = make.tenant("fabrikam")
    with pytest.raises(NumberUnknown):
        unreserve(other, make.N1, make.NOW + timedelta(0), HAND)
