"""What Teams shows of holders, against what was recorded: found, freed, replaced, and what is odd about it."""

from typing import Any

import pytest

from numberline.assignments.belongings import belongings_of
from numberline.assignments.found import Findings, reconcile_holders
from numberline.assignments.models import Assignment, Change
from numberline.audit.models import Entry
from numberline.core.person import PlanTable
from numberline.core.states import State
from numberline.directory.intake import take_people
from numberline.directory.models import Person
from numberline.graph.types import GraphNumber
from numberline.inventory.membership import Homes
from numberline.inventory.models import Number
from numberline.inventory.teams import take_page
from tests import factories as make
from tests.assignments.office import Office

ANN, BOB = make.oid("ann"), make.oid("bob")


@pytest.fixture
def known(office: Office) -> Office:
    """Ann and Bob are people of the directory, and nothing about them is new; the numbers 1 and 2 are free."""
    office.joiner("ann")
    office.joiner("bob")
    office.stock(make.N1, make.N2)
    Person.objects.of(office.tenant.pk).update(changed=False)
    return office


def shows(office: Office, *numbers: GraphNumber, **options: Any) -> Findings:
    """Teams shows these numbers so, and what that means is concluded."""
    page = take_page(office.tenant, numbers, Homes.load(office.tenant.pk), office.now)
    return reconcile_holders(office.tenant, office.now, make.CAUSE, page.seen, **options)


def nothing(office: Office) -> Findings:
    """Teams says nothing new of any number."""
    return reconcile_holders(office.tenant, office.now, make.CAUSE)


def categories(office: Office) -> dict[str, str]:
    rows = Assignment.objects.of(office.tenant.pk).filter(until=None)
    return dict(rows.values_list("number__text", "category"))


def changed(office: Office) -> set[str]:
    return set(Person.objects.of(office.tenant.pk).filter(changed=True).values_list("object_id", flat=True))


# Found


def test_a_number_that_was_given_in_teams_is_found_recorded_and_decided_about(known: Office) -> None:
    findings = shows(known, make.said(make.N1, "ann"))
    assert (findings.found, known.held(), changed(known)) == ([ANN], {make.N1: ANN}, {ANN})
    row = Assignment.objects.of(known.tenant.pk).get()
    assert (row.source, row.category, row.since) == ("found", "primary", known.now)
    entry = Entry.objects.of(known.tenant.pk).get()
    assert (entry.verb, entry.code, entry.person, entry.number) == ("found", "found", ANN, make.N1)
    assert (entry.before, entry.after) == (
        {"state": "available", "holder": None},
        {"state": "assigned", "holder": ANN},
    )
    assert known.number().state == State.ASSIGNED


def test_what_is_known_already_is_not_found_again(known: Office) -> None:
    shows(known, make.said(make.N1, "ann"))
    Person.objects.of(known.tenant.pk).update(changed=False)
    assert shows(known, make.said(make.N1, "ann")).people == set()
    assert (nothing(known).people, changed(known), known.verbs()) == (set(), set(), ["found"])


def test_a_number_is_found_from_every_state_of_rest(known: Office) -> None:
    rest = (State.AVAILABLE, State.RESERVED, State.QUARANTINED, State.BLOCKED, State.RETIRED)
    for index, state in enumerate(rest):
        name, text = f"holder{index}", f"+44207946010{index}"
        known.joiner(name)
        kept = {"state": state, "reserved_for": BOB, "block_code": "by_hand", "until": known.now + make.DAY}
        known.stock(text, **kept)
        shows(known, make.said(text, name))
        row = known.number(text)
        assert (row.state, row.reserved_for, row.block_code, row.until) == (State.ASSIGNED, "", "", None)
        assert known.held()[text] == make.oid(name)


def test_a_number_with_an_open_change_is_left_to_that_change(known: Office) -> None:
    known.claim("ann", make.N1)
    assert shows(known, make.said(make.N1, "bob")).people == set()
    assert (known.held(), known.number().state) == ({}, State.ASSIGNING)
    assert Change.objects.of(known.tenant.pk).get().open


def test_other_lines_and_what_is_not_given_to_a_user_are_recorded_and_count_for_nobody(
    known: Office,
) -> None:
    texts = [f"+4420794601{index:02}" for index in range(7)]
    shows(
        known,
        make.said(texts[0], "ann", assignmentCategory="private"),
        make.said(texts[1], "ann", assignmentCategory="alternate"),
        make.said(texts[2], "ann", assignmentCategory="unknownFutureValue"),
        make.said(texts[3], "queue", assignmentStatus="voiceApplicationAssigned"),
        make.said(texts[4], "bridge", assignmentStatus="conferenceAssigned"),
        make.said(texts[5], assignmentStatus="policyAssigned", assignmentTargetId="VnMA" * 20),
        make.said(texts[6], "app", assignmentStatus="thirdPartyAppAssigned"),
    )
    assert categories(known) == dict(
        zip(texts, ["private", "alternate", "other", "service", "service", "service", "service"], strict=True)
    )
    assert all(known.number(text).state == State.ASSIGNED for text in texts)
    assert known.items() == []
    belongings = belongings_of(known.tenant.pk, [ANN, make.oid("queue")], known.now)
    assert belongings.holdings == {}
    assert belongings.voice_applications == frozenset({make.oid("queue")})


