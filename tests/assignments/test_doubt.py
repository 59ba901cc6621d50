"""In doubt: between asking Teams and knowing what became of it, nothing different is ever sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from numberline.assignments.flight import Ending
from numberline.assignments.models import Assignment, Phase
from numberline.assignments.steps import PATIENCE
from numberline.core.states import State
from numberline.graph.answers import refusal, stop, wait
from numberline.graph.errors import Wait
from tests import factories as make
from tests.assignments.office import Office

SETTLE: timedelta = settings.SETTLE


def lost(**more: Any) -> Wait:
    return wait("server_error", 0.0, detail="HTTP 504", status=504, in_doubt=True, **more)


def carried_out_but_lost(office: Office) -> Callable[..., str]:
    """A scripted answer: Microsoft carries it out, and the answer is lost."""

    def answer(*arguments: Any) -> str:
        office.teams._assign_number(*arguments)
        raise lost()

    return answer


@pytest.fixture
def ready(office: Office) -> Office:
    """Ann may have the number 1, and 2 is free too."""
    office.joiner()
    office.stock(make.N1, make.N2)
    return office


def test_a_lost_answer_whose_number_teams_shows_is_a_success_sent_once(ready: Office) -> None:
    ready.teams.script("assign_number", carried_out_but_lost(ready))
    assert ready.give() is Ending.ASSIGNED
    assert (len(ready.teams.sent()), ready.held()) == (1, {make.N1: make.oid("ann")})
    assert (ready.change().phase, ready.change().doubtful) == (Phase.DONE, True)


def test_a_lost_answer_that_teams_shows_late_is_a_success_sent_once(ready: Office) -> None:
    ready.teams.script("assign_number", carried_out_but_lost(ready))
    ready.teams.script("number", None, make.said(make.N1))
    assert ready.give() is Ending.ASSIGNED
    assert len(ready.teams.sent()) == 1


def test_a_request_that_never_arrived_is_repeated_for_the_same_pair_at_most_three_times(
    ready: Office,
) -> None:
    ready.teams.script("assign_number", *[lost() for _ in range(9)])
    assert ready.give() is Ending.IN_DOUBT
    assert ready.teams.sent() == [(make.N1, make.oid("ann"), "direct_routing", "None")] * 3
    change = ready.change()
    assert (change.phase, change.open, change.doubtful, change.attempts) == (Phase.SENDING, True, True, 3)
    assert change.error_code == "server_error"
    assert ready.number().state == State.ASSIGNING


def test_a_repeated_request_that_arrives_is_a_success(ready: Office) -> None:
    ready.teams.script("assign_number", lost())
    assert ready.give() is Ending.ASSIGNED
    assert len(ready.teams.sent()) == 2
    assert ready.now - make.NOW < SETTLE


def test_what_stays_in_doubt_is_left_to_the_next_run_until_teams_shows_it(ready: Office) -> None:
    ready.teams.script("assign_number", *[lost() for _ in range(3)])
    ready.give()
    ready.time.advance(make.MINUTE)
    assert ready.resume() == [Ending.IN_DOUBT]
    ready.teams.lists(make.said(make.N1, "ann"))
    assert ready.resume() == [Ending.ASSIGNED]
    assert (len(ready.teams.sent()), ready.items()) == (3, [])


def test_after_the_settle_time_an_unknown_outcome_is_given_up_and_the_number_rests_a_day(
    ready: Office,
) -> None:
    ready.teams.script("assign_number", *[lost() for _ in range(3)])
    ready.give()
    ready.time.advance(SETTLE - make.MINUTE * 5)
    assert ready.resume() == [Ending.IN_DOUBT]
    ready.time.advance(make.MINUTE * 5)
    assert ready.resume() == [Ending.CANCELLED]
    row, change = ready.number(), ready.change()
    assert (row.state, change.phase, change.open) == (State.QUARANTINED, Phase.GIVEN_UP, False)
    assert row.until is not None
    assert row.until - ready.now >= make.DAY
    assert (ready.items(), len(ready.teams.sent())) == (["given_up"], 3)
    assert make.person_row(ready.tenant).changed
    assert ready.give("ann", make.N2) is Ending.ASSIGNED
    assert ready.items() == []


def test_a_number_given_up_rests_as_long_as_its_range_says(ready: Office) -> None:
    ready.range.quarantine_seconds = 30 * 86400
    ready.range.save()
    ready.teams.script("assign_number", *[lost() for _ in range(3)])
    ready.give()
    ready.time.advance(SETTLE)
    ready.resume()
    until = ready.number().until
    assert until is not None
    assert until - ready.now == timedelta(days=30)


def test_a_number_that_teams_shows_on_another_person_settles_the_doubt_only_in_time(ready: Office) -> None:
    ready.teams.script("assign_number", *[lost() for _ in range(3)])
    ready.teams.script("user_configuration", ready.teams._user_configuration(make.oid("ann")))
    ready.teams.lists(make.said(make.N1, "bob"))
    assert ready.give() is Ending.IN_DOUBT
    assert len(ready.teams.sent()) == 1, "nothing is sent for a number that Teams shows on somebody"
    ready.time.advance(SETTLE)
    assert ready.resume() == [Ending.TAKEN]
    assert ready.held() == {make.N1: make.oid("bob")}


def test_a_refusal_of_a_repeated_request_proves_nothing_about_the_first(ready: Office) -> None:
    ready.teams.script("assign_number", lost(), refusal("Tenant policy 7-B forbids this"))
    assert ready.give() is Ending.IN_DOUBT
    assert (ready.number().state, ready.change().open) == (State.ASSIGNING, True)
    assert len(ready.teams.sent()) == 2, "what was refused is not sent again"
    ready.time.advance(SETTLE)
    assert ready.resume() == [Ending.CANCELLED]
    assert ready.number().state == State.QUARANTINED


def test_a_repeated_request_that_says_already_assigned_is_the_first_one_carried_out(ready: Office) -> None:
    ready.teams.script(
        "assign_number", lost(), refusal("Telephone Number '+4' has already been assigned to another user")
    )
    ready.teams.script("number", *[make.said(make.N1)] * 5, make.said(make.N1, "ann"))
    assert ready.give() is Ending.ASSIGNED
    assert ready.held() == {make.N1: make.oid("ann")}


def test_a_person_whose_outcome_is_unknown_gets_no_other_number(ready: Office) -> None:
    ready.joiner("bob")
    ready.teams.script("assign_number", *[lost() for _ in range(3)])
    ready.give()
    carried = ready.carry(ready.intent("ann", make.N2), ready.intent("bob", make.N1))
    assert (len(carried.stale), carried.flights) == (2, [])
    assert set(ready.teams.sent()) == {(make.N1, make.oid("ann"), "direct_routing", "None")}


def test_an_operation_that_succeeded_is_waited_for_until_teams_shows_it(ready: Office) -> None:
    ready.teams.hidden.add(make.N1)
    assert ready.give() is Ending.IN_DOUBT
    assert (ready.change().phase, ready.number().state) == (Phase.SUCCEEDED, State.ASSIGNING)
    ready.time.advance(SETTLE)
    assert ready.resume() == [Ending.IN_DOUBT]
    assert ready.items() == ["in_doubt"], "late, but Microsoft said that it succeeded"
    ready.teams.hidden.clear()
    assert ready.resume() == [Ending.ASSIGNED]
    assert (ready.items(), len(ready.teams.sent())) == ([], 1)


def test_a_success_that_teams_never_shows_is_given_up_after_a_day(ready: Office) -> None:
    ready.teams.hidden.add(make.N1)
    ready.give()
    ready.time.advance(SETTLE)
    ready.resume()
    ready.time.advance(make.DAY)
    assert ready.resume() == [Ending.CANCELLED]
    assert (ready.number().state, ready.items()) == (State.QUARANTINED, ["given_up"])


def test_an_operation_that_never_appears_is_judged_by_the_number(ready: Office) -> None:
    ready.teams.script("operation", *[None] * 60)
    assert ready.give() is Ending.ASSIGNED
    assert ready.now - make.NOW > timedelta(seconds=PATIENCE)


def test_an_operation_that_can_not_be_read_is_judged_by_the_number(ready: Office) -> None:
    ready.teams.script("operation", refusal("Something else"))
    assert ready.give() is Ending.ASSIGNED


def test_an_operation_that_fails_after_a_lost_answer_leaves_the_doubt(ready: Office) -> None:
    ready.teams.script("assign_number", lost(), "operations('x')")
    ready.teams.script("operation", ready.teams.operation_is("failed", "Tenant policy 7-B forbids this"))
    assert ready.give() is Ending.IN_DOUBT
    assert ready.number().state == State.ASSIGNING


def test_an_answer_that_nobody_understands_stops_the_run_and_leaves_the_doubt(ready: Office) -> None:
    strange = stop("malformed_answer", host="graph.example", detail="an empty answer", in_doubt=True)
    ready.teams.script("assign_number", strange)
    carried = ready.carry(ready.intent())
    assert carried.stopped is strange
    assert [flight.ending for flight in carried.flights] == [Ending.IN_DOUBT]
    assert (ready.number().state, len(ready.teams.sent())) == (State.ASSIGNING, 1)


def test_being_throttled_while_in_doubt_keeps_the_doubt(ready: Office) -> None:
    throttled = [wait("throttled", 1.0, status=429) for _ in range(20)]
    ready.teams.script("assign_number", lost(), *throttled)
    assert ready.give() is Ending.IN_DOUBT
    assert (ready.change().doubtful, ready.number().state) == (True, State.ASSIGNING)


def test_a_second_primary_number_that_teams_gave_all_the_same_is_recorded_as_such(ready: Office) -> None:
    """Another administrator gave Ann a number while ours was under way, and Teams shows both."""
    ready.teams.hidden.add(make.N1)
    ready.give()
    make.holding(make.number(ready.tenant, make.N3), source="found")
    ready.teams.hidden.clear()
    assert ready.resume() == [Ending.ASSIGNED]
    assert (ready.change().phase, ready.number().state) == (Phase.DONE, State.ASSIGNED)
    rows = Assignment.objects.of(ready.tenant.pk).values_list("number__text", "category")
    assert set(rows) == {(make.N3, "primary"), (make.N1, "second")}
    assert ready.items() == ["double_claim"]
