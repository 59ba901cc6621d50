"""The calls beside numbers and delta, and the shapes of Graph's errors."""

import pytest

from numberline.simulator.client import Control
from numberline.simulator.process import SimulatorProcess
from tests.simulator.graph import NUMBERS, Caller

ALL = ["User.Read.All", "TeamsTelephoneNumber.ReadWrite.All", "TeamsUserConfiguration.Read.All"]


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        (NUMBERS, "TeamsTelephoneNumber.ReadWrite.All,TeamsTelephoneNumber.Read.All"),
        ("/admin/teams/userConfigurations", "TeamsUserConfiguration.Read.All"),
    ],
)
def test_a_missing_teams_permission_is_named_in_todays_shape_or_hidden_in_the_old_one(
    simulator: SimulatorProcess, control: Control, path: str, needed: str
) -> None:
    permissions = control.state()["permissions"]
    control.permissions(["User.Read.All"])
    with Caller(simulator) as caller:
        error = caller.get(path).json()["error"]
        assert error["code"] == "forbidden"
        assert f"any of the following permission(s): {needed}." in error["message"]
        control.open_question(missing_permission="old")
        answer = caller.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "UnknownError")
        assert answer.json()["error"]["message"].startswith('{"code":"Forbidden"')
    control.permissions(permissions)


def test_reading_numbers_does_not_permit_writing_them(
    simulator: SimulatorProcess, control: Control, ann: str
) -> None:
    permissions = control.state()["permissions"]
    control.permissions(["TeamsTelephoneNumber.Read.All"])
    with Caller(simulator) as caller:
        assert caller.get(NUMBERS).status_code == 200
        assert caller.assign("+442079460999", ann).status_code == 403
        assert caller.get("/users").json()["error"]["code"] == "Authorization_RequestDenied"
    control.permissions(permissions)


def test_a_path_that_is_not_there_a_wrong_method_and_an_unknown_id(control: Control, caller: Caller) -> None:
    assert caller.get("/printers").status_code == 400
    assert "segment 'printers'" in caller.get("/printers").json()["error"]["message"]
    assert caller.post("/organization", {}).status_code == 405
    assert caller.get(f"{NUMBERS}/assignNumber").status_code == 405
    missing = caller.get("/users/nobody@contoso.example").json()["error"]
    assert missing["code"] == "Request_ResourceNotFound"
    assert {"date", "request-id", "client-request-id"} <= missing["innerError"].keys()


def test_every_answer_carries_request_ids(control: Control, caller: Caller) -> None:
    answer = caller.get("/organization", headers={"client-request-id": "mine"})
    assert answer.headers["client-request-id"] == "mine"
    assert answer.headers["request-id"]


def test_a_person_is_found_by_id_or_name_whatever_the_case(control: Control, caller: Caller) -> None:
    ann = control.add_person(userPrincipalName="Ann.Case@contoso.example", city="Leeds")
    for name in (ann, ann.upper(), "ann.case@CONTOSO.example"):
        assert caller.read(f"/users/{name}?$select=city") == {
            "@odata.context": f"{caller.simulator.url}/v1.0/$metadata#users/$entity",
            "id": ann,
            "city": "Leeds",
        }


def test_users_can_be_filtered_counted_sorted_and_paged(control: Control, caller: Caller) -> None:
    control.add_people([{"department": "Astronomy", "displayName": f"Person {n}"} for n in range(5)])
    query = "/users?$filter=department eq 'astronomy'&$count=true&$orderby=displayName desc&$top=2"
    page = caller.read(query)
    assert page["@odata.count"] == 5
    names = [person["displayName"] for each in caller.pages(query) for person in each["value"]]
    assert names == [f"Person {n}" for n in (4, 3, 2, 1, 0)]
    assert caller.get("/users?$skip=5").status_code == 400


def test_a_deleted_person_moves_to_the_deleted_items_under_another_name(
    control: Control, caller: Caller
) -> None:
    gone = control.add_person(userPrincipalName="gone@contoso.example")
    control.delete(gone)
    assert caller.get(f"/users/{gone}").status_code == 404
    for path in ("/directory/deletedItems/microsoft.graph.user", "/directory/deletedItems"):
        item = caller.read(f"{path}/{gone}?$select=userPrincipalName,deletedDateTime")
        assert item["userPrincipalName"] == gone.replace("-", "") + "gone@contoso.example"
        assert item["deletedDateTime"]
    assert gone in {
        person["id"] for person in caller.read("/directory/deletedItems/microsoft.graph.user")["value"]
    }
    again = control.add_person(userPrincipalName="gone@contoso.example")
    assert caller.read("/users/gone@contoso.example")["id"] == again
    control.purge(gone)
    assert caller.get(f"/directory/deletedItems/microsoft.graph.user/{gone}").status_code == 404


def test_licence_details_name_products_and_plans(control: Control, caller: Caller) -> None:
    ann = control.add_person(licences=["MCOTEAMS_ESSENTIALS"])
    (product,) = caller.read(f"/users/{ann}/licenseDetails")["value"]
    assert product["skuPartNumber"] == "MCOTEAMS_ESSENTIALS"
    assert [plan["servicePlanName"] for plan in product["servicePlans"]] == ["MCOEV", "MCOPSTN1"]


