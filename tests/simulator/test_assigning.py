"""Microsoft carries out an assignment, or refuses it, for Microsoft's reasons."""

from typing import Any

import pytest

from numberline.simulator.client import Control
from tests.simulator.graph import NUMBERS, Caller

CALLING_PLAN = ["SPE_E3", "MCOTEAMS_ESSENTIALS"]


def refused(caller: Caller, *order: Any, **more: Any) -> str:
    """Why the order failed."""
    status, detail = caller.outcome(caller.assign(*order, **more))
    assert status == "failed"
    assert detail is not None
    return detail


def test_a_direct_routing_number_appears_in_teams_once_assigned(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    assert caller.number(number) is None
    assert caller.outcome(caller.assign(number.lstrip("+"), ann)) == ("succeeded", None)
    shown = caller.number(number)
    assert shown is not None
    assert (shown["assignmentTargetId"], shown["assignmentStatus"]) == (ann, "userAssigned")
    assert shown["isoCountryCode"] is None
    configuration = caller.read(f"/admin/teams/userConfigurations/{ann}")
    assert configuration["telephoneNumbers"] == [{"telephoneNumber": number, "assignmentCategory": "primary"}]
    assert configuration["isEnterpriseVoiceEnabled"] is True


def test_both_spellings_of_the_action_and_of_the_operation_key_work(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    body = {"telephoneNumber": number, "assignmentTargetId": ann, "numberType": "directRouting"}
    response = caller.post(f"{NUMBERS}/microsoft.graph.teamsAdministration.assignNumber", body)
    assert response.headers["location"].endswith("')")
    slashed = response.headers["location"].replace("operations('", "operations/").removesuffix("')")
    assert caller.read(slashed) == caller.read(response.headers["location"])


def test_unassigning_frees_the_number_and_a_direct_routing_number_stays_listed(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    caller.assign(number, ann)
    assert caller.outcome(caller.unassign(number)) == ("succeeded", None)
    shown = caller.number(number)
    assert shown is not None
    assert (shown["assignmentTargetId"], shown["assignmentStatus"]) == (None, "unassigned")


def test_an_extension_is_part_of_the_number_or_is_not_taken(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    assert caller.outcome(caller.assign(f"{number};ext=12", ann)) == ("succeeded", None)
    assert control.numbers_of(ann) == [f"{number};ext=12"]
    control.open_question(extensions=False)
    assert caller.assign(f"{number};ext=13", ann).status_code == 400


def test_without_phone_system_there_is_no_number(control: Control, caller: Caller, number: str) -> None:
    ben = control.add_person(
        licences=["SPE_E3"], usageLocation="GB", userPrincipalName=f"ben{number[-4:]}@contoso.example"
    )
    assert "lacks appropriate licenses to assign a 'DirectRouting' number" in refused(caller, number, ben)


def test_a_calling_plan_number_needs_a_calling_plan(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.add_number(number, "calling_plan", country="GB")
    assert "a 'CallingPlan' number" in refused(caller, number, ann, "callingPlan")
    control.license(ann, "MCOPSTN1")
    assert caller.outcome(caller.assign(number, ann, "callingPlan")) == ("succeeded", None)


def test_an_operator_number_needs_no_calling_plan(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.add_number(number, "operator_connect", country="GB")
    assert caller.outcome(caller.assign(number, ann, "operatorConnect")) == ("succeeded", None)


@pytest.mark.parametrize("type", ["calling_plan", "operator_connect"])
def test_the_usage_location_must_be_the_numbers_country(
    control: Control, caller: Caller, number: str, type: str
) -> None:
    eva = control.add_person(licences=CALLING_PLAN, usageLocation="DE")
    control.add_number(number, type, country="GB")
    kind = {"calling_plan": "callingPlan", "operator_connect": "operatorConnect"}[type]
    assert "usage location 'DE'" in refused(caller, number, eva, kind)


def test_somebody_without_a_usage_location_counts_for_the_organisations_country_or_is_refused(
    control: Control, caller: Caller, number: str
) -> None:
    eva = control.add_person(licences=CALLING_PLAN)
    control.add_number(number, "calling_plan", country="GB")
    control.open_question(empty_usage_location="refused")
    assert "usage location" in refused(caller, number, eva, "callingPlan")
    control.open_question(empty_usage_location="organisation")
    assert caller.outcome(caller.assign(number, eva, "callingPlan")) == ("succeeded", None)


def test_direct_routing_does_not_ask_for_the_country(control: Control, caller: Caller, number: str) -> None:
    eva = control.add_person(licences=["SPE_E5"], usageLocation="DE")
    assert caller.outcome(caller.assign(number, eva)) == ("succeeded", None)


def test_a_calling_plan_number_in_the_united_states_needs_an_emergency_location(
    control: Control, caller: Caller
) -> None:
    bob = control.add_person(licences=CALLING_PLAN, usageLocation="US")
    control.add_numbers(["+12065550101", "+12065550102"], "calling_plan", country="US")
    control.add_location("seattle", "US")
    assert "emergency location" in refused(caller, "+12065550101", bob, "callingPlan")
    assert "'nowhere' is not found" in refused(
        caller, "+12065550101", bob, "callingPlan", locationId="nowhere"
    )
    assert (
        caller.outcome(caller.assign("+12065550101", bob, "callingPlan", locationId="seattle"))[0]
        == "succeeded"
    )
    amy = control.add_person(licences=CALLING_PLAN, usageLocation="US")
    control.set_number("+12065550102", location="seattle")
    assert caller.outcome(caller.assign("+12065550102", amy, "callingPlan")) == ("succeeded", None)


def test_a_number_that_is_taken_is_refused_or_stolen(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    eva = control.add_person(licences=["SPE_E5"])
    caller.assign(number, ann)
    assert "has already been assigned to another user" in refused(caller, number, eva)
    control.open_question(taken_number="stolen")
    assert caller.outcome(caller.assign(number, eva)) == ("succeeded", None)
    assert (control.holder(number), control.numbers_of(ann)) == (eva, [])


def test_a_second_primary_number_is_refused_or_replaces_the_first(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    other = f"{number};ext=2"
    caller.assign(number, ann)
    assert "already has a primary" in refused(caller, other, ann)
    control.open_question(second_primary="replaces")
    assert caller.outcome(caller.assign(other, ann)) == ("succeeded", None)
    assert control.numbers_of(ann) == [other]
    assert caller.number(number)["assignmentStatus"] == "unassigned"  # type: ignore[index]


def test_a_private_line_stands_beside_the_primary_number(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    before = control.judgement()
    caller.assign(number, ann)
    private = f"{number};ext=3"
    assert caller.outcome(caller.assign(private, ann, assignmentCategory="private")) == ("succeeded", None)
    assert control.numbers_of(ann) == [number, private]
    assert "already has a private" in refused(caller, f"{number};ext=4", ann, assignmentCategory="private")
    assert control.judgement() == before


@pytest.mark.parametrize(
    ("answer", "status"), [("succeeds", "succeeded"), ("skipped", "skipped"), ("refused", "failed")]
)
def test_the_same_number_again_for_the_same_person(
    control: Control, caller: Caller, ann: str, number: str, answer: str, status: str
) -> None:
    caller.assign(number, ann)
    control.open_question(repeated_assign=answer)
    assert caller.outcome(caller.assign(number, ann))[0] == status
    assert control.holder(number) == ann
    assert caller.number(number)["activationState"] == "activated"  # type: ignore[index]


def test_a_number_of_another_type_is_not_found(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.add_number(number, "operator_connect", country="GB")
    assert "is not found from tenant" in refused(caller, number, ann, "directRouting")
    assert caller.outcome(caller.unassign(number, "directRouting"))[0] == "failed"


def test_an_operator_number_that_teams_does_not_list_is_not_found(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    assert "is not found from tenant" in refused(caller, number, ann, "operatorConnect")


def test_an_unlisted_direct_routing_number_may_be_refused(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.open_question(unlisted_direct_routing="refused")
    assert "is not found from tenant" in refused(caller, number, ann)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"blocked": True}, "is blocked from assignment"),
        ({"port_in": "firmOrderCommitmentAccepted"}, "is being ported"),
        ({"capabilities": ["conferenceAssignment"]}, "does not support assignment to a user"),
        ({"capabilities": ["userAssignment", "teamsPhoneMobile"]}, "does not support assignment to a user"),
        ({"source": "onPremises"}, "on-premises Active Directory"),
    ],
)
def test_a_number_can_be_unfit_for_a_person(
    control: Control, caller: Caller, ann: str, number: str, setting: dict[str, Any], words: str
) -> None:
    control.add_number(number, "operator_connect", country="GB", **setting)
    assert words in refused(caller, number, ann, "operatorConnect")


def test_a_blocked_number_looks_free(control: Control, caller: Caller, number: str) -> None:
    control.add_number(number, "operator_connect", country="GB", blocked=True)
    shown = caller.number(number)
    assert shown is not None
    assert (shown["assignmentStatus"], shown["activationState"]) == ("unassigned", "activated")


def test_somebody_with_an_on_premises_number_gets_no_other_and_keeps_it(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.assign_out_of_band(number, ann)
    control.set_number(number, source="onPremises")
    assert "on-premises Active Directory" in refused(caller, f"{number};ext=9", ann)
    assert caller.outcome(caller.unassign(number))[0] == "failed"
    assert control.holder(number) == ann


def test_a_person_unknown_to_teams_is_not_found(control: Control, caller: Caller, number: str) -> None:
    new = control.add_person()
    assert "is not found" in refused(caller, number, new)
    assert caller.get(f"/admin/teams/userConfigurations/{new}").status_code == 404


def test_a_resource_account_is_not_among_the_configurations(
    control: Control, caller: Caller, number: str
) -> None:
    desk = control.add_person(licences=["PHONESYSTEM_VIRTUALUSER"])
    control.assign_out_of_band(number, desk, use="voiceApplication")
    assert caller.number(number)["assignmentStatus"] == "voiceApplicationAssigned"  # type: ignore[index]
    assert caller.get(f"/admin/teams/userConfigurations/{desk}").status_code == 404
    control.open_question(resource_account_configuration="listed")
    assert caller.read(f"/admin/teams/userConfigurations/{desk}")["accountType"] == "resourceAccount"


def test_a_refusal_may_come_at_once_instead(control: Control, caller: Caller, number: str) -> None:
    control.open_question(business_errors="answer")
    ben = control.add_person(licences=["SPE_E3"])
    response = caller.assign(number, ben)
    assert response.status_code == 400
    assert "lacks appropriate licenses" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("answer", "status"), [("succeeds", "succeeded"), ("skipped", "skipped"), ("fails", "failed")]
)
def test_freeing_a_free_number(
    control: Control, caller: Caller, number: str, answer: str, status: str
) -> None:
    control.add_number(number, "operator_connect", country="GB")
    control.open_question(unassign_unassigned=answer)
    assert caller.outcome(caller.unassign(number, "operatorConnect"))[0] == status


@pytest.mark.parametrize(
    "change",
    [
        {"numberType": "DirectRouting"},
        {"telephoneNumber": "tel:+442079460000"},
        {"telephoneNumber": None},
        {"assignmentTargetId": ""},
        {"assignmentCategory": "second"},
        {"notify": True},
    ],
)
def test_an_order_that_graph_cannot_read_is_400(
    control: Control, caller: Caller, ann: str, number: str, change: dict[str, Any]
) -> None:
    order = {"telephoneNumber": number, "assignmentTargetId": ann, "numberType": "directRouting"}
    assert caller.post(f"{NUMBERS}/assignNumber", order | change).status_code == 400


def test_an_order_for_a_number_that_is_running_shows_as_pending(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.add_number(number, "operator_connect", country="GB")
    control.faults(operation_seconds=30)
    response = caller.assign(number, ann, "operatorConnect")
    caller.read(response.headers["location"])
    assert caller.outcome(response)[0] == "running"
    shown = caller.number(number)
    assert shown is not None
    assert (shown["activationState"], shown["assignmentTargetId"]) == ("assignmentPending", None)
