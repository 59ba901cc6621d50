"""The tenant misbehaves when told to, seeded and countable."""

import time

import httpx2
import pytest

from numberline.simulator.client import Control, ControlError
from tests.simulator.graph import NUMBERS, Caller


def statuses(caller: Caller, path: str, count: int) -> list[int]:
    """The statuses of some calls in a row."""
    return [caller.get(path).status_code for _ in range(count)]


@pytest.mark.parametrize(("retry_after", "header"), [(7, "7"), (None, None)])
def test_more_requests_than_the_limit_are_answered_429(
    control: Control, caller: Caller, retry_after: int | None, header: str | None
) -> None:
    control.faults(rate_limit=5, retry_after=retry_after)
    answers = [caller.get("/organization") for _ in range(20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 10 <= len(refused) <= 16
    assert refused[0].headers.get("retry-after") == header
    assert refused[0].json()["error"]["code"] == "TooManyRequests"


def test_the_directory_says_how_near_its_limit_is_and_teams_does_not(
    control: Control, caller: Caller
) -> None:
    control.faults(rate_limit=2)
    told = [caller.get("/organization").headers.get("x-ms-throttle-limit-percentage") for _ in range(18)]
    assert told[:15] == [None] * 15
    assert told[15:] == ["0.80", "0.85", "0.90"]
    assert "x-ms-throttle-limit-percentage" not in caller.get(NUMBERS).headers
    control.faults(limit_headers=False)
    assert "x-ms-throttle-limit-percentage" not in caller.get("/organization").headers


def test_a_429_says_whose_limit_it_was(control: Control, caller: Caller) -> None:
    control.faults(throttle=[{"count": 1}, {"count": 1, "scope": "Application"}])
    whose = f"{caller.simulator.client_id}/{caller.simulator.tenant_id}"
    told = [caller.get("/organization").headers for _ in range(2)]
    assert [one["x-ms-throttle-scope"] for one in told] == [
        f"Tenant_Application/ReadWrite/{whose}",
        f"Application/ReadWrite/{whose}",
    ]
    assert told[0]["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"


def test_the_next_three_calls_of_a_kind_fail_and_the_fourth_works(
    control: Control, caller: Caller, ann: str
) -> None:
    control.faults(unavailable={"on": "user", "count": 3})
    assert statuses(caller, "/organization", 1) == [200]
    assert statuses(caller, f"/users/{ann}", 4) == [503, 503, 503, 200]


def test_a_burst_goes_on_once_it_has_begun(control: Control, caller: Caller) -> None:
    control.faults(unavailable={"probability": 0.3, "burst": 4})
    found = "".join("x" if status == 503 else "." for status in statuses(caller, "/organization", 40))
    assert "xxxx" in found
    assert all(len(run) % 4 == 0 for run in found.rstrip("x").split(".") if run)


def test_the_first_calls_can_be_spared(control: Control, caller: Caller) -> None:
    control.faults(unavailable={"after": 2, "count": 1})
    assert statuses(caller, "/organization", 4) == [200, 200, 503, 200]


def test_a_probability_draws_the_same_each_time_for_the_same_seed() -> None:
    from numberline.simulator.faults import Faults

    def drawn() -> list[bool]:
        faults = Faults(7)
        faults.set({"reset": 0.5, "unavailable": 0.5})
        return [faults.strikes("reset", "user") is not None for _ in range(50)]

    assert drawn() == drawn()
    assert 10 < sum(drawn()) < 40


def test_a_reset_cuts_the_connection_and_nothing_is_carried_out(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.faults(reset={"on": "assign", "count": 1})
    with pytest.raises(httpx2.TransportError):
        caller.assign(number, ann)
    assert control.holder(number) is None
    assert control.requests("assign")[-1]["status"] == 0


def test_a_lost_answer_is_carried_out_at_once_or_later(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.faults(lose_answer={"on": "assign", "count": 1, "seconds": 0.4})
    with pytest.raises(httpx2.TransportError):
        caller.assign(number, ann)
    assert control.holder(number) is None
    time.sleep(0.5)
    assert control.holder(number) == ann


def test_a_503_may_have_been_carried_out(control: Control, caller: Caller, ann: str, number: str) -> None:
    control.faults(unavailable={"on": "assign", "count": 1, "carried_out": True})
    assert caller.assign(number, ann).status_code == 503
    assert control.holder(number) == ann


def test_a_gateways_page_is_no_json(control: Control, caller: Caller) -> None:
    control.faults(unavailable={"count": 1, "status": 502, "html": True})
    answer = caller.get("/organization")
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")


def test_latency_holds_for_all_calls_or_for_one_kind(control: Control, caller: Caller) -> None:
    def took(path: str) -> float:
        began = time.monotonic()
        caller.get(path)
        return time.monotonic() - began

    control.faults(latency_of={"organization": 0.3})
    assert took("/organization") >= 0.3
    assert took("/users?$top=1") < 0.3
    control.faults(latency=[0.2, 0.25], latency_of={})
    assert took("/users?$top=1") >= 0.2


def test_an_operation_takes_its_time_fails_or_is_skipped(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.faults(operation_seconds=[0.3, 0.4])
    response = caller.assign(number, ann)
    assert caller.outcome(response)[0] in ("notStarted", "running")
    time.sleep(0.5)
    assert caller.outcome(response)[0] == "succeeded"
    control.faults(operation_seconds=0, fail_operation={"count": 1, "text": "Something went wrong"})
    assert caller.outcome(caller.assign(f"{number};ext=1", ann)) == ("failed", "Something went wrong")
    control.faults(skip_operation=1)
    assert caller.outcome(caller.unassign(number)) == ("skipped", None)


def test_an_operation_may_not_be_found_right_after_the_202(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.faults(missing_operation={"count": 1, "seconds": 0.3})
    location = caller.assign(number, ann).headers["location"]
    assert caller.get(location).status_code == 404
    time.sleep(0.4)
    assert caller.get(location).status_code == 200


def test_a_running_operation_may_carry_retry_after(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.faults(operation_seconds=20)
    control.open_question(operation_retry_after=True)
    location = caller.assign(number, ann).headers["location"]
    assert caller.get(location).headers["retry-after"] == "1"


def test_an_operation_cannot_be_read_for_ever(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    location = caller.assign(number, ann).headers["location"]
    control.open_question(operation_retention=0)
    assert caller.get(location).status_code == 404
    control.open_question(operation_retention=86_400)


def test_what_was_done_may_not_be_visible_yet(
    control: Control, caller: Caller, ann: str, number: str
) -> None:
    control.faults(visible_after=0.4)
    assert caller.outcome(caller.assign(number, ann)) == ("succeeded", None)
    assert (control.holder(number), caller.number(number)) == (ann, None)
    assert caller.read(f"/admin/teams/userConfigurations/{ann}")["telephoneNumbers"] == []
    time.sleep(0.5)
    assert caller.number(number)["assignmentTargetId"] == ann  # type: ignore[index]


def test_a_setting_that_is_not_understood_is_refused_with_a_sentence(control: Control) -> None:
    with pytest.raises(ControlError, match="There is no fault nonsense"):
        control.faults(nonsense=1)
    with pytest.raises(ControlError, match="not understood"):
        control.faults(unavailable={"on": "user", "often": True})
    with pytest.raises(ControlError, match="has the answers"):
        control.open_question(next_link="perhaps")
    with pytest.raises(ControlError, match="There is no control verb"):
        control.call("explode")


def test_requests_are_logged_and_counted(control: Control, caller: Caller, ann: str, number: str) -> None:
    control.clear_requests()
    caller.get("/organization")
    caller.assign(number, ann)
    caller.get("/users/nobody")
    counts = control.counts()
    assert counts["by_kind"] == {"organization": 1, "assign": 1, "user": 1}
    assert counts["by_status"] == {"200": 1, "202": 1, "404": 1}
    (write,) = control.requests("assign")
    assert (write["method"], write["path"]) == ("POST", f"/v1.0{NUMBERS}/assignNumber")
    assert ann in write["body"]
    assert counts["requests"] == 3
