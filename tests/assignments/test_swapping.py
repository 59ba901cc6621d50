"""Two people exchange their numbers: both are taken before either is given, and whatever fails is put back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError

from numberline.assignments.flight import Ending
from numberline.assignments.found import reconcile_holders
from numberline.assignments.intend import Intent, claim
from numberline.assignments.models import Change, Kind
from numberline.assignments.recover import recover
from numberline.audit.history import number_history, person_history
from numberline.core.states import State
from numberline.graph.answers import refusal, wait
from numberline.graph.errors import Wait
from numberline.inventory.models import Number
from numberline.inventory.moves import NumberMoved
from numberline.worklist.models import Item
from tests import factories as make
from tests.assignments.office import Office, placed

ANN, BOB, CID = make.oid("ann"), make.oid("bob"), make.oid("cid")
SETTLE: timedelta = settings.SETTLE
REFUSED = "Tenant policy 7-B forbids this"
BEFORE, AFTER = {make.N1: ANN, make.N2: BOB}, {make.N2: ANN, make.N1: BOB}
LEGS = [("take", make.N1, ""), ("take", make.N2, ""), ("give", make.N2, ANN), ("give", make.N1, BOB)]
METHODS = ["unassign_number", "unassign_number", "assign_number", "assign_number"]


def lost() -> Wait:
    return wait("server_error", 0.0, detail="HTTP 504", status=504, in_doubt=True)


def intent() -> Intent:
    """Ann has the number 1 and Bob 2; each is to have the other's."""
    return Intent(
        *(ANN, "ann@contoso.example", make.N2, "", "by_hand", "They asked for it.", Kind.SWAP, make.N1),
        partner=BOB,
        partner_upn="bob@contoso.example",
    )


def swap(office: Office, **options: Any) -> Ending | None:
    """Carry it out; gives how it ended."""
    (flight,) = office.carry(intent(), **options).flights
    return flight.ending


@pytest.fixture
def office(office: Office) -> Office:
    """Ann has the number 1, and Bob 2."""
    office.holder("ann", make.N1)
    office.holder("bob", make.N2)
    return office


def in_teams(office: Office) -> dict[str, str]:
    """Who has which of the numbers in Teams."""
    return {text: said.holder for text, said in office.teams.numbers.items() if said.holder}


def stands(office: Office, how: dict[str, str]) -> bool:
    """Whether it stands so here and in Teams, and nothing is left open."""
    rows = Number.objects.of(office.tenant.pk).filter(text__in=how)
    states = set(rows.values_list("state", flat=True))
    still_open = Change.objects.of(office.tenant.pk).filter(open=True).exists()
    return office.held() == how == in_teams(office) and states == {State.ASSIGNED} and not still_open


def at_leg(office: Office, leg: int, answer: Callable[..., Any] | Exception) -> None:
    """Let this answer come to the request of this leg, and to nothing before it."""
    method = METHODS[leg]
    before = METHODS[:leg].count(method)
    office.teams.script(method, *[getattr(office.teams, f"_{method}")] * before, answer)


def test_both_numbers_are_taken_before_either_is_given(office: Office) -> None:
    assert swap(office) is Ending.SWAPPED
    assert office.teams.wrote() == LEGS
    assert (stands(office, AFTER), office.items()) == (True, [])


def test_each_number_is_given_with_the_emergency_location_of_its_range(office: Office) -> None:
    placed(office, "e3f1-place")
    assert swap(office) is Ending.SWAPPED
    assert [call[3] for call in office.teams.sent()] == ["e3f1-place", "e3f1-place"]


def test_the_history_of_both_numbers_and_people_has_no_gap(office: Office) -> None:
    swap(office)
    assert office.verbs() == ["intend", "intend", "swap", "swap"]
    for text, giver, taker in ((make.N1, ANN, BOB), (make.N2, BOB, ANN)):
        history = number_history(office.tenant.pk, text)
        assert [(m.before, m.after, m.holder) for m in history] == [
            ("assigned", "releasing", giver),
            ("releasing", "assigned", taker),
        ]
    for person, text in ((ANN, make.N2), (BOB, make.N1)):
        assert person_history(office.tenant.pk, person)[-1].holds == (text,)


def test_nothing_else_can_be_begun_for_either_person_or_number(office: Office) -> None:
    office.stock(make.N3)
    claim(office.tenant.pk, intent(), office.now, make.CAUSE)
    for name in ("ann", "bob"):
        with pytest.raises(IntegrityError):
            office.claim(name, make.N3)
    with pytest.raises(NumberMoved):
        claim(office.tenant.pk, intent(), office.now, make.CAUSE)
    assert recover(office.tenant.pk, office.now) == []
    assert stands(office, BEFORE)


def test_a_listing_in_the_middle_concludes_nothing_about_either_number(office: Office) -> None:
    office.teams.script("assign_number", *[lost()] * 3)
    assert swap(office) is Ending.IN_DOUBT
    office.time.advance(make.DAY)
    rows = Number.objects.of(office.tenant.pk)
    rows.update(teams_status="userAssigned", teams_target=CID, teams_at=office.now)
    findings = reconcile_holders(office.tenant, office.now, make.CAUSE)
    rows.update(teams_status="unassigned", teams_target="")
    findings_free = reconcile_holders(office.tenant, office.now, make.CAUSE)
    assert (findings.people, findings_free.people) == (set(), set())
    assert office.held() == BEFORE


