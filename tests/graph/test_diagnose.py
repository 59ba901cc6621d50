"""What `tenant check` learns about a tenant."""

from numberline.graph import GraphClient
from tests.graph.microsoft import JSON, Microsoft, Reply, error, listed

NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"


def everything_answers(microsoft: Microsoft) -> None:
    contoso = {"id": "t", "displayName": "Contoso", "countryLetterCode": "GB"}
    microsoft.on("GET", "/users", listed({"id": "a"}))
    microsoft.on("GET", "/organization", listed(contoso))
    microsoft.on("GET", "/subscribedSkus", listed({"skuId": "s", "skuPartNumber": "SPE_E5"}))
    microsoft.on("GET", NUMBERS, listed())
    microsoft.on("GET", "/admin/teams/userConfigurations", listed())


def test_a_tenant_that_is_well_is_all_right(microsoft: Microsoft, client: GraphClient) -> None:
    everything_answers(microsoft)
    checks = client.diagnose()
    assert [(check.name, check.ok, check.remedy) for check in checks] == [
        (name, True, "")
        for name in (
            "token",
            "permissions",
            "users",
            "organization",
            "subscribedSkus",
            "numberAssignments",
            "userConfigurations",
        )
    ]
    assert {check.name: check.detail for check in checks}["organization"] == "Contoso"
    assert len(microsoft.asked) == 5


def test_a_missing_permission_is_named_where_it_is_missing(microsoft: Microsoft, client: GraphClient) -> None:
    everything_answers(microsoft)
    microsoft.roles = ["User.Read.All", "TeamsTelephoneNumber.Read.All"]
    microsoft.on("GET", "/admin/teams/userConfigurations", error(403, "Forbidden", "Access Denied."))
    microsoft.on(
        "GET", "/subscribedSkus", error(403, "Authorization_RequestDenied", "Insufficient privileges")
    )
    failed = {check.name: check for check in client.diagnose() if not check.ok}
    assert set(failed) == {"permissions", "subscribedSkus", "userConfigurations"}
    assert failed["permissions"].detail == (
        "missing: TeamsTelephoneNumber.ReadWrite.All, TeamsUserConfiguration.Read.All"
    )
    assert "TeamsUserConfiguration.Read.All" in failed["userConfigurations"].remedy
    assert failed["userConfigurations"].code == "permission_missing"
    assert [check.name for check in failed.values() if not check.needed] == ["subscribedSkus"]


def test_wider_permissions_serve_as_well(microsoft: Microsoft, client: GraphClient) -> None:
    everything_answers(microsoft)
    microsoft.roles = [
        "Directory.Read.All",
        "TeamsTelephoneNumber.ReadWrite.All",
        "TeamsUserConfiguration.Read.All",
    ]
    assert all(check.ok for check in client.diagnose())


def test_without_a_token_nothing_else_is_tried(microsoft: Microsoft, client: GraphClient) -> None:
    body = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}
    microsoft.sign_in_answers = [Reply(401, body, JSON)]
    (check,) = client.diagnose()
    assert (check.name, check.ok, check.code) == ("token", False, "wrong_secret")
    assert "client secret" in check.remedy
    assert microsoft.asked == []


def test_an_organization_that_is_not_there_is_no_answer(microsoft: Microsoft, client: GraphClient) -> None:
    everything_answers(microsoft)
    microsoft.on("GET", "/organization", listed())
    assert [check.code for check in client.diagnose() if not check.ok] == ["malformed_answer"]
