"""Policies: how strictly they are taken, when they are shown, and what goes before what."""

from typing import Any

import pytest

from numberline.simulator.client import Control, ControlError
from tests.simulator.graph import Caller

ASSIGN, UNASSIGN = (f"/admin/teams/policy/userAssignments/{verb}" for verb in ("assign", "unassign"))
TYPE = "TenantDialPlan"


def shown(caller: Caller, person: str) -> list[tuple[str, str, str]]:
    """Type, name and way of each policy that Teams shows on a person."""
    found = caller.read(f"/admin/teams/userConfigurations/{person}")["effectivePolicyAssignments"]
    return [
        (one["policyType"], one["policyAssignment"]["displayName"], one["policyAssignment"]["assignmentType"])
        for one in found
    ]


def refused(caller: Caller, path: str, body: dict[str, Any]) -> str:
    """The message of a 400."""
    response = caller.post(path, body)
    assert response.status_code == 400
    return str(response.json()["error"]["message"])


def test_a_policy_is_shown_after_its_lag(control: Control, caller: Caller, ann: str) -> None:
    item = {"userId": ann, "policyType": TYPE, "policyId": control.add_policy(TYPE, "UK")}
    control.faults(policy_lag=600)
    assert caller.post(ASSIGN, {"value": [item]}).status_code == 204
    assert (control.policies_of(ann), shown(caller, ann)) == ({TYPE: "UK"}, [])
    control.set_policy_out_of_band(ann, TYPE, "UK")
    assert shown(caller, ann) == [(TYPE, "UK", "direct")]


def test_a_lost_answer_is_carried_out_all_the_same(control: Control, caller: Caller, ann: str) -> None:
    item = {"userId": ann, "policyType": TYPE, "policyId": control.add_policy(TYPE, "UK")}
    control.faults(unavailable={"on": "policy_assign", "carried_out": True, "count": 1})
    assert caller.post(ASSIGN, {"value": [item]}).status_code == 503
    assert shown(caller, ann) == [(TYPE, "UK", "direct")]


def test_what_is_assigned_directly_goes_before_what_a_group_gives(
    control: Control, caller: Caller, ann: str
) -> None:
    control.add_policy(TYPE, "UK"), control.add_policy(TYPE, "Staff")
    control.set_policy_out_of_band(ann, TYPE, "Staff", group="a group")
    control.set_policy_out_of_band(ann, TYPE, "UK")
    assert shown(caller, ann) == [(TYPE, "UK", "direct")]
    caller.post(UNASSIGN, {"value": [{"userId": ann, "policyType": TYPE}]})
    assert shown(caller, ann) == [(TYPE, "Staff", "group")]
    control.remove_policy(TYPE, "Staff")
    assert shown(caller, ann) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"policyType": "TenantDialPlans"}, "Policy type 'TenantDialPlans' is not supported."),
        ({"policyId": "x"}, "Policy 'x' of type 'TenantDialPlan' is not found."),
        ({"displayName": "UK"}, "A policy assignment has no 'displayName'."),
        ({"@odata.type": "#microsoft.graph.user"}, "A policy assignment has no '@odata.type'."),
        ({"userId": "nobody"}, "User 'nobody' is not found."),
    ],
)
def test_a_wrong_item_is_refused_in_words(
    control: Control, caller: Caller, ann: str, change: dict[str, str], words: str
) -> None:
    item = {"userId": ann, "policyType": TYPE, "policyId": control.add_policy(TYPE, "UK")}
    control.open_question(policy_failures="partial")
    assert refused(caller, ASSIGN, {"value": [{**item, **change}]}) == words
    assert control.policies_of(ann) == {}


def test_one_person_has_one_policy_of_a_type_in_one_request(
    control: Control, caller: Caller, ann: str
) -> None:
    items = [
        {"userId": ann, "policyType": TYPE, "policyId": control.add_policy(TYPE, name)}
        for name in ("UK", "DE")
    ]
    assert refused(caller, ASSIGN, {"value": items}).startswith("A user can have one policy of each type")


def test_taking_what_is_not_there_succeeds_or_is_refused(control: Control, caller: Caller, ann: str) -> None:
    body = {"value": [{"userId": ann, "policyType": TYPE}]}
    assert caller.post(UNASSIGN, body).status_code == 204
    control.open_question(unassign_no_policy="refused")
    assert "has no policy of type" in refused(caller, UNASSIGN, body)


def test_there_are_no_policies_of_types_that_microsoft_does_not_have(control: Control) -> None:
    with pytest.raises(ControlError, match="There are no policies of type CallingPolicy"):
        control.add_policy("CallingPolicy", "UK")
