"""Going on after a process that ended: from every phase, and without ever sending anything different."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from numberline.assignments.flight import Ending
from numberline.assignments.intend import (
    claim,
    mark_accepted,
    mark_doubtful,
    mark_sending,
    mark_succeeded,
    mark_unsent,
)
from numberline.assignments.models import Assignment, Change, Phase
from numberline.assignments.recover import recover
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.inventory.moves import NumberMoved
from tests import factories as make
from tests.assignments.office import Office


@pytest.fixture
def ready(office: Office) -> Office:
    """Ann may have the number 1."""
    office.joiner()
    office.stock(make.N1, make.N2)
    return office


def test_an_intent_that_was_never_sent_is_taken_back(ready: Office) -> None:
    ready.claim()
    assert recover(ready.tenant.pk, ready.now) == []
    assert (ready.number().state, ready.change().phase) == (State.AVAILABLE, Phase.CANCELLED)
    assert (ready.change().error_code, ready.change().open) == ("never_sent", False)
    assert make.person_row(ready.tenant).changed
    assert ready.verbs() == ["intend", "cancel"]


@pytest.mark.parametrize("state", [State.RESERVED, State.QUARANTINED])
def test_a_number_taken_back_is_what_it_was_before(office: Office, state: State) -> None:
    office.joiner()
    kept = {"state": state, "until": make.NOW + make.DAY, "reserved_for": make.oid("ann")}
    office.stock(make.N1, **kept)
    office.claim()
    recover(office.tenant.pk, office.now)
    row = office.number()
    assert (row.state, row.until, row.reserved_for) == (state, make.NOW + make.DAY, make.oid("ann"))


def test_a_reservation_ends_with_the_assignment_that_it_was_for(office: Office) -> None:
    office.joiner()
    office.stock(make.N1, state=State.RESERVED, until=make.NOW + make.DAY, reserved_for=make.oid("ann"))
    assert office.give() is Ending.ASSIGNED
    row = office.number()
    assert (row.state, row.until, row.reserved_for) == (State.ASSIGNED, None, "")


def test_a_process_killed_while_sending_leaves_a_doubt_that_the_next_one_looks_into(ready: Office) -> None:
    mark_sending(ready.claim(), ready.now)
    flights = recover(ready.tenant.pk, ready.now)
    assert [(flight.ask.name, flight.upn) for flight in flights] == [("RESULT", "ann@contoso.example")]
    assert ready.change().doubtful is True
    assert ready.resume() == [Ending.ASSIGNED]
    assert ready.teams.sent() == [(make.N1, make.oid("ann"), "direct_routing", "None")]


def test_a_process_killed_after_it_sent_is_not_sent_again_when_teams_shows_it(ready: Office) -> None:
    mark_sending(ready.claim(), ready.now)
    ready.teams.lists(make.said(make.N1, "ann"))
    assert ready.resume() == [Ending.ASSIGNED]
    assert ready.teams.sent() == []


def test_an_accepted_request_is_followed_by_its_operation(ready: Office) -> None:
    change = ready.claim()
    mark_sending(change, ready.now)
    mark_accepted(change, ready.teams._assign_number(make.N1, make.oid("ann"), "direct_routing", None))
    assert ready.resume() == [Ending.ASSIGNED]
    assert [call[0] for call in ready.teams.asked] == ["operation", "number"]


def test_an_accepted_request_that_failed_is_refused(ready: Office) -> None:
    change = ready.claim()
    mark_sending(change, ready.now)
    mark_accepted(change, "operations('1')")
    ready.teams.script("operation", ready.teams.operation_is("failed", "Tenant policy 7-B forbids this"))
    assert ready.resume() == [Ending.REFUSED]
    assert ready.number().state == State.AVAILABLE


def test_an_operation_that_succeeded_is_looked_for_on_the_number(ready: Office) -> None:
    change = ready.claim()
    mark_sending(change, ready.now)
    mark_accepted(change, "operations('1')")
    mark_succeeded(change)
    ready.teams.lists(make.said(make.N1, "ann"))
    assert ready.resume() == [Ending.ASSIGNED]
    assert [call[0] for call in ready.teams.asked] == ["number"]


def test_a_change_whose_number_is_shown_on_somebody_else_later_is_lost_to_them(ready: Office) -> None:
    change = ready.claim()
    mark_sending(change, ready.now)
    ready.time.advance(settings.SETTLE + timedelta(seconds=1))
    ready.teams.lists(make.said(make.N1, "bob"))
    assert ready.resume() == [Ending.TAKEN]
    assert ready.held() == {make.N1: make.oid("bob")}
    assert ready.verbs() == ["intend", "found"]


def test_what_has_ended_is_not_begun_again(ready: Office) -> None:
    ready.give()
    assert recover(ready.tenant.pk, ready.now) == []


def test_a_step_that_another_process_has_taken_is_refused(ready: Office) -> None:
    change = ready.claim()
    stale = Change.objects.of(ready.tenant.pk).get(pk=change.pk)
    mark_sending(change, ready.now)
    steps: tuple[Callable[[], None], ...] = (
        lambda: mark_sending(stale, ready.now),
        lambda: mark_accepted(stale, "operations('1')"),
        lambda: mark_doubtful(stale, "server_error", "HTTP 504"),
    )
    for step in steps:
        with pytest.raises(NumberMoved, match="is no longer intended"):
            step()
    assert ready.change().attempts == 1


def test_what_was_surely_not_taken_is_as_if_never_sent(ready: Office) -> None:
    change = ready.claim()
    mark_sending(change, ready.now)
    mark_unsent(change)
    assert (ready.change().phase, ready.change().doubtful) == (Phase.INTENDED, False)
    mark_sending(change, ready.now)
    mark_doubtful(change, "server_error", "HTTP 504")
    mark_unsent(change)
    assert (ready.change().phase, ready.change().doubtful) == (Phase.SENDING, True)


def test_a_person_or_number_with_an_open_change_can_not_be_claimed_again(ready: Office) -> None:
    ready.joiner("bob")
    ready.claim()
    with pytest.raises(IntegrityError):
        ready.claim("ann", make.N2)
    with pytest.raises(NumberMoved, match="is assigning"):
        ready.claim("bob", make.N1)
    with pytest.raises(NumberMoved, match="is not there"):
        ready.claim("bob", make.N3)
    assert ready.number(make.N2).state == State.AVAILABLE
    assert ready.verbs() == ["intend"]


@pytest.mark.parametrize(
    ("number", "person", "why"),
    [
        (
            {"state": "reserved", "reserved_for": make.oid("bob")},
            {},
            "reserved for somebody or something else",
        ),
        (
            {"state": "reserved", "reserved_purpose": "Reception"},
            {},
            "reserved for somebody or something else",
        ),
        ({"locked": True}, {}, "is locked"),
        ({}, {"locked": True}, "locked or excluded"),
        ({}, {"excluded": True, "excluded_until": make.NOW + make.DAY}, "locked or excluded"),
    ],
)
def test_what_was_set_by_hand_since_the_decision_counts(
    ready: Office, number: dict[str, Any], person: dict[str, Any], why: str
) -> None:
    Number.objects.of(ready.tenant.pk).filter(text=make.N1).update(**number)
    Person.objects.of(ready.tenant.pk).filter(object_id=make.oid("ann")).update(**person)
    with pytest.raises(NumberMoved, match=why):
        ready.claim("ann", make.N1)
    assert ready.verbs() == []


def test_of_two_claims_of_one_number_at_once_one_wins(ready: Office) -> None:
    names = [f"joiner{index}" for index in range(4)]
    for name in names:
        ready.joiner(name)
    start, outcomes = threading.Barrier(len(names)), []

    def race(name: str) -> None:
        try:
            start.wait()
            claim(ready.tenant.pk, ready.intent(name), ready.now, make.CAUSE)
            outcomes.append("won")
        except NumberMoved:
            outcomes.append("lost")
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost"] * 3 + ["won"]
    assert Change.objects.of(ready.tenant.pk).count() == 1


def test_a_number_that_microsoft_freed_rests_when_its_grace_is_over_and_its_person_gets_another(
    ready: Office,
) -> None:
    ready.range.quarantine_seconds = 86400
    ready.range.save()
    freed: dict[str, Any] = {
        "freed_in_teams_at": ready.now - 2 * make.DAY,
        "freed_code": "entitlement_changed",
    }
    make.holding(ready.number(make.N2), **freed)
    assert ready.give() is Ending.ASSIGNED
    assert ready.held() == {make.N1: make.oid("ann")}
    row = ready.number(make.N2)
    assert (row.state, row.until, row.freed_at) == (State.QUARANTINED, make.NOW + make.DAY, make.NOW)
    assert Assignment.objects.of(ready.tenant.pk).get(number=row).until == make.NOW


def test_a_returner_gets_the_number_back_that_microsoft_freed(ready: Office) -> None:
    freed: dict[str, Any] = {
        "freed_in_teams_at": ready.now - 2 * make.DAY,
        "freed_code": "entitlement_changed",
    }
    make.holding(ready.number(make.N1), **freed)
    assert ready.give("ann", make.N1) is Ending.ASSIGNED
    assert ready.held() == {make.N1: make.oid("ann")}


def test_a_tenant_that_is_only_observed_is_looked_after_and_sent_nothing(ready: Office) -> None:
    mark_sending(ready.claim(), ready.now)
    carried = ready.carry(recovered=recover(ready.tenant.pk, ready.now), repeating=False)
    assert [flight.ending for flight in carried.flights] == [Ending.IN_DOUBT]
    assert ready.teams.sent() == []
    ready.teams.lists(make.said(make.N1, "ann"))
    carried = ready.carry(recovered=recover(ready.tenant.pk, ready.now), repeating=False)
    assert [flight.ending for flight in carried.flights] == [Ending.ASSIGNED]
