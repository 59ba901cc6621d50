"""The simulator's answers against Microsoft's own contract."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from numberline.simulator.client import Control
from numberline.simulator.process import SimulatorProcess
from tests.contract.validate import contract_path, load, validate_recording
from tests.simulator.graph import NUMBERS, Caller
from tests.support import programs
from tests.support.listener import listen

pytestmark = pytest.mark.skipif(
    not contract_path().exists(), reason="the OpenAPI contract of Graph is not beside the repository"
)

SELECT = "id,displayName,userPrincipalName,city,officeLocation,assignedLicenses,assignedPlans,onPremisesExtensionAttributes"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Where the simulator writes."""
    return tmp_path / "session.jsonl"


@pytest.fixture
def simulator(recording: Path) -> Iterator[SimulatorProcess]:
    """A small company that is recorded."""
    with programs.simulator(people=300, record=recording) as process:
        yield process


def test_every_request_and_answer_of_a_session_keeps_to_the_contract(
    simulator: SimulatorProcess, recording: Path
) -> None:
    with Caller(simulator) as caller:
        _play(caller, simulator.control)
    kinds = {json.loads(line)["kind"] for line in recording.read_text().splitlines()}
    assert kinds >= {
        "delta",
        "users",
        "user",
        "skus",
        "numbers",
        "number",
        "assign",
        "unassign",
        "operation",
        "policy",
        "subscribe",
        "renew",
        "subscription",
        "subscriptions",
        "reauthorize",
        "unsubscribe",
    }
    assert validate_recording(recording) == []


def _play(caller: Caller, control: Control) -> None:
    ann = control.add_person(licences=["SPE_E5"], usageLocation="GB")
    gone = control.add_person(licences=["SPE_E5"])
    _, link = caller.round(f"/users/delta?$select={SELECT}")
    control.delete(gone)
    caller.round(link)
    for path in (
        "/organization",
        "/subscribedSkus",
        "/users?$top=5",
        f"/users/{ann}",
        f"/users/{ann}/licenseDetails",
    ):
        caller.read(path)
    caller.read(f"/directory/deletedItems/microsoft.graph.user/{gone}")
    list(caller.pages(f"{NUMBERS}?$top=200"))
    order = caller.assign("+442079460999", ann)
    caller.read(order.headers["location"])
    caller.read(f"{NUMBERS}/{caller.number('+442079460999')['id']}")
    list(caller.pages("/admin/teams/userConfigurations?$top=50"))
    caller.read(f"/admin/teams/userConfigurations/{ann}?$expand=user")
    caller.read("/admin/teams/policy/getPolicyId(type='TenantDialPlan',name='UK-London')")
    caller.outcome(caller.unassign("+442079460999"))
    _subscribe(caller, control)
    assert caller.get("/users/nobody").status_code == 404
    control.faults(throttle=1)
    assert caller.get("/organization").status_code == 429


def _subscribe(caller: Caller, control: Control) -> None:
    control.deliver(http=True)
    with listen() as listener:
        body = {
            "changeType": "updated,deleted",
            "notificationUrl": listener.url,
            "lifecycleNotificationUrl": listener.url,
            "resource": "/users",
            "expirationDateTime": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
            "clientState": "secret",
        }
        made = caller.post("/subscriptions", body)
        assert caller.post("/subscriptions", body).status_code == 409
        url = f"/subscriptions/{made.json()['id']}"
        caller.read("/subscriptions"), caller.read(url)
        later = {"expirationDateTime": body["expirationDateTime"]}
        caller.http.patch(f"/v1.0{url}", headers=caller.headers, json=later)
        caller.http.post(f"/v1.0{url}/reauthorize", headers=caller.headers)
        caller.http.delete(f"/v1.0{url}", headers=caller.headers)


def _line(**changes: object) -> dict[str, object]:
    line: dict[str, object] = {
        "method": "GET",
        "path": "/v1.0/organization",
        "query": "",
        "request_body": None,
        "status": 200,
        "headers": {},
        "body": json.dumps({"value": [{"id": "x", "displayName": "Contoso"}]}),
        "distorted": False,
    }
    return line | changes


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"body": '{"value": [{"id": 7}]}'}, "is not of type"),
        (
            {"path": f"/v1.0{NUMBERS}", "body": '{"value": [{"id": "x", "colour": "red"}]}'},
            "no property colour",
        ),
        ({"body": "{}"}, "required property"),
        ({"query": "$format=json"}, "the query option $format is not in the contract"),
        ({"path": "/v1.0/printers"}, "no such call"),
        ({"status": 404, "body": '{"oops": 1}'}, "required property"),
    ],
)
def test_a_breach_of_the_contract_is_found(changes: dict[str, object], complaint: str) -> None:
    contract = load(contract_path())
    assert list(contract.problems(_line())) == []
    assert any(complaint in problem for problem in contract.problems(_line(**changes)))


def test_what_a_fault_spoilt_on_purpose_is_not_held_against_the_simulator() -> None:
    spoilt = _line(body='{"value": {"id": "x"}}')
    contract = load(contract_path())
    assert list(contract.problems(spoilt))
    assert not list(contract.problems(spoilt | {"distorted": True}))


def test_a_202_without_the_place_to_look_is_a_breach() -> None:
    body = json.dumps(
        {"telephoneNumber": "442079460000", "assignmentTargetId": "x", "numberType": "directRouting"}
    )
    line = _line(method="POST", path=f"/v1.0{NUMBERS}/assignNumber", request_body=body, status=202, body=None)
    assert any("Location is missing" in problem for problem in load(contract_path()).problems(line))