def test_configurations_page_filter_and_expand(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    caller.assign(number, ann)
    control.open_question(configuration_page=2)
    assert len(caller.read("/admin/teams/userConfigurations")["value"]) == 2
    pages = list(caller.pages("/admin/teams/userConfigurations"))
    assert ann in {each["id"] for page in pages for each in page["value"]}
    query = {
        "$filter": f"telephoneNumbers/any(p:p/telephoneNumber eq '{number}')",
        "$count": "true",
        "$expand": "user",
    }
    page = caller.read("/admin/teams/userConfigurations", params=query)
    assert page["@odata.count"] == 1
    assert page["value"][0]["user"]["id"] == ann


def test_somebody_without_teams_may_be_listed_as_ineligible(control: Control, caller: Caller) -> None:
    ben = control.add_person()
    control.open_question(unlicensed_configuration="ineligible")
    path = f"/admin/teams/userConfigurations/{ben}"
    assert caller.read(path)["accountType"] == "unknownFutureValue"
    told = caller.read(path, headers={"Prefer": "include-unknown-enum-members"})
    assert told["accountType"] == "ineligibleUser"


def test_policies_are_found_by_name_assigned_and_unassigned(
    control: Control, caller: Caller, ann: str
) -> None:
    control.add_policy("TenantDialPlan", "UK")
    path = "/admin/teams/policy/getPolicyId(type='TenantDialPlan',name='UK')"
    (policy,) = caller.read(path)["value"]
    assert policy["name"] == "Tag:UK"
    item = {"userId": ann, "policyType": "TenantDialPlan", "policyId": policy["policyId"]}
    assert caller.post("/admin/teams/policy/userAssignments/assign", {"value": [item]}).status_code == 204
    assert control.policies_of(ann) == {"TenantDialPlan": "UK"}
    (shown,) = caller.read(f"/admin/teams/userConfigurations/{ann}")["effectivePolicyAssignments"]
    assert shown["policyAssignment"]["displayName"] == "UK"
    path = "/admin/teams/policy/userAssignments/microsoft.graph.teamsAdministration.unassign"
    assert caller.post(path, {"value": [item]}).status_code == 204
    assert control.policies_of(ann) == {}


def test_one_bad_policy_item_stops_all_or_only_itself(control: Control, caller: Caller, ann: str) -> None:
    good = {
        "userId": ann,
        "policyType": "TenantDialPlan",
        "policyId": control.add_policy("TenantDialPlan", "DE"),
    }
    bad = {"userId": "nobody", "policyType": "TenantDialPlan", "policyId": "x"}
    path = "/admin/teams/policy/userAssignments/assign"
    assert caller.post(path, {"value": [good, bad]}).status_code == 400
    assert control.policies_of(ann) == {}
    control.open_question(policy_failures="partial")
    assert caller.post(path, {"value": [good, bad]}).status_code == 204
    assert control.policies_of(ann) == {"TenantDialPlan": "DE"}


def test_an_unknown_policy_is_an_empty_list_or_404(control: Control, caller: Caller) -> None:
    path = "/admin/teams/policy/getPolicyId(type='TenantDialPlan',name='Nowhere')"
    assert caller.read(path)["value"] == []
    control.open_question(unknown_policy="404")
    assert caller.get(path).status_code == 404


def test_a_batch_answers_each_call_and_never_a_number_write(
    control: Control, caller: Caller, ann: str
) -> None:
    requests = [
        {"id": "1", "method": "GET", "url": f"/users/{ann}?$select=city"},
        {"id": "2", "method": "GET", "url": "/users/nobody"},
        {"id": "3", "method": "GET", "url": "/organization", "dependsOn": ["2"]},
        {"id": "4", "method": "POST", "url": f"{NUMBERS}/assignNumber", "body": {}},
    ]
    answers = {
        each["id"]: each for each in caller.post("/$batch", {"requests": requests}).json()["responses"]
    }
    assert [answers[id]["status"] for id in "1234"] == [200, 404, 424, 400]
    assert answers["1"]["body"]["city"] == "LONDON"
    assert "Request Too Long" in answers["4"]["body"]
    assert caller.post("/$batch", {"requests": requests[:1] * 2}).status_code == 400
    assert (
        caller.post("/$batch", {"requests": [{**requests[0], "id": str(n)} for n in range(21)]}).status_code
        == 400
    )


def test_each_call_of_a_batch_is_throttled_by_itself(control: Control, caller: Caller) -> None:
    requests = [{"id": str(n), "method": "GET", "url": "/organization"} for n in range(10)]
    control.faults(rate_limit=4)
    answers = caller.post("/$batch", {"requests": requests}).json()["responses"]
    assert sorted({each["status"] for each in answers}) == [200, 429]


def test_every_open_question_says_what_it_is_and_takes_each_of_its_answers(control: Control) -> None:
    for name, question in control.open_questions().items():
        assert question["text"].endswith("?")
        for answer in question["answers"]:
            assert control.open_question(**{name: answer})[name] == answer