def test_a_number_from_on_premises_is_known_as_such(known: Office) -> None:
    shows(known, make.said(make.N1, "ann", numberSource="onPremises"))
    shows(known, make.said(make.N2, "bob", numberSource="onPremises", assignmentCategory="private"))
    belongings = belongings_of(known.tenant.pk, [ANN, BOB], known.now)
    assert belongings.holdings[ANN].on_premises is True
    assert belongings.on_premises == {BOB: make.N2}


# Freed


def test_a_number_that_teams_shows_free_while_the_licence_stayed_is_for_a_human(known: Office) -> None:
    make.holding(known.number())
    findings = shows(known, make.said(make.N1))
    assert (findings.freed, changed(known), known.items()) == ([ANN], {ANN}, ["freed_in_teams"])
    row = Assignment.objects.of(known.tenant.pk).get()
    assert (row.freed_in_teams_at, row.freed_code, row.until) == (known.now, "freed_in_teams", None)
    assert known.number().state == State.ASSIGNED, "nobody else may draw it"
    assert known.verbs() == ["freed_in_teams"]
    known.time.advance(make.HOUR)
    assert shows(known, make.said(make.N1)).people == set()
    row.refresh_from_db()
    assert row.freed_in_teams_at == make.NOW


ENTITLEMENTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("Phone System is gone", "direct_routing", {"assignedPlans": []}, "entitlement_changed"),
    ("the licence is suspended", "direct_routing", {"assignedPlans": make.plans("MCOEV", status="Suspended")}, "entitlement_changed"),
    ("the Calling Plan is gone", "calling_plan", {}, "entitlement_changed"),
    ("the Calling Plan is there", "calling_plan", {"licences": make.PLAN}, "freed_in_teams"),
    ("a Calling Plan came", "operator_connect", {"licences": make.PLAN}, "freed_in_teams"),
    ("Phone System is there", "operator_connect", {}, "freed_in_teams"),
]  # fmt: skip


def test_why_a_number_was_freed_is_told_from_the_licences(office: Office) -> None:
    for index, (story, type_, licences, code) in enumerate(ENTITLEMENTS):
        name, text = f"person{index}", f"+44207946{index:04}"
        make.person(office.tenant, name, **licences)
        make.holding(make.number(office.tenant, text, type=type_), name)
        graph = {"direct_routing": "directRouting", "calling_plan": "callingPlan"}
        shows(office, make.said(text, numberType=graph.get(type_, "operatorConnect")))
        row = Assignment.objects.of(office.tenant.pk).get(person=make.oid(name))
        assert row.freed_code == code, story
    assert office.items() == ["freed_in_teams"] * 3


def test_the_number_of_a_deleted_person_was_freed_by_the_deletion(known: Office) -> None:
    make.holding(known.number())
    take_people(known.tenant, [], [make.gone("ann")], PlanTable(), known.now, 1)
    shows(known, make.said(make.N1))
    assert Assignment.objects.of(known.tenant.pk).get().freed_code == "entitlement_changed"
    assert known.items() == []


def test_what_was_assigned_just_now_is_not_taken_for_freed(known: Office) -> None:
    make.holding(known.number(), since=known.now - 15 * make.MINUTE)
    assert shows(known, make.said(make.N1)).freed == []
    known.time.advance(10 * make.MINUTE)
    assert shows(known, make.said(make.N1)).freed == [ANN]


def test_a_direct_routing_number_that_is_no_longer_listed_is_free(known: Office) -> None:
    make.holding(known.number())
    assert known.number().teams_at is None
    assert nothing(known).freed == [ANN]
    assert known.number().state == State.ASSIGNED


def test_after_a_short_listing_holders_are_found_and_nothing_is_taken_for_free(known: Office) -> None:
    make.holding(known.number())
    findings = shows(known, make.said(make.N1), make.said(make.N2, "bob"), freeing=False)
    assert (findings.found, findings.freed) == ([BOB], [])
    assert known.held() == {make.N1: ANN, make.N2: BOB}


def test_a_freed_number_that_teams_shows_again_is_held_as_before(known: Office) -> None:
    make.holding(known.number())
    shows(known, make.said(make.N1))
    Person.objects.of(known.tenant.pk).update(changed=False)
    known.time.advance(make.HOUR)
    assert shows(known, make.said(make.N1, "ann")).found == [ANN]
    row = Assignment.objects.of(known.tenant.pk).get()
    assert (row.freed_in_teams_at, row.freed_code, row.until) == (None, "", None)
    assert (known.items(), changed(known)) == ([], {ANN})
    assert known.verbs() == ["freed_in_teams", "shown_again"]


