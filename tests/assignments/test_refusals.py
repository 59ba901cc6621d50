"""What Microsoft's refusals mean: for the number, for the person, and for a human."""

from numberline.assignments.flight import Ending
from numberline.assignments.models import Phase
from numberline.core.states import State
from numberline.graph.answers import refusal
from numberline.graph.errors import GiveUp
from tests import factories as make
from tests.assignments.office import Office


def refused(text: str) -> GiveUp:
    return refusal(text, status=400)


def test_a_number_that_microsoft_refuses_for_its_own_sake_is_blocked(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    text = "Telephone Number '+442079460001' is not found from tenant 'x'"
    office.teams.script("assign_number", refused(text))
    assert office.give() is Ending.TAKEN
    row = office.number()
    assert (row.state, row.block_code, office.items()) == (
        State.BLOCKED,
        "refused_by_microsoft",
        ["refused_by_microsoft"],
    )
    assert (office.change().phase, office.change().error) == (Phase.REFUSED, text)
    assert make.person_row(office.tenant).ready is True


def test_a_refusal_in_the_operation_counts_as_one_at_once(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    text = "The telephone number is blocked from assignment until 2026-12-01"
    office.teams.script("operation", office.teams.operation_is("failed", text))
    assert office.give() is Ending.TAKEN
    assert office.number().state == State.BLOCKED
    assert [call[0] for call in office.teams.asked].count("assign_number") == 1


def test_a_number_that_microsoft_says_is_taken_is_recorded_as_its_holders(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.lists(make.said(make.N1, "bob"))
    office.teams.script(
        "assign_number", refused("Telephone Number '+4' has already been assigned to another user")
    )
    assert office.give() is Ending.TAKEN
    assert office.held() == {make.N1: make.oid("bob")}


def test_a_number_that_is_taken_by_nobody_that_teams_shows_is_blocked(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.script(
        "assign_number", refused("Telephone Number '+4' has already been assigned to another user")
    )
    assert office.give() is Ending.TAKEN
    assert (office.number().state, office.items()) == (State.BLOCKED, ["refused_by_microsoft"])


def test_a_licence_that_teams_has_not_noted_makes_the_person_wait(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.script(
        "assign_number", refused("User 'x' lacks appropriate licenses to assign a 'DirectRouting' number")
    )
    assert office.give() is Ending.NOT_READY
    assert (office.number().state, office.change().phase) == (State.AVAILABLE, Phase.REFUSED)
    assert (make.person_row(office.tenant).ready, office.items()) == (False, [])


def test_a_person_whom_microsoft_refuses_waits_and_a_human_reads_why(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.script("assign_number", refused("Tenant policy 7-B forbids this"))
    assert office.give() is Ending.REFUSED
    assert (office.number().state, office.items()) == (State.AVAILABLE, ["refused"])
    person = make.person_row(office.tenant)
    assert (person.ready, person.look_at) == (False, office.now + make.MINUTE)
    assert "does not know" in person.obstacle
    assert office.give() is Ending.ASSIGNED
    assert office.items() == []


def test_a_service_that_is_unavailable_for_a_person_is_tried_three_times_before_a_human_is_asked(
    office: Office,
) -> None:
    office.joiner()
    office.stock(make.N1)
    seen = []
    for _ in range(5):
        office.teams.script("assign_number", refused("Service is unavailable. Please try again"))
        assert office.give() is Ending.REFUSED
        seen.append(office.items())
    assert seen == [[], [], ["refused"], ["refused"], ["refused"]]


def test_an_operation_that_was_skipped_is_a_refusal(office: Office) -> None:
    office.joiner()
    office.stock(make.N1)
    office.teams.script("operation", office.teams.operation_is("skipped"))
    assert office.give() is Ending.REFUSED
    assert office.number().state == State.AVAILABLE
