"""Licences reach Teams with a lag, and what goes takes the number along (Microsoft: phone-numbers-licensing-changes)."""

import time
from collections.abc import Callable

from numberline.simulator.client import Control
from tests.simulator.graph import Caller


def eventually(check: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


def features(caller: Caller, person: str) -> list[str]:
    """What Teams says the person has."""
    response = caller.get(f"/admin/teams/userConfigurations/{person}")
    return list(response.json()["featureTypes"]) if response.status_code == 200 else []


def test_a_licence_is_in_the_directory_at_once_and_in_teams_after_the_lag(
    control: Control, caller: Caller, number: str
) -> None:
    control.faults(licence_lag=0.5)
    ann = control.add_person(licences=["SPE_E5"], usageLocation="GB")
    assert caller.read(f"/users/{ann}?$select=assignedPlans")["assignedPlans"]
    assert features(caller, ann) == []
    assert caller.outcome(caller.assign(number, ann))[0] == "failed"
    eventually(lambda: "PhoneSystem" in features(caller, ann))
    assert caller.outcome(caller.assign(number, ann))[0] == "succeeded"


def test_a_plan_switched_off_inside_a_product_gives_nothing(control: Control, caller: Caller) -> None:
    ann = control.add_person()
    control.license(ann, "SPE_E5", disabled_plans=["MCOEV"])
    assert features(caller, ann) == ["Teams", "AudioConferencing"]
    document = caller.read(f"/users/{ann}?$select=assignedLicenses,assignedPlans")
    phone_system = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
    assert document["assignedLicenses"][0]["disabledPlans"] == [phone_system]
    assert phone_system not in {plan["servicePlanId"] for plan in document["assignedPlans"]}


def test_communications_credits_are_no_calling_plan(control: Control, caller: Caller) -> None:
    ann = control.add_person(licences=["SPE_E5", "MCOPSTNC"])
    assert "CallingPlan" not in features(caller, ann)


def test_a_direct_routing_number_goes_with_the_licence_or_gets_stuck(
    control: Control, caller: Caller, number: str
) -> None:
    for answer, shown in (("removed", False), ("stuck", True)):
        control.open_question(direct_routing_after_licence=answer)
        ann = control.add_person(licences=["SPE_E5"])
        caller.assign(number, ann)
        control.unlicense(ann, "SPE_E5")
        assert (caller.number(number) is not None) is shown
        assert (control.holder(number) == ann) is shown


def test_an_operator_number_becomes_free_when_phone_system_goes(
    control: Control, caller: Caller, number: str
) -> None:
    ann = control.add_person(licences=["SPE_E5"], usageLocation="GB")
    control.add_number(number, "operator_connect", country="GB")
    caller.assign(number, ann, "operatorConnect")
    control.faults(removal_lag=0.3)
    control.unlicense(ann)
    assert caller.number(number)["assignmentTargetId"] == ann  # type: ignore[index]
    eventually(lambda: caller.number(number)["assignmentStatus"] == "unassigned")  # type: ignore[index]


def test_a_calling_plan_number_becomes_free_when_only_the_calling_plan_goes(
    control: Control, caller: Caller, number: str
) -> None:
    ann = control.add_person(licences=["SPE_E5", "MCOPSTN1"], usageLocation="GB")
    control.add_number(number, "calling_plan", country="GB")
    caller.assign(number, ann, "callingPlan")
    control.unlicense(ann, "MCOPSTN1")
    assert caller.number(number)["assignmentStatus"] == "unassigned"  # type: ignore[index]


def test_disabling_the_account_takes_nothing(control: Control, caller: Caller, ann: str, number: str) -> None:
    caller.assign(number, ann)
    control.disable(ann)
    assert caller.read(f"/users/{ann}?$select=accountEnabled")["accountEnabled"] is False
    assert control.holder(number) == ann


def test_a_billing_lapse_takes_the_feature_but_not_the_number(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    caller.assign(number, ann)
    control.licence_status(ann, "Suspended")
    assert features(caller, ann) == []
    plans = caller.read(f"/users/{ann}?$select=assignedPlans")["assignedPlans"]
    assert {plan["capabilityStatus"] for plan in plans} == {"Suspended"}
    assert control.holder(number) == ann


def test_plans_taken_away_may_stay_as_deleted(control: Control, caller: Caller) -> None:
    control.open_question(deleted_remnants=True)
    ann = control.add_person(licences=["MCOEV"])
    control.unlicense(ann, "MCOEV")
    (plan,) = caller.read(f"/users/{ann}?$select=assignedPlans")["assignedPlans"]
    assert plan["capabilityStatus"] == "Deleted"
    assert features(caller, ann) == []


def test_a_deleted_persons_number_is_freed_or_kept(control: Control, caller: Caller, number: str) -> None:
    for answer, keeps in (("kept", True), ("unassigned", False)):
        control.open_question(deleted_person_number=answer)
        ann = control.add_person(licences=["SPE_E5"])
        control.assign_out_of_band(number, ann)
        control.delete(ann)
        assert (control.holder(number) == ann) is keeps


def test_a_purge_frees_a_number_that_was_kept(control: Control, caller: Caller, number: str) -> None:
    control.open_question(deleted_person_number="kept")
    ann = control.add_person(licences=["SPE_E5"])
    control.assign_out_of_band(number, ann)
    control.delete(ann)
    control.purge(ann)
    assert control.holder(number) is None


def test_a_product_of_the_tenants_own_can_be_added(control: Control, caller: Caller) -> None:
    control.add_sku("MCOPSTN9", ["MCOPSTN9"])
    skus = {sku["skuPartNumber"]: sku for sku in caller.read("/subscribedSkus")["value"]}
    assert [plan["servicePlanName"] for plan in skus["MCOPSTN9"]["servicePlans"]] == ["MCOPSTN9"]
    ann = control.add_person(licences=["SPE_E5", "MCOPSTN9"])
    assert "CallingPlan" in features(caller, ann)
