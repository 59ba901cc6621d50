"""Reading the directory by users delta."""

import pytest

from numberline.core.attributes import SELECT
from numberline.graph import DeltaPage, FullRoundNeeded, GraphClient, GraphUser, Removed, Stop
from tests.graph.microsoft import Microsoft, Reply, error, listed

DELTA = "/users/delta"


def link(microsoft: Microsoft, token: str) -> str:
    return f"{microsoft.url}/v1.0/users/delta?$deltatoken={token}"


def page_of(found: DeltaPage | FullRoundNeeded) -> DeltaPage:
    assert isinstance(found, DeltaPage)
    return found


def test_the_first_round_selects_every_attribute_that_rules_may_use(
    microsoft: Microsoft, client: GraphClient
) -> None:
    microsoft.on("GET", DELTA, listed({"id": "a", "city": "London"}, deltaLink=link(microsoft, "1")))
    page = page_of(client.users_delta())
    assert [user.id for user in page.users] == ["a"]
    assert (page.next_link, page.delta_link) == (None, link(microsoft, "1"))
    assert microsoft.asked[0].target == "/v1.0/users/delta?$select=" + ",".join(SELECT)


def test_a_user_struct_has_every_attribute_that_is_selected() -> None:
    assert set(SELECT) == set(GraphUser.__struct_encode_fields__) - {"deletedDateTime", "@removed"}


def test_a_link_is_followed_as_it_was_given(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", DELTA, listed({"id": "b"}, nextLink=link(microsoft, "A%2B%2Fb==")))
    page = page_of(client.users_delta(link(microsoft, "A%2B%2Fb==&x=%20y")))
    assert microsoft.asked[0].target == "/v1.0/users/delta?$deltatoken=A%2B%2Fb==&x=%20y"
    assert page.next_link == link(microsoft, "A%2B%2Fb==")


def test_an_empty_page_is_a_page(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", DELTA, listed(nextLink=link(microsoft, "2")))
    page = page_of(client.users_delta())
    assert (page.users, page.removed, page.next_link) == ((), (), link(microsoft, "2"))


def test_removed_users_keep_microsofts_reason(microsoft: Microsoft, client: GraphClient) -> None:
    gone = [{"id": "s", "@removed": {"reason": "changed"}}, {"id": "h", "@removed": {"reason": "deleted"}}]
    microsoft.on("GET", DELTA, listed(*gone, deltaLink=link(microsoft, "1")))
    page = page_of(client.users_delta())
    assert page.removed == (Removed("s", "changed"), Removed("h", "deleted"))
    assert page.users == ()


def test_an_unknown_reason_of_removal_is_taken_as_the_one_that_can_be_undone(
    microsoft: Microsoft, client: GraphClient
) -> None:
    microsoft.on(
        "GET", DELTA, listed({"id": "s", "@removed": {"reason": "moved"}}, deltaLink=link(microsoft, "1"))
    )
    assert page_of(client.users_delta()).removed == (Removed("s", "changed"),)


def test_what_a_page_says_last_about_a_person_counts(microsoft: Microsoft, client: GraphClient) -> None:
    items = [
        {"id": "a", "city": "Leeds"},
        {"id": "b", "@removed": {"reason": "changed"}},
        {"id": "a", "city": "York"},
        {"id": "c", "city": "Bath"},
        {"id": "b", "city": "Hull"},
        {"id": "c", "@removed": {"reason": "deleted"}},
    ]
    microsoft.on("GET", DELTA, listed(*items, deltaLink=link(microsoft, "1")))
    page = page_of(client.users_delta())
    assert {user.id: user.city for user in page.users} == {"a": "York", "b": "Hull"}
    assert page.removed == (Removed("c", "deleted"),)


@pytest.mark.parametrize(
    "answer",
    [
        error(410, "resyncRequired", "Resync required.", Location="/v1.0/users/delta?$deltatoken="),
        Reply(410),
        error(400, "BadRequest", "The sync state generation is not found; generation=605"),
        error(404, "syncStateNotFound", "The sync state is not found."),
        error(400, "SyncStateInvalid", "The sync state is invalid."),
        error(400, "Directory_ExpiredPageToken", "The specified page token value has expired."),
        error(400, "Request_BadRequest", "DeltaLink older than 7 days is not supported."),
        error(409, "resyncApplyDifferences", "Resync required."),
    ],
)
def test_an_expired_link_leads_to_a_full_round(
    microsoft: Microsoft, client: GraphClient, answer: Reply
) -> None:
    microsoft.on("GET", DELTA, answer)
    assert isinstance(client.users_delta(link(microsoft, "old")), FullRoundNeeded)
    assert len(microsoft.asked) == 1


def test_a_refusal_that_is_not_about_the_link_is_an_error(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on(
        "GET",
        DELTA,
        error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    )
    with pytest.raises(Stop) as raised:
        client.users_delta(link(microsoft, "1"))
    assert raised.value.code == "permission_missing"
    assert "User.Read.All" in str(raised.value)


def test_a_link_to_another_host_is_never_followed(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on(
        "GET", DELTA, listed(nextLink="https://graph.microsoft.example/v1.0/users/delta?$skiptoken=1")
    )
    with pytest.raises(Stop) as raised:
        client.users_delta()
    assert raised.value.code == "not_graph"
    with pytest.raises(Stop):
        client.users_delta("https://graph.microsoft.example/v1.0/users/delta?$skiptoken=1")
    assert len(microsoft.asked) == 1


def test_a_page_without_a_link_is_not_taken_for_the_end(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", DELTA, listed({"id": "a"}))
    with pytest.raises(Stop) as raised:
        client.users_delta()
    assert raised.value.code == "malformed_answer"


def test_attributes_leave_nulls_out_and_flatten_extension_attributes() -> None:
    user = GraphUser(
        id="a",
        city="London",
        account_enabled=False,
        business_phones=[],
        assigned_plans=[{"servicePlanId": "p", "capabilityStatus": "Enabled"}],
        on_premises_extension_attributes={"extensionAttribute1": "x", "extensionAttribute2": None},
        deleted_date_time="2026-01-01T00:00:00Z",
    )
    assert user.attributes() == {
        "id": "a",
        "city": "London",
        "accountEnabled": False,
        "businessPhones": [],
        "assignedPlans": [{"servicePlanId": "p", "capabilityStatus": "Enabled"}],
        "extensionAttribute1": "x",
    }


def test_a_person_is_read_by_a_name_with_signs(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on(
        "GET", "/users/adele_x.example%23EXT%23@contoso.example", Reply(200, {"id": "a", "city": "Bath"})
    )
    person = client.user("adele_x.example#EXT#@contoso.example")
    assert person is not None
    assert person.attributes() == {"id": "a", "city": "Bath"}


def test_a_person_who_is_not_there_is_none(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", "/users/a", error(404, "Request_ResourceNotFound", "Resource 'a' does not exist."))
    microsoft.on(
        "GET",
        "/directory/deletedItems/a",
        error(404, "Request_ResourceNotFound", "Resource 'a' does not exist."),
    )
    assert client.user("a") is None
    assert client.deleted_user("a") is None
