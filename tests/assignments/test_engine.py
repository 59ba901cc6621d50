"""Carrying a change out, step by step: what is asked, what is sent, and what each answer means."""

import pytest

from numberline.assignments.engine import Evidence
from numberline.assignments.flight import Ending
from numberline.assignments.models import Assignment, Change, Phase
from numberline.audit.models import Entry
from numberline.core.states import State
from numberline.graph.answers import stop, wait
from numberline.graph.errors import Stop, Wait
from numberline.inventory.models import Number
from tests import factories as make
from tests.assignments.office import Office
from tests.support.teams import PLAN

LOOK = Evidence()
"""Nothing is known freshly: each number is looked at before it is asked for."""


def test_a_ready_person_gets_the_number_and_everything_is_recorded(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    assert office.give() is Ending.ASSIGNED
    assert office.held() == {make.N1: make.oid("ann")}
    row = office.number()
    assert (row.state, row.teams_free, row.since) == (State.ASSIGNED, False, office.now)
    change = office.change()
    assert (change.phase, change.open, change.attempts, change.doubtful) == (Phase.DONE, False, 1, False)
    assert change.ended_at == office.now
    assignment = Assignment.objects.of(office.tenant.pk).get()
    assert (assignment.source, assignment.category, assignment.since) == ("numberline", "primary", office.now)
    told = [(e.verb, e.before["state"], e.after["state"], e.code) for e in Entry.objects.of(office.tenant.pk)]
    assert told == [
        ("intend", "available", "assigning", "next_available"),
        ("assign", "assigning", "assigned", "next_available"),
    ]
    assert make.person_row(office.tenant).changed
    assert [flight.ending for flight in office.told] == [Ending.ASSIGNED]


def test_a_number_takes_four_calls_and_one_more_when_it_was_not_listed_just_now(office: Office) -> None:
    office.joiner("ann")
    office.joiner("bob")
    office.stock(make.N1, make.N2)
    office.give("ann", make.N1)
    four = ["user_configuration", "assign_number", "operation", "number"]
    assert [call[0] for call in office.teams.asked] == four
    office.teams.asked.clear()
    office.give("bob", make.N2, evidence=LOOK)
    assert [call[0] for call in office.teams.asked] == [four[0], "number", *four[1:]]


def test_the_request_names_number_person_type_and_location(office: Office) -> None:
    office.joiner()
    office.teams.knows("ann", features=PLAN)
    home = make.range_(office.tenant, "Plan", type="calling_plan")
    office.stock("+12065550101", home=home)
    office.carry(office.intent("ann", "+12065550101", location="loc-1"))
    assert office.teams.sent() == [("+12065550101", make.oid("ann"), "calling_plan", "loc-1")]
    assert office.change().location_id == "loc-1"


def test_many_people_are_served_at_once_and_nobody_twice(office: Office) -> None:
    names = [f"joiner{index}" for index in range(120)]
    texts = [f"+44207946{index:04}" for index in range(120)]
    for name in names:
        office.joiner(name)
    office.stock(*texts)
    carried = office.carry(*map(office.intent, names, texts))
    assert len(carried.ended(Ending.ASSIGNED)) == len(names)
    assert office.held() == dict(zip(texts, map(make.oid, names), strict=True))
    assert len(office.teams.sent()) == len(names)


# Not ready


def test_somebody_teams_does_not_know_yet_waits_and_the_number_goes_back(office: Office) -> None:
    office.joiner(ready=False)
    office.stock(make.N1)
    assert office.give() is Ending.NOT_READY
    person = make.person_row(office.tenant)
    assert (person.ready, person.looks, person.waiting_since) == (False, 1, office.now)
    assert person.look_at == office.now + make.MINUTE
    assert (person.obstacle, person.needs_look) == (
        "Teams does not show Phone System for this person yet",
        True,
    )
    assert (office.number().state, office.change().phase) == (State.AVAILABLE, Phase.CANCELLED)
    assert (office.teams.sent(), office.items()) == ([], [])


def test_who_is_entitled_to_a_calling_plan_waits_until_teams_shows_it(office: Office) -> None:
    office.joiner(licences=make.PLAN)
    office.stock(make.N1, home=make.range_(office.tenant, "Plan", type="calling_plan"))
    assert office.give() is Ending.NOT_READY
    assert "Calling Plan" in make.person_row(office.tenant).obstacle
    office.teams.knows("ann", features=PLAN)
    assert office.give() is Ending.ASSIGNED
    person = make.person_row(office.tenant)
    assert (person.ready, person.looks, person.waiting_since, person.obstacle) == (True, 0, None, "")


def test_somebody_who_is_not_ready_is_asked_for_ever_more_rarely_up_to_a_day(office: Office) -> None:
    office.joiner(ready=False)
    office.stock(make.N1)
    pauses = []
    for _ in range(18):
        office.give()
        look_at = make.person_row(office.tenant).look_at
        assert look_at is not None
        pauses.append((look_at - office.now) / make.MINUTE)
        office.time.advance(look_at - office.now)
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (1, 24 * 60)
    assert sum(pause <= 5 for pause in pauses) >= 6


def test_after_a_day_of_waiting_somebody_is_on_the_worklist_until_teams_shows_them(office: Office) -> None:
    office.joiner(ready=False)
    office.stock(make.N1)
    office.give()
    office.time.advance(make.DAY - make.MINUTE)
    office.give()
    assert office.items() == []
    office.time.advance(make.MINUTE)
    office.give()
    assert office.items() == ["not_ready"]
    office.teams.knows("ann")
    assert office.give() is Ending.ASSIGNED
    assert office.items() == []


# The number or the person turns out to be taken


def test_somebody_who_has_a_number_in_teams_keeps_it_and_it_is_recorded(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.lists(make.said("+12065550101", "ann"))
    assert office.give() is Ending.TAKEN
    assert office.held() == {"+12065550101": make.oid("ann")}
    assert (office.number().state, office.teams.sent()) == (State.AVAILABLE, [])


def test_other_lines_of_a_person_do_not_count_as_their_number(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.lists(make.said(make.N2, "ann", assignmentCategory="private"))
    assert office.give() is Ending.ASSIGNED


def test_a_line_that_teams_list_does_not_name_makes_the_person_wait(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.lists(make.said(make.N2, "ann"))
    office.teams.script("numbers_of", [])
    assert office.give() is Ending.NOT_READY
    assert office.teams.sent() == []


def test_a_number_that_somebody_got_meanwhile_is_recorded_as_theirs(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.lists(make.said(make.N1, "bob"))
    assert office.give(evidence=LOOK) is Ending.TAKEN
    assert office.held() == {make.N1: make.oid("bob")}
    assert Assignment.objects.of(office.tenant.pk).get().source == "found"
    assert (office.teams.sent(), office.change().open) == ([], False)


def test_a_number_that_an_application_got_meanwhile_is_nobodys_primary_number(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.lists(make.said(make.N1, "bot", assignmentStatus="voiceApplicationAssigned"))
    assert office.give(evidence=LOOK) is Ending.TAKEN
    assert Assignment.objects.of(office.tenant.pk).get().category == "service"


def test_a_number_that_the_person_got_meanwhile_is_theirs(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.script("user_configuration", office.teams._user_configuration(make.oid("ann")))
    office.teams.lists(make.said(make.N1, "ann"))
    assert office.give(evidence=LOOK) is Ending.ASSIGNED
    assert (office.held(), office.teams.sent()) == ({make.N1: make.oid("ann")}, [])


def test_a_number_that_teams_would_not_give_now_goes_back_and_is_not_drawn(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.lists(make.said(make.N1, activationState="assignmentPending"))
    assert office.give(evidence=LOOK) is Ending.TAKEN
    row = office.number()
    assert (row.state, row.teams_free, row.teams_activation) == (State.AVAILABLE, False, "assignmentPending")


def test_a_number_that_teams_no_longer_lists_goes_back_and_is_not_drawn(office: Office) -> None:
    office.joiner(licences=make.PLAN)
    office.teams.knows("ann", features=PLAN)
    office.stock(make.N1, home=make.range_(office.tenant, "Plan", type="calling_plan"))
    assert office.give(evidence=LOOK) is Ending.TAKEN
    assert (office.number().state, office.number().teams_free) == (State.AVAILABLE, False)


def test_a_number_that_is_no_longer_to_be_had_leaves_the_intent_stale(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    Number.objects.of(office.tenant.pk).update(state=State.BLOCKED)
    intents = [office.intent(), office.intent("ann", make.N2)]
    make.person_row(office.tenant)
    carried = office.carry(*intents)
    assert (carried.stale, carried.flights, office.teams.asked) == (intents, [], [])
    assert not Change.objects.of(office.tenant.pk).exists()


# Waiting and stopping


def test_an_operation_is_polled_until_it_ends(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    running = office.teams.operation_is("running")
    office.teams.script("operation", running, office.teams.operation_is("notStarted"), running)
    assert office.give() is Ending.ASSIGNED
    assert [call[0] for call in office.teams.asked].count("operation") == 4


def test_an_operation_that_is_not_there_right_after_the_answer_is_asked_for_again(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.script("operation", None, None)
    assert office.give() is Ending.ASSIGNED
    assert len(office.teams.sent()) == 1


def throttled() -> Wait:
    return wait("throttled", 7.0, status=429)


def test_every_call_is_repeated_after_microsoft_asked_to_wait(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    methods = ("user_configuration", "number", "assign_number", "operation")
    for method in methods:
        office.teams.script(method, throttled())
    assert office.give(evidence=LOOK) is Ending.ASSIGNED
    assert [call[0] for call in office.teams.asked].count("assign_number") == 2
    assert office.change().doubtful is False
    assert (office.now - make.NOW).total_seconds() >= 4 * 7


def test_somebody_who_is_throttled_all_along_is_left_for_the_next_run(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.script("assign_number", *[throttled() for _ in range(20)])
    assert office.give() is Ending.CANCELLED
    assert (office.number().state, office.change().open) == (State.AVAILABLE, False)
    assert office.change().error_code == "throttled"


def test_a_stop_ends_the_run_and_nothing_more_is_sent(office: Office) -> None:
    names = [f"joiner{index}" for index in range(200)]
    for name in names:
        office.joiner(name)
    texts = [f"+44207946{index:04}" for index in range(200)]
    office.stock(*texts)
    missing = stop("permission_missing", permission="TeamsTelephoneNumber.ReadWrite.All")
    office.teams.script("assign_number", missing)
    carried = office.carry(*map(office.intent, names, texts))
    assert carried.stopped is missing
    assert len(office.teams.sent()) <= 32  # those that were on their way when the first answer came
    for text in texts:
        assert office.number(text).state in (State.AVAILABLE, State.ASSIGNED)
    assert len(office.held()) == len(office.teams.sent()) - 1
    assert not Change.objects.of(office.tenant.pk).filter(open=True).exists()


def test_after_a_stop_who_was_only_looked_at_is_not_asked_for_any_more(office: Office) -> None:
    for name in ("ann", "bob"):
        office.joiner(name)
    office.stock(make.N1, make.N2)
    gone = Stop("token_refused", "Microsoft refuses the token.", "Check the clock.")

    def slowly(person: str) -> object:
        office.teams.script("user_configuration", gone)
        return office.teams._user_configuration(person)

    office.teams.script("user_configuration", gone, slowly)
    carried = office.carry(office.intent("ann", make.N1), office.intent("bob", make.N2))
    assert carried.stopped is gone
    assert office.teams.sent() == []
    assert [office.number(text).state for text in (make.N1, make.N2)] == [State.AVAILABLE] * 2


def test_what_is_no_answer_of_microsofts_ends_the_run_at_once(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.script("user_configuration", ZeroDivisionError("a defect"))
    with pytest.raises(ZeroDivisionError, match="a defect"):
        office.give()
