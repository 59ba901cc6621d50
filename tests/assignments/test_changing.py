"""Another number for somebody who has one: the old one is taken, the new one given, and what fails is put back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from numberline.assignments.flight import Ending
from numberline.assignments.intend import Intent, claim
from numberline.assignments.models import Assignment, Kind
from numberline.assignments.recover import recover
from numberline.assignments.stopsign import StopSign
from numberline.audit.history import number_history, person_history
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.graph.answers import refusal, stop, wait
from numberline.graph.errors import Wait
from numberline.graph.types import GraphNumber
from numberline.inventory.moves import NumberMoved
from numberline.worklist.models import Item
from tests import factories as make
from tests.assignments.office import Office, placed

ANN, BOB = make.oid("ann"), make.oid("bob")
SETTLE: timedelta = settings.SETTLE
REFUSED = "Tenant policy 7-B forbids this"
TAKE, GIVE, PUT_BACK = ("take", make.N1, ""), ("give", make.N2, ANN), ("give", make.N1, ANN)


def lost() -> Wait:
    return wait("server_error", 0.0, detail="HTTP 504", status=504, in_doubt=True)


def intent(**fields: Any) -> Intent:
    """Ann, who has the number 1, is to have 2 in its place."""
    given: dict[str, Any] = {"number": make.N2, "from_number": make.N1, "code": "by_hand", "location_id": ""}
    reason = "She moved."
    return Intent(ANN, "ann@contoso.example", kind=Kind.CHANGE, reason=reason, **{**given, **fields})


def change(office: Office, **options: Any) -> Ending | None:
    """Carry it out; gives how it ended."""
    (flight,) = office.carry(intent(), **options).flights
    return flight.ending


def text_of(office: Office) -> str:
    """What was said of the last change that ended."""
    return office.told[-1].text


@pytest.fixture
def office(office: Office) -> Office:
    """Ann has the number 1, and 2 is free."""
    office.holder("ann", make.N1)
    office.stock(make.N2)
    office.teams.lists(make.said(make.N2))
    return office


def in_teams(office: Office) -> dict[str, str | None]:
    """Who has which of the two numbers in Teams."""
    return {text: office.teams.numbers[text].holder for text in (make.N1, make.N2)}


def put_back(office: Office) -> bool:
    """Whether all is as it was, here and in Teams."""
    books = office.held() == {make.N1: ANN} and office.number().state == State.ASSIGNED
    return books and in_teams(office) == {make.N1: ANN, make.N2: None} and not office.change().open


def test_the_old_number_is_taken_before_the_new_one_is_given(office: Office) -> None:
    assert change(office) is Ending.CHANGED
    assert office.teams.wrote() == [TAKE, GIVE]
    assert in_teams(office) == {make.N1: None, make.N2: ANN}
    assert office.held() == {make.N2: ANN}
    assert (office.number().state, office.number(make.N2).state) == (State.AVAILABLE, State.ASSIGNED)
    assert (office.change().open, office.items()) == (False, [])


def test_the_old_number_rests_as_long_as_its_range_says(office: Office) -> None:
    office.range.quarantine_seconds = 30 * 86400
    office.range.save()
    change(office)
    row = office.number()
    assert row.until is not None
    assert (row.state, row.until.date()) == (State.QUARANTINED, (office.now + timedelta(days=30)).date())


def test_a_number_that_was_found_in_teams_is_changed_too_for_a_human_wants_it(office: Office) -> None:
    Assignment.objects.of(office.tenant.pk).update(source="found")
    assert change(office) is Ending.CHANGED
    row = Assignment.objects.of(office.tenant.pk).get(until=None)
    assert (row.number.text, row.source) == (make.N2, "numberline")


def test_the_history_of_both_numbers_and_of_the_person_has_no_gap(office: Office) -> None:
    change(office)
    tenant = office.tenant.pk
    assert office.verbs() == ["intend", "intend", "change", "vacate"]
    old, new = number_history(tenant, make.N1), number_history(tenant, make.N2)
    assert [(m.before, m.after, m.holder) for m in old] == [
        ("assigned", "releasing", ANN),
        ("releasing", "available", None),
    ]
    assert [(m.before, m.after, m.holder) for m in new] == [
        ("available", "assigning", ANN),
        ("assigning", "assigned", ANN),
    ]
    assert person_history(tenant, ANN)[-1].holds == (make.N2,)


def test_an_old_number_that_somebody_else_has_by_the_end_is_recorded_as_theirs(office: Office) -> None:
    office.teams.hidden.add(make.N2)
    assert change(office) is Ending.IN_DOUBT
    office.teams.hidden.clear()
    office.teams.lists(make.said(make.N1, "bob"))
    assert office.resume() == [Ending.CHANGED]
    assert office.held() == {make.N1: BOB, make.N2: ANN} == in_teams(office)
    assert (office.items(), make.person_row(office.tenant).taken_number) == ([], "")


def test_a_reservation_for_the_person_is_used_up(office: Office) -> None:
    row = office.number(make.N2)
    row.state, row.reserved_for = State.RESERVED, ANN
    row.save()
    assert change(office) is Ending.CHANGED
    assert office.number(make.N2).reserved_for == ""


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ({"holder": "bob"}, f"Teams shows {make.N2} on {BOB}"),
        ({"portInStatus": "firmOrderCommitmentAccepted"}, f"Teams would not give {make.N2} now"),
    ],
)
def test_a_number_that_is_not_to_be_had_is_seen_before_anything_is_taken(
    office: Office, shown: dict[str, Any], why: str
) -> None:
    office.teams.lists(make.said(make.N2, **shown))
    assert (change(office), text_of(office)) == (Ending.TAKEN, why)
    assert office.teams.wrote() == []
    assert office.held()[make.N1] == ANN
    assert office.held().get(make.N2) == (BOB if "holder" in shown else None)


def test_a_person_whom_teams_does_not_show_ready_keeps_the_old_number(office: Office) -> None:
    office.teams.people[ANN] = ("Teams",)
    assert change(office) is Ending.NOT_READY
    assert (office.teams.wrote(), put_back(office)) == ([], True)


def test_somebody_with_a_further_number_in_teams_is_left_as_they_are(office: Office) -> None:
    office.stock(make.N3)
    office.teams.lists(make.said(make.N3, "ann"))
    assert change(office) is Ending.TAKEN
    assert office.teams.wrote() == []
    assert office.items() == ["double_claim"]


def test_an_old_number_that_is_somebody_elses_by_now_is_not_taken_from_them(office: Office) -> None:
    office.teams.lists(make.said(make.N1, "bob"))
    assert change(office) is Ending.TAKEN
    assert office.teams.wrote() == []
    assert office.held() == {make.N1: BOB}


@pytest.mark.parametrize("shown", [None, make.said(make.N1)], ids=["not there", "free"])
def test_one_look_that_shows_the_old_number_on_nobody_is_not_believed(
    office: Office, shown: GraphNumber | None
) -> None:
    office.teams.script("number", office.teams._number, shown)
    assert change(office) is Ending.CHANGED
    assert office.teams.wrote() == [TAKE, GIVE]
    assert in_teams(office) == {make.N1: None, make.N2: ANN}


def test_an_old_number_that_teams_shows_free_already_need_not_be_taken(office: Office) -> None:
    office.teams.lists(make.said(make.N1))
    assert change(office) is Ending.CHANGED
    assert office.teams.wrote() == [GIVE]
    assert office.held() == {make.N2: ANN}


def test_an_old_number_that_somebody_else_freed_is_not_given_again_when_the_new_one_fails(
    office: Office,
) -> None:
    office.teams.lists(make.said(make.N1))
    office.teams.script("assign_number", refusal(REFUSED))
    assert change(office) is Ending.PUT_BACK
    assert office.teams.wrote() == [GIVE]
    assert (office.held(), office.number().state) == ({make.N1: ANN}, State.ASSIGNED)


@pytest.mark.parametrize("how", ["answer", "failed", "skipped"])
def test_a_new_number_that_is_refused_puts_the_old_one_back(office: Office, how: str) -> None:
    if how == "answer":
        office.teams.script("assign_number", refusal(REFUSED))
    else:
        office.teams.script("assign_number", "operations('x')")
        taken = office.teams._operation
        office.teams.script("operation", taken, office.teams.operation_is(how, REFUSED))
    assert change(office) is Ending.PUT_BACK
    assert office.teams.wrote() == [TAKE, GIVE, PUT_BACK]
    assert put_back(office)
    assert office.number(make.N2).state == State.AVAILABLE
    assert REFUSED in text_of(office)
    assert office.verbs()[2:] == ["cancel", "put_back"]


def test_what_is_put_back_is_given_with_the_emergency_location_of_its_range(office: Office) -> None:
    """Microsoft refuses Calling Plan numbers of some countries without one, also to whoever had the number before."""
    placed(office, "e3f1-place")
    office.teams.script("assign_number", refusal(REFUSED))
    assert change(office) is Ending.PUT_BACK
    assert [call[3] for call in office.teams.sent()] == ["e3f1-place", "e3f1-place"]


def test_a_number_that_microsoft_refuses_for_its_own_sake_is_blocked(office: Office) -> None:
    office.teams.script("assign_number", refusal(f"Telephone Number '{make.N2}' is blocked from assignment."))
    assert change(office) is Ending.PUT_BACK
    assert office.number(make.N2).state == State.BLOCKED
    assert (put_back(office), office.items()) == (True, ["refused_by_microsoft"])


def test_an_old_number_that_microsoft_does_not_take_stays(office: Office) -> None:
    office.teams.script("unassign_number", refusal(REFUSED))
    assert change(office) is Ending.PUT_BACK
    assert office.teams.wrote() == [TAKE]
    assert put_back(office)


def test_a_new_number_that_is_taken_in_between_is_recorded_and_the_old_one_put_back(office: Office) -> None:
    def unassign(*arguments: str) -> str:
        office.teams.lists(make.said(make.N2, "bob"))
        return office.teams._unassign_number(*arguments)

    office.teams.script("unassign_number", unassign)
    assert change(office) is Ending.PUT_BACK
    assert f"Teams shows {make.N2} on {BOB}" in text_of(office)
    assert office.teams.wrote() == [TAKE, PUT_BACK]
    assert office.held() == {make.N1: ANN, make.N2: BOB}
    assert office.items() == []


def test_what_can_not_be_put_back_is_kept_for_the_person_and_the_worklist_says_how_teams_stands(
    office: Office,
) -> None:
    office.teams.script("assign_number", refusal(REFUSED), refusal("Tenant policy 9 forbids it"))
    assert change(office) is Ending.STUCK
    row = office.number()
    assert (row.state, row.reserved_for, row.teams_free) == (State.RESERVED, ANN, True)
    assert (office.held(), office.number(make.N2).state) == ({}, State.AVAILABLE)
    item = Item.objects.of(office.tenant.pk).get(closed_at=None)
    assert (item.code, item.person) == ("change_stuck", ANN)
    assert f"Teams shows {make.N2} on nobody and {make.N1} on nobody" in item.detail
    assert item.detail in text_of(office) or REFUSED in text_of(office)
    assert number_history(office.tenant.pk, make.N1)[-1].holder is None


def test_the_number_kept_for_the_person_closes_the_item_once_it_is_theirs(office: Office) -> None:
    office.teams.script("assign_number", refusal(REFUSED), refusal(REFUSED))
    change(office)
    assert office.give("ann", make.N1) is Ending.ASSIGNED
    assert office.items() == []


def test_a_service_that_is_unavailable_for_a_moment_is_asked_again(office: Office) -> None:
    office.teams.script("assign_number", *[refusal("Service is unavailable. Please try again")] * 2)
    assert change(office) is Ending.CHANGED
    assert office.teams.wrote() == [TAKE, GIVE, GIVE, GIVE]


# In doubt


def done_but_lost(office: Office, method: str) -> Callable[..., str]:
    def answer(*arguments: Any) -> str:
        getattr(office.teams, f"_{method}")(*arguments)
        raise lost()

    return answer


@pytest.mark.parametrize("method", ["unassign_number", "assign_number"])
def test_a_lost_answer_whose_result_teams_shows_is_a_success_sent_once(office: Office, method: str) -> None:
    office.teams.script(method, done_but_lost(office, method))
    assert change(office) is Ending.CHANGED
    assert office.teams.wrote() == [TAKE, GIVE]


def test_an_old_number_taken_in_doubt_rests_a_day_at_least(office: Office) -> None:
    office.teams.script("unassign_number", done_but_lost(office, "unassign_number"))
    change(office)
    row = office.number()
    assert row.until is not None
    assert (row.state, row.until - office.now >= make.DAY) == (State.QUARANTINED, True)


@pytest.mark.parametrize("method", ["unassign_number", "assign_number"])
def test_a_request_that_never_arrived_is_repeated(office: Office, method: str) -> None:
    office.teams.script(method, lost())
    assert change(office) is Ending.CHANGED
    assert sorted(set(office.teams.wrote())) == sorted([TAKE, GIVE])
    assert len(office.teams.wrote()) == 3


def test_taking_that_stays_without_an_answer_is_given_up_and_nothing_else_was_sent(office: Office) -> None:
    office.teams.script("unassign_number", *[lost()] * 3)
    assert change(office) is Ending.IN_DOUBT
    assert (set(office.teams.wrote()), office.held()) == ({TAKE}, {make.N1: ANN})
    office.time.advance(SETTLE)
    assert office.resume() == [Ending.PUT_BACK]
    assert (set(office.teams.wrote()), put_back(office)) == ({TAKE}, True)


def test_giving_that_stays_without_an_answer_is_given_up_after_the_settle_time_and_the_old_one_put_back(
    office: Office,
) -> None:
    office.teams.script("assign_number", *[lost()] * 3)
    assert change(office) is Ending.IN_DOUBT
    assert office.teams.wrote() == [TAKE, GIVE, GIVE, GIVE]
    assert (office.held(), office.number().state) == ({make.N1: ANN}, State.RELEASING)
    office.time.advance(SETTLE)
    assert office.resume() == [Ending.PUT_BACK]
    assert (office.teams.wrote()[-1], put_back(office)) == (PUT_BACK, True)
    row = office.number(make.N2)
    assert row.until is not None
    assert (row.state, row.until - office.now >= make.DAY) == (State.QUARANTINED, True)
    assert office.items() == ["by_hand_failed", "given_up"]


def test_a_new_number_that_shows_late_after_all_is_not_undone(office: Office) -> None:
    office.teams.script("assign_number", *[lost()] * 3)
    change(office)
    office.time.advance(SETTLE)
    office.teams.script("number", make.said(make.N2))
    office.teams.lists(make.said(make.N2, "ann"))
    assert office.resume() == [Ending.CHANGED]
    assert PUT_BACK not in office.teams.wrote()
    assert office.held() == {make.N2: ANN}


def test_a_new_number_that_microsoft_gave_and_teams_hides_is_waited_for(office: Office) -> None:
    office.teams.hidden.add(make.N2)
    assert change(office) is Ending.IN_DOUBT
    office.time.advance(SETTLE)
    assert office.resume() == [Ending.IN_DOUBT]
    assert (office.items(), office.teams.wrote()) == (["in_doubt"], [TAKE, GIVE])
    office.teams.hidden.clear()
    assert office.resume() == [Ending.CHANGED]
    assert office.items() == []


def test_taking_that_was_repeated_and_is_carried_out_once_more_after_putting_back_is_seen(
    office: Office,
) -> None:
    """The first attempt, without an answer, comes late: it takes the number that was just put back."""
    office.teams.script("unassign_number", lost())
    office.teams.script("assign_number", refusal(REFUSED))
    assert change(office) is Ending.IN_DOUBT
    assert in_teams(office) == {make.N1: ANN, make.N2: None}
    assert "is being undone" in text_of(office)
    office.teams.lists(make.said(make.N1))
    office.time.advance(SETTLE)
    assert office.resume() == [Ending.PUT_BACK]
    assert (office.teams.wrote()[-1], put_back(office)) == (PUT_BACK, True)


# Kills, stops and modes


def test_an_intent_that_was_never_sent_is_taken_back(office: Office) -> None:
    claim(office.tenant.pk, intent(), office.now, make.CAUSE)
    assert recover(office.tenant.pk, office.now) == []
    assert put_back(office)
    assert office.verbs() == ["intend", "intend", "cancel", "put_back"]


def test_a_run_that_microsoft_stops_in_the_middle_leaves_the_rest_to_the_next(office: Office) -> None:
    office.teams.script("assign_number", stop("permission_missing", permission="X", status=403))
    carried = office.carry(intent())
    assert [flight.ending for flight in carried.flights] == [Ending.IN_DOUBT]
    assert carried.stopped is not None
    assert f"Teams shows {make.N2} on nobody and {make.N1} on nobody" in carried.flights[0].text
    assert office.resume() == [Ending.CHANGED]


def test_a_change_that_is_half_done_is_brought_to_its_end_when_the_run_is_told_to_end(office: Office) -> None:
    sign = StopSign()

    def unassign(*arguments: str) -> str:
        sign.ask()
        return office.teams._unassign_number(*arguments)

    office.teams.script("unassign_number", unassign)
    assert change(office, stop=sign) is Ending.CHANGED


def test_a_change_of_which_nothing_was_sent_is_called_off_when_the_run_is_told_to_end(office: Office) -> None:
    sign = StopSign()

    def person(*arguments: str) -> Any:
        sign.ask()
        return office.teams._user_configuration(*arguments)

    office.teams.script("user_configuration", person)
    assert change(office, stop=sign) is Ending.LEFT
    assert (office.teams.wrote(), put_back(office)) == ([], True)


def test_what_is_half_done_waits_while_the_tenant_is_switched_off(office: Office) -> None:
    office.teams.script("assign_number", *[lost()] * 3)
    change(office)
    office.time.advance(SETTLE)
    sent = len(office.teams.wrote())
    recovered = recover(office.tenant.pk, office.now)
    carried = office.carry(recovered=recovered, repeating=False, finishing=False)
    assert [flight.ending for flight in carried.flights] == [Ending.IN_DOUBT]
    assert len(office.teams.wrote()) == sent
    carried = office.carry(recovered=recover(office.tenant.pk, office.now), repeating=False)
    assert [flight.ending for flight in carried.flights] == [Ending.PUT_BACK]


# What a change is refused for before it is written


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"from_number": make.N2, "number": make.N1}, "is not held by"),
        ({"number": make.N3}, "is not there"),
    ],
)
def test_what_is_no_longer_as_it_was_read_is_refused(
    office: Office, fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(NumberMoved, match=why):
        claim(office.tenant.pk, intent(**fields), office.now, make.CAUSE)
    assert (office.number().state, office.verbs()) == (State.ASSIGNED, [])


@pytest.mark.parametrize("code", ["by_hand", "moved"])
def test_a_lock_keeps_automation_away_and_not_an_administrator(office: Office, code: str) -> None:
    Person.objects.of(office.tenant.pk).update(locked=True)
    carried = office.carry(intent(code=code))
    assert [flight.ending for flight in carried.flights] == ([Ending.CHANGED] if code == "by_hand" else [])
    assert len(carried.stale) == (0 if code == "by_hand" else 1)
