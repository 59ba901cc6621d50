"""Policies: what is asked, what is sent, and what is made of the answers."""

import pytest

from numberline.graph import GiveUp, GraphClient, Stop, Wait
from numberline.graph.policies import PolicyItem
from tests.graph.microsoft import Microsoft, Reply, error

ASSIGN, UNASSIGN = (f"/admin/teams/policy/userAssignments/{verb}" for verb in ("assign", "unassign"))
CONFIGURATIONS = "/admin/teams/userConfigurations"
DIAL_PLAN = {
    "policyType": "TenantDialPlan",
    "policyAssignment": {"displayName": "Tag:UK", "assignmentType": "direct", "policyId": "abc", "groupId": None},
}  # fmt: skip


def asked_for(name: str) -> str:
    return f"/admin/teams/policy/getPolicyId(type='TenantDialPlan',name='{name}')"


def test_a_policy_is_found_by_its_name_whatever_its_tag_and_case(
    microsoft: Microsoft, client: GraphClient
) -> None:
    named = [{"name": "Tag:UK Leeds", "policyId": "other"}, {"name": "Tag:UK London", "policyId": "abc"}]
    microsoft.on("GET", asked_for("UK%20london"), Reply(200, {"value": named}))
    assert client.policy_id("TenantDialPlan", "UK london") == "abc"


def test_a_name_with_a_quotation_mark_is_asked_for_whole(microsoft: Microsoft, client: GraphClient) -> None:
    named = [{"name": "Tag:King's", "policyId": "abc"}]
    microsoft.on("GET", asked_for("King%27%27s"), Reply(200, {"value": named}))
    assert client.policy_id("TenantDialPlan", "King's") == "abc"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, {"value": []}),
        Reply(200, {"value": [{"name": "Tag:UK2", "policyId": "x"}]}),
        error(404, "NotFound", "Policy 'UK' of type 'TenantDialPlan' is not found."),
    ],
)
def test_a_policy_that_the_tenant_does_not_have_is_none(
    microsoft: Microsoft, client: GraphClient, reply: Reply
) -> None:
    microsoft.on("GET", asked_for("UK"), reply)
    assert client.policy_id("TenantDialPlan", "UK") is None


def test_a_type_that_microsoft_does_not_know_is_given_up(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on(
        "GET", asked_for("UK"), error(400, "BadRequest", "Policy type 'TenantDialPlan' is not supported.")
    )
    with pytest.raises(GiveUp) as raised:
        client.policy_id("TenantDialPlan", "UK")
    assert (raised.value.code, raised.value.concerns) == ("policy_type_unknown", "policy")


def test_a_host_without_policies_is_not_graph(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on(
        "GET", asked_for("UK"), error(404, "BadRequest", "Resource not found for the segment 'policy'.")
    )
    with pytest.raises(Stop, match="does not offer this part of Microsoft Graph"):
        client.policy_id("TenantDialPlan", "UK")


def test_the_missing_permission_is_named(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", asked_for("UK"), error(403, "UnknownError", "Access Denied."))
    with pytest.raises(Stop) as raised:
        client.policy_id("TenantDialPlan", "UK")
    assert raised.value.code == "permission_missing"
    assert "TeamsPolicyUserAssign.ReadWrite.All" in raised.value.remedy


def test_policies_are_given_and_taken_as_microsoft_documents_it(
    microsoft: Microsoft, client: GraphClient
) -> None:
    microsoft.on("POST", ASSIGN, Reply(204, None))
    microsoft.on("POST", UNASSIGN, Reply(204, None))
    client.assign_policies([PolicyItem("p", "TenantDialPlan", "abc")])
    client.unassign_policies([PolicyItem("p", "TenantDialPlan")])
    item = {
        "@odata.type": "#microsoft.graph.teamsAdministration.teamsPolicyUserAssignment",
        "userId": "p",
        "policyType": "TenantDialPlan",
    }
    assert [asked.json for asked in microsoft.asked] == [
        {"value": [{**item, "policyId": "abc"}]},
        {"value": [item]},
    ]


def test_a_policy_write_that_was_answered_by_a_5xx_is_in_doubt_and_not_repeated(
    microsoft: Microsoft, client: GraphClient
) -> None:
    microsoft.on("POST", ASSIGN, error(503, "serviceNotAvailable", "busy"))
    with pytest.raises(Wait) as raised:
        client.assign_policies([PolicyItem("p", "TenantDialPlan", "abc")])
    assert raised.value.in_doubt
    assert len(microsoft.asked) == 1


def test_the_policies_of_a_person_are_read_with_their_way(microsoft: Microsoft, client: GraphClient) -> None:
    other = {"policyType": "TeamsCallingPolicy", "policyAssignment": {"assignmentType": "group"}}
    body = {"id": "p", "effectivePolicyAssignments": [DIAL_PLAN, None, other]}
    microsoft.on("GET", f"{CONFIGURATIONS}/p", Reply(200, body))
    found = client.policies_of("p")
    assert found is not None
    assert [(one.type_key, one.name, one.policy_id, one.is_direct) for one in found.policies] == [
        ("tenantdialplan", "UK", "abc", True),
        ("teamscallingpolicy", "", "", False),
    ]


def test_the_policies_of_everybody_come_in_pages(microsoft: Microsoft, client: GraphClient) -> None:
    link = f"{microsoft.url}/v1.0{CONFIGURATIONS}?$skiptoken=1"
    first = {"value": [{"id": "p", "effectivePolicyAssignments": [DIAL_PLAN]}], "@odata.nextLink": link}
    microsoft.on("GET", CONFIGURATIONS, Reply(200, first), Reply(200, {"value": [{"id": "q"}]}))
    pages = list(client.policy_pages())
    assert [[(one.id, len(one.policies)) for one in page] for page in pages] == [[("p", 1)], [("q", 0)]]
