"""Open facts about states and spellings, each with both answers seen to act."""

from pathlib import Path

from numberline.simulator.client import Control
from tests.simulator.graph import Caller
from tests.support import programs


def shown(caller: Caller, number: str) -> object:
    """What the list of numbers says of the number's activation."""
    found = caller.number(number)
    assert found is not None
    return found["activationState"]


def test_a_number_may_show_that_its_assignment_runs(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.add_number(number, "directRouting")
    control.faults(operation_seconds=1.0)
    control.open_question(pending_state="hidden")
    first = caller.assign(number, ann)
    assert shown(caller, number) == "activated"
    caller.outcome(first)
    caller.outcome(caller.unassign(number))
    control.open_question(pending_state="shown")
    again = caller.assign(number, ann)
    assert shown(caller, number) == "assignmentPending"
    caller.outcome(again)


def test_a_number_may_show_that_its_assignment_failed(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.add_number(number, "directRouting")
    for answer in ("activated", "assignmentFailed"):
        control.open_question(failed_state=answer)
        control.faults(fail_operation=1)
        assert caller.outcome(caller.assign(number, ann))[0] == "failed"
        assert shown(caller, number) == answer


def test_a_type_in_pascal_case_is_refused_or_understood(tmp_path: Path, number: str) -> None:
    """With a recording of its own: no other request may be outside the contract, as this one is on purpose."""
    with programs.simulator(record=tmp_path / "recording.jsonl") as simulator, Caller(simulator) as caller:
        control = simulator.control
        ann = control.add_person(licences=["SPE_E5"], usageLocation="GB")
        control.add_number(number, "directRouting")
        control.open_question(error_action_case="refused")
        assert caller.assign(number, ann, "DirectRouting").status_code == 400
        control.open_question(error_action_case="understood")
        assert caller.assign(number, ann, "DirectRouting").status_code == 202


def test_one_policy_assignment_carries_so_many_items_and_no_more(
    control: Control, caller: Caller, ann: str
) -> None:
    control.open_question(policy_items=2)
    item = {
        "userId": ann,
        "policyType": "TenantDialPlan",
        "policyId": control.add_policy("TenantDialPlan", "UK"),
    }
    path = "/admin/teams/policy/userAssignments/assign"
    assert caller.post(path, {"value": [item] * 2}).status_code == 204
    assert caller.post(path, {"value": [item] * 3}).status_code == 400
