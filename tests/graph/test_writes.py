"""Assigning and unassigning: what is sent, what is followed, and what is in doubt."""

import pytest

from numberline.graph import GiveUp, GraphClient, GraphError, Stop, Wait
from tests.graph.conftest import Open
from tests.graph.microsoft import HTML, Microsoft, Reply, error

NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"
ASSIGN = f"{NUMBERS}/assignNumber"
OPERATIONS = "/admin/teams/telephoneNumberManagement/operations"
NUMBER = "+442079460012"


def accepted(microsoft: Microsoft, location: str = "") -> Reply:
    return Reply(202, None, {"Location": location or f"{microsoft.url}/v1.0{OPERATIONS}('QXNz%3D')"})


def failure_of(client: GraphClient) -> GraphError:
    with pytest.raises(GraphError) as raised:
        client.assign_number(NUMBER, "p", "direct_routing")
    return raised.value


def test_an_assignment_is_sent_as_microsoft_documents_it(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("POST", ASSIGN, accepted(microsoft))
    link = client.assign_number(NUMBER, "p", "calling_plan", location_id="L")
    assert link == f"{microsoft.url}/v1.0{OPERATIONS}('QXNz%3D')"
    assert microsoft.asked[0].json == {
        "telephoneNumber": "442079460012",
        "assignmentTargetId": "p",
        "numberType": "callingPlan",
        "assignmentCategory": "primary",
        "locationId": "L",
    }
    assert microsoft.asked[0].headers["content-type"] == "application/json"


def test_a_number_with_extension_is_sent_whole(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("POST", f"{NUMBERS}/unassignNumber", accepted(microsoft))
    client.unassign_number(f"{NUMBER};ext=12", "directRouting")
    assert microsoft.asked[0].json == {"telephoneNumber": f"{NUMBER};ext=12", "numberType": "directRouting"}


@pytest.mark.parametrize("priority", ["low", "normal", "high"])
def test_every_call_says_who_it_is_and_how_much_it_matters(
    microsoft: Microsoft, open_client: Open, priority: str
) -> None:
    client = open_client(priority=priority)
    microsoft.on("POST", ASSIGN, accepted(microsoft))
    client.assign_number(NUMBER, "p", "direct_routing")
    client.assign_number(NUMBER, "p", "direct_routing")
    first, second = (asked.headers for asked in microsoft.asked)
    assert first["user-agent"].startswith("numberline/")
    assert first["prefer"] == "include-unknown-enum-members"
    assert first["x-ms-throttle-priority"] == priority
    assert first["client-request-id"] != second["client-request-id"]


@pytest.mark.parametrize("form", ["{root}('a%2Bb')", "{root}/a%2Bb", "{root}{{'a%2Bb'}}", "{path}('a%2Bb')"])
def test_every_spelling_of_the_operations_key_is_followed(
    microsoft: Microsoft, client: GraphClient, form: str
) -> None:
    path = f"/v1.0{OPERATIONS}"
    microsoft.on("POST", ASSIGN, accepted(microsoft, form.format(root=microsoft.url + path, path=path)))
    microsoft.on("GET", f"{OPERATIONS}('a%2Bb')", Reply(200, {"id": "a+b", "status": "running"}))
    operation = client.operation(client.assign_number(NUMBER, "p", "direct_routing"))
    assert operation is not None
    assert (operation.ended, operation.succeeded) == (False, False)


@pytest.mark.parametrize(
    "location", ["https://elsewhere.example{path}('a')", "{path}", "{url}/v1.0/users/a", ""]
)
def test_an_accepted_request_without_a_link_of_ours_is_in_doubt(
    microsoft: Microsoft, client: GraphClient, location: str
) -> None:
    headers = {"Location": location.format(path=f"/v1.0{OPERATIONS}", url=microsoft.url)} if location else {}
    microsoft.on("POST", ASSIGN, Reply(202, None, headers))
    found = failure_of(client)
    assert isinstance(found, Wait)
    assert (found.code, found.in_doubt) == ("operation_unknown", True)
    assert len(microsoft.asked) == 1


def test_an_operation_that_is_not_there_yet_is_none(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", f"{OPERATIONS}('a')", error(404, "NotFound", "Operation not found."))
    assert client.operation(f"{microsoft.url}/v1.0{OPERATIONS}/a") is None


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ({"status": "notStarted"}, (False, False)),
        ({"status": "running"}, (False, False)),
        ({"status": "levitating"}, (False, False)),
        ({"status": "succeeded", "numbers": [{"status": "succeeded"}]}, (True, True)),
        ({"value": {"status": "succeeded"}}, (True, True)),
        ({"status": "succeeded", "numbers": [{"status": "failed", "statusDetail": "no"}]}, (True, False)),
        ({"status": "failed", "numbers": [{"status": "failed", "statusDetail": "no"}]}, (True, False)),
        ({"status": "skipped", "numbers": None}, (True, False)),
    ],
)
def test_an_operation_ends_well_only_when_all_of_it_did(
    microsoft: Microsoft, client: GraphClient, body: dict[str, object], state: tuple[bool, bool]
) -> None:
    microsoft.on("GET", f"{OPERATIONS}('a')", Reply(200, body))
    operation = client.operation(f"{microsoft.url}/v1.0{OPERATIONS}('a')")
    assert operation is not None
    assert (operation.ended, operation.succeeded) == state


@pytest.mark.parametrize(
    "reply",
    [
        error(500, "InternalServerError", "x"),
        error(503, "ServiceUnavailable", "x"),
        Reply(504, b"<html>gateway</html>", HTML),
        error(408, "Timeout", "x"),
        Reply(cut=True),
    ],
)
def test_a_write_that_may_have_arrived_is_in_doubt_and_not_repeated(
    microsoft: Microsoft, client: GraphClient, reply: Reply
) -> None:
    microsoft.on("POST", ASSIGN, reply)
    found = failure_of(client)
    assert isinstance(found, Wait)
    assert found.in_doubt
    assert len(microsoft.asked) == 1


def test_a_write_whose_answer_never_comes_is_in_doubt(microsoft: Microsoft, open_client: Open) -> None:
    microsoft.on("POST", ASSIGN, Reply(202, None, {}, after=1.0))
    found = failure_of(open_client(timeout=0.2))
    assert (found.code, found.in_doubt) == ("connection_lost", True)
    assert len(microsoft.asked) == 1


def test_a_web_page_in_place_of_an_acceptance_is_in_doubt(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("POST", ASSIGN, Reply(200, b"<html>hello</html>", HTML))
    found = failure_of(client)
    assert isinstance(found, Stop)
    assert (found.code, found.in_doubt) == ("not_graph", True)


def test_a_throttled_write_is_repeated_because_it_was_not_carried_out(
    microsoft: Microsoft, client: GraphClient
) -> None:
    throttled = error(429, "TooManyRequests", "slow down", **{"Retry-After": "0"})
    microsoft.on("POST", ASSIGN, throttled, throttled, accepted(microsoft))
    assert client.assign_number(NUMBER, "p", "direct_routing")
    assert len(microsoft.asked) == 3


def test_a_write_with_an_expired_token_is_repeated_with_a_new_one(
    microsoft: Microsoft, client: GraphClient
) -> None:
    expired = error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
    microsoft.on("POST", ASSIGN, expired, accepted(microsoft))
    assert client.assign_number(NUMBER, "p", "direct_routing")
    tokens = [asked.headers["authorization"] for asked in microsoft.asked]
    assert tokens[0] != tokens[1]
    assert len(microsoft.sign_ins) == 2


def test_a_write_to_a_closed_port_never_left(
    microsoft: Microsoft, client: GraphClient, open_client: Open
) -> None:
    elsewhere = open_client(graph_url="https://127.0.0.1:9")
    with pytest.raises(Stop) as raised:
        elsewhere.assign_number(NUMBER, "p", "direct_routing")
    assert (raised.value.code, raised.value.in_doubt, raised.value.never_sent) == ("unreachable", False, True)


@pytest.mark.parametrize(
    ("reply", "code", "concerns"),
    [
        (error(400, "BadRequest", f"Telephone Number '{NUMBER}' has already been assigned to another user"), "already_assigned", "number"),
        (error(400, "BadRequest", "Service is unavailable. Please try again"), "service_unavailable", "person"),
        (error(404, "NotFound", "NotFound"), "person_unknown", "person"),
        (error(403, "Forbidden", "User 'a' lacks appropriate licenses to assign a 'DirectRouting' number"), "not_licensed", "person"),
        (error(400, "UnknownError", '{"code":"BadRequest","message":"Telephone Number \'+1\' is not found from tenant \'t\'"}'), "not_found_in_tenant", "number"),
        (error(400, "BadRequest", "Something nobody ever saw"), "refused", "both"),
        (Reply(404), "person_unknown", "person"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_it_is_about_and_keeps_microsofts_text(
    microsoft: Microsoft, client: GraphClient, reply: Reply, code: str, concerns: str
) -> None:
    microsoft.on("POST", ASSIGN, reply)
    found = failure_of(client)
    assert isinstance(found, GiveUp)
    assert (found.code, found.concerns, found.in_doubt) == (code, concerns, False)
    if reply.body:
        assert found.raw
    assert len(microsoft.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        error(
            403,
            "forbidden",
            "Insufficient permission(s) for the request. API requires any of the following permission(s): "
            "TeamsTelephoneNumber.ReadWrite.All,TeamsTelephoneNumber.Read.All.",
        ),
        error(
            403, "UnknownError", '{"code":"Forbidden","message":"Access Denied.","action":"Request access."}'
        ),
    ],
)
def test_a_missing_permission_is_named_and_stops_the_run(
    microsoft: Microsoft, client: GraphClient, reply: Reply
) -> None:
    microsoft.on("POST", ASSIGN, reply)
    found = failure_of(client)
    assert isinstance(found, Stop)
    assert found.code == "permission_missing"
    assert str(found) == (
        "The application lacks the permission TeamsTelephoneNumber.ReadWrite.All: add TeamsTelephoneNumber.ReadWrite.All "
        "to the application's Microsoft Graph application permissions in Entra and grant admin consent."
    )