@pytest.mark.parametrize("leg", range(4))
def test_a_refusal_at_any_leg_puts_everything_back(office: Office, leg: int) -> None:
    at_leg(office, leg, refusal(REFUSED))
    assert swap(office) is Ending.PUT_BACK
    assert stands(office, BEFORE)
    assert office.teams.wrote()[: leg + 1] == LEGS[: leg + 1]
    assert len(office.teams.wrote()) == (1, 3, 5, 7)[leg]
    assert REFUSED in office.told[-1].text
    assert office.items() == []


@pytest.mark.parametrize("leg", range(4))
def test_a_lost_answer_at_any_leg_whose_result_teams_shows_is_sent_once(office: Office, leg: int) -> None:
    def answer(*arguments: Any) -> str:
        getattr(office.teams, f"_{METHODS[leg]}")(*arguments)
        raise lost()

    at_leg(office, leg, answer)
    assert swap(office) is Ending.SWAPPED
    assert (office.teams.wrote(), stands(office, AFTER)) == (LEGS, True)


@pytest.mark.parametrize("leg", range(4))
def test_an_operation_that_fails_at_any_leg_puts_everything_back(office: Office, leg: int) -> None:
    at_leg(office, leg, lambda *arguments: "operations('x')")
    office.teams.script(
        "operation", *[office.teams._operation] * leg, office.teams.operation_is("skipped", REFUSED)
    )
    assert swap(office) is Ending.PUT_BACK
    assert stands(office, BEFORE)


@pytest.mark.parametrize("leg", range(4))
def test_a_leg_that_stays_without_an_answer_is_given_up_after_the_settle_time(
    office: Office, leg: int
) -> None:
    at_leg(office, leg, lost())
    office.teams.script(METHODS[leg], lost(), lost())
    assert swap(office) is Ending.IN_DOUBT
    assert set(office.teams.wrote()) == set(LEGS[: leg + 1]), "nothing else is sent meanwhile"
    office.time.advance(SETTLE)
    assert office.resume() == [Ending.PUT_BACK]
    assert stands(office, BEFORE)


@pytest.mark.parametrize("leg", [0, 1])
def test_taking_that_was_repeated_is_looked_at_once_more_before_it_counts_as_done(
    office: Office, leg: int
) -> None:
    """The first attempt comes late, and takes the number from whom it was given to."""
    at_leg(office, leg, lost())
    assert swap(office) is Ending.IN_DOUBT
    assert in_teams(office) == AFTER
    office.teams.lists(make.said(LEGS[leg][1]))
    assert office.resume() == [Ending.SWAPPED]
    assert stands(office, AFTER)


def test_taking_that_was_repeated_and_shows_no_late_effect_is_done_after_the_settle_time(
    office: Office,
) -> None:
    at_leg(office, 0, lost())
    assert swap(office) is Ending.IN_DOUBT
    assert office.resume() == [Ending.IN_DOUBT]
    office.time.advance(SETTLE)
    assert office.resume() == [Ending.SWAPPED]
    assert len(office.teams.wrote()) == 5


def test_a_number_that_somebody_else_took_in_between_is_recorded_and_nobody_has_two(office: Office) -> None:
    def unassign(*arguments: str) -> str:
        office.teams.lists(make.said(make.N1, "cid"))
        return office.teams._unassign_number(*arguments)

    at_leg(office, 1, unassign)
    assert swap(office) is Ending.STUCK
    assert office.held() == {make.N1: CID, make.N2: BOB} == in_teams(office)
    assert office.items() == ["change_stuck", "found_other_holder"]
    assert make.person_row(office.tenant, "ann").taken_number == make.N1


def test_a_number_that_is_somebody_elses_already_stops_it_before_anything_is_sent(office: Office) -> None:
    office.teams.lists(make.said(make.N2, "cid"))
    assert swap(office) is Ending.TAKEN
    assert office.teams.wrote() == []
    assert office.held() == {make.N1: ANN, make.N2: CID}


def test_a_partner_whom_teams_does_not_show_ready_stops_it_before_anything_is_sent(office: Office) -> None:
    office.teams.people[BOB] = ("Teams",)
    assert swap(office) is Ending.NOT_READY
    assert (office.teams.wrote(), stands(office, BEFORE)) == ([], True)


def test_what_was_swapped_in_teams_meanwhile_needs_no_request(office: Office) -> None:
    office.teams.lists(make.said(make.N1, "bob"), make.said(make.N2, "ann"))
    assert swap(office) is Ending.SWAPPED
    assert (office.teams.wrote(), stands(office, AFTER)) == ([], True)


def test_when_nothing_can_be_put_back_both_numbers_are_kept_and_the_worklist_says_how_teams_stands(
    office: Office,
) -> None:
    office.teams.script("assign_number", *[refusal(REFUSED)] * 3)
    assert swap(office) is Ending.STUCK
    reserved = dict(Number.objects.of(office.tenant.pk).values_list("text", "reserved_for"))
    assert (reserved, office.held()) == (BEFORE, {})
    items = Item.objects.of(office.tenant.pk).filter(closed_at=None)
    assert dict(items.values_list("person", "code")) == {ANN: "change_stuck", BOB: "change_stuck"}
    assert all(f"{make.N1} on nobody" in item.detail for item in items)


def test_who_can_not_be_given_the_own_number_back_keeps_what_teams_shows_and_the_other_is_kept(
    office: Office,
) -> None:
    """Ann has 2 by then; giving 1 to Bob is refused, and so is taking 2 from her again."""
    at_leg(office, 3, refusal(REFUSED))
    unassign = office.teams._unassign_number
    office.teams.script("unassign_number", unassign, unassign, refusal(REFUSED))
    assert swap(office) is Ending.STUCK
    assert office.held() == {make.N2: ANN} == in_teams(office)
    row = office.number()
    assert (row.state, row.reserved_for) == (State.RESERVED, BOB)
    assert office.items() == ["change_stuck"]