def test_a_line_that_nobody_is_decided_about_rests_once_teams_shows_it_free(known: Office) -> None:
    known.tenant.quarantine_seconds = 86400
    known.tenant.save()
    known.stock(make.N3)
    make.holding(known.number(make.N1), "ann", category="private")
    make.holding(known.number(make.N2), "queue", category="service")
    make.holding(known.number(make.N3), "nobody")
    shows(known, *(make.said(text) for text in (make.N1, make.N2, make.N3)))
    assert known.held() == {}
    for text in (make.N1, make.N2, make.N3):
        row = known.number(text)
        assert (row.state, row.until) == (State.QUARANTINED, known.now + 2 * make.DAY), (
            "grace, then quarantine"
        )
    assert known.items() == []


# Replaced, second, unknown


def test_a_number_that_teams_shows_on_somebody_else_is_theirs_and_for_a_human(known: Office) -> None:
    make.holding(known.number())
    findings = shows(known, make.said(make.N1, "bob"))
    assert (set(findings.replaced), changed(known)) == ({ANN, BOB}, {ANN, BOB})
    assert (known.held(), known.items()) == ({make.N1: BOB}, ["found_other_holder"])
    entry = Entry.objects.of(known.tenant.pk).get()
    assert (entry.before["holder"], entry.after["holder"], entry.code) == (ANN, BOB, "found_other_holder")


def test_a_second_primary_number_is_told_and_never_counts_as_a_second_holding(known: Office) -> None:
    make.holding(known.number())
    shows(known, make.said(make.N1, "ann"), make.said(make.N2, "ann"))
    assert categories(known) == {make.N1: "primary", make.N2: "second"}
    assert known.items() == ["double_claim"]
    assert belongings_of(known.tenant.pk, [ANN], known.now).holdings[ANN].number == make.N1


def test_two_numbers_found_at_once_on_one_person_are_a_double_claim(known: Office) -> None:
    shows(known, make.said(make.N1, "ann"), make.said(make.N2, "ann"))
    assert sorted(categories(known).values()) == ["primary", "second"]
    assert known.items() == ["double_claim"]


def test_a_double_claim_ends_when_the_second_number_is_removed_in_teams(known: Office) -> None:
    make.holding(known.number())
    shows(known, make.said(make.N1, "ann"), make.said(make.N2, "ann"))
    known.time.advance(make.HOUR)
    shows(known, make.said(make.N1, "ann"), make.said(make.N2))
    assert (categories(known), known.items()) == ({make.N1: "primary"}, [])
    assert known.number(make.N2).state == State.QUARANTINED


def test_a_double_claim_ends_when_the_first_number_is_removed_in_teams(known: Office) -> None:
    make.holding(known.number())
    shows(known, make.said(make.N1, "ann"), make.said(make.N2, "ann"))
    known.time.advance(make.HOUR)
    assert ANN in shows(known, make.said(make.N1), make.said(make.N2, "ann")).people
    assert (categories(known), known.items()) == ({make.N2: "primary"}, ["other_number"])
    assert known.number(make.N1).state == State.QUARANTINED


def test_a_number_that_was_changed_in_teams_is_the_persons_number_from_then(known: Office) -> None:
    make.holding(known.number())
    shows(known, make.said(make.N1), make.said(make.N2, "ann"))
    assert (known.held(), categories(known), known.items()) == (
        {make.N2: ANN},
        {make.N2: "primary"},
        ["other_number"],
    )
    row = known.number(make.N1)
    assert (row.state, row.until, row.freed_at) == (State.QUARANTINED, known.now + make.DAY, known.now)


def test_an_owner_whom_the_directory_does_not_know_is_for_a_human_until_it_is_known(known: Office) -> None:
    shows(known, make.said(make.N1, "stranger"), make.said(make.N2, "bob"))
    assert (known.held()[make.N1], known.items()) == (make.oid("stranger"), ["owner_unknown"])
    make.person(known.tenant, "stranger")
    assert nothing(known).found == []
    assert known.items() == []


def test_an_unknown_owner_is_forgotten_when_teams_shows_the_number_free(known: Office) -> None:
    shows(known, make.said(make.N1, "stranger"))
    known.time.advance(make.HOUR)
    shows(known, make.said(make.N1))
    assert (known.held(), known.items(), known.number().state) == ({}, [], State.QUARANTINED)


def test_a_type_that_the_range_does_not_have_is_told_until_they_agree(known: Office) -> None:
    shows(known, make.said(make.N1, numberType="callingPlan"), make.said(make.N3, numberType="callingPlan"))
    assert known.items() == ["type_changed"], "a number without a range follows Teams"
    shows(known, make.said(make.N2))
    assert known.items() == ["type_changed"]
    shows(known, make.said(make.N1))
    assert known.items() == []


def test_only_what_was_read_is_concluded_from(known: Office) -> None:
    make.holding(known.number(make.N1))
    Number.objects.of(known.tenant.pk).filter(text=make.N2).update(
        teams_status="userAssigned", teams_target=BOB, teams_at=known.now
    )
    known.stock(make.N3)
    assert shows(known, make.said(make.N3)).people == set()
    assert nothing(known).people == {ANN, BOB}
