"""Subscriptions: how strictly they are taken, and what is sent by them."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest

from numberline.simulator.certificates import make
from numberline.simulator.client import Control
from numberline.simulator.delivery import Delivery
from numberline.simulator.endpoint import Endpoint, Standing
from numberline.simulator.process import SimulatorProcess
from numberline.simulator.questions import Answers
from numberline.simulator.state import Tenant
from numberline.simulator.subscriptions import Notice, Subscriptions
from tests.simulator.graph import Caller
from tests.support import programs
from tests.support.listener import Listener, Reply, agrees, listen

STATE = "a state that nobody guesses"


@pytest.fixture
def heard(control: Control) -> Iterator[Listener]:
    """An address that is told; afterwards no subscription is left."""
    control.deliver(http=True)
    with listen() as listener:
        yield listener
        control.clear_faults()
        control.drop_subscription()


def until(**ahead: float) -> str:
    """So far ahead, as Graph spells it."""
    return (datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")


def wanted(listener: Listener, **changes: Any) -> dict[str, Any]:
    """A subscription to all people, with these changes; None leaves a property out."""
    body = {
        "changeType": "updated,deleted",
        "notificationUrl": listener.url,
        "lifecycleNotificationUrl": listener.url + "?lifecycle=1",
        "resource": "/users",
        "expirationDateTime": until(days=2),
        "clientState": STATE,
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def subscribed(caller: Caller, listener: Listener, **changes: Any) -> dict[str, Any]:
    """The subscription as Graph shows it."""
    response = caller.post("/subscriptions", wanted(listener, **changes))
    assert response.status_code == 201, response.text
    return dict(response.json())


def patch(caller: Caller, id: str, **body: Any) -> httpx2.Response:
    """PATCH a subscription."""
    return caller.http.patch(f"/v1.0/subscriptions/{id}", headers=caller.headers, json=body)


def answered(control: Control, posts: int) -> None:
    """Wait until so many posts have been answered."""
    ends = time.monotonic() + 10
    while len(control.notifications()["posts"]) < posts:
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_both_addresses_are_asked_before_a_subscription_is_there(caller: Caller, heard: Listener) -> None:
    made = subscribed(caller, heard)
    first, second = heard.handshakes()
    assert (second.path.partition("&")[0], first.type) == ("/hear?lifecycle=1", "text/plain; charset=utf-8")
    assert first.token is not None
    assert first.token.startswith("Validation: Testing client application reachability")
    shown = caller.read(f"/subscriptions/{made['id']}")
    assert (made["clientState"], shown["clientState"]) == (STATE, None)
    assert [one["id"] for one in caller.read("/subscriptions")["value"]] == [made["id"]]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(403, "", {"Content-Type": "text/plain"}), "HTTP status code is 'Forbidden'"),
        (
            Reply(200, "something else", {"Content-Type": "text/plain"}),
            "must respond with the validation token",
        ),
        (Reply(302, "", {"Location": "/hear2"}), "HTTP status code is 'Found'"),
    ],
)
def test_an_address_that_does_not_give_the_token_back_is_refused(
    caller: Caller, heard: Listener, reply: Reply, words: str
) -> None:
    heard.answer = lambda request: reply
    response = caller.post("/subscriptions", wanted(heard))
    assert (response.status_code, response.json()["error"]["code"]) == (400, "ValidationError")
    assert words in response.json()["error"]["message"]
    assert caller.read("/subscriptions")["value"] == []


def test_a_token_that_comes_back_as_a_page_is_refused(caller: Caller, heard: Listener) -> None:
    heard.answer = lambda request: Reply(200, request.token or "", {"Content-Type": "text/html"})
    assert caller.post("/subscriptions", wanted(heard)).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"notificationUrl": "http://example.org/hear"},
        {"notificationUrl": "hear"},
        {"changeType": "created"},
        {"changeType": None},
        {"resource": "/groups"},
        {"clientState": "x" * 129},
        {"expirationDateTime": until(minutes=41_770)},
        {"expirationDateTime": until(minutes=-1)},
        {"expirationDateTime": "soon"},
        {"includeResourceData": True},
        {"latestSupportedTlsVersion": "v9"},
        {"colour": "red"},
    ],
)
def test_what_graph_does_not_take_is_400(caller: Caller, control: Control, changes: dict[str, Any]) -> None:
    control.deliver()  # https alone
    body = wanted(Listener("https://127.0.0.1:1/hear"), lifecycleNotificationUrl=None, **changes)
    assert caller.post("/subscriptions", body).status_code == 400


def test_a_second_of_the_same_is_409_one_too_many_403_and_an_unknown_one_404(
    caller: Caller, control: Control, heard: Listener
) -> None:
    subscribed(caller, heard)
    assert caller.post("/subscriptions", wanted(heard)).status_code == 409
    control.open_question(subscription_quota=1)
    assert caller.post("/subscriptions", wanted(heard, changeType="deleted")).status_code == 403
    assert patch(caller, "unknown", expirationDateTime=until(days=1)).status_code == 404
    assert caller.post("/subscriptions/unknown/reauthorize", {}).status_code == 404


def test_a_subscription_lasts_three_quarters_of_an_hour_at_least_and_is_renewed(
    caller: Caller, heard: Listener
) -> None:
    made = subscribed(caller, heard, expirationDateTime=until(minutes=5))
    assert until(minutes=44) < made["expirationDateTime"] < until(minutes=46)
    later = until(days=20)
    assert patch(caller, made["id"], expirationDateTime=later).json()["expirationDateTime"] == later
    assert patch(caller, made["id"], lifecycleNotificationUrl=heard.url).status_code == 400
    url = f"/v1.0/subscriptions/{made['id']}"
    assert caller.http.delete(url, headers=caller.headers).status_code == 204
    assert caller.get(f"/subscriptions/{made['id']}").status_code == 404


def test_the_permission_to_read_people_is_needed(caller: Caller, control: Control, heard: Listener) -> None:
    before = control.call("state")["permissions"]
    control.permissions(["TeamsTelephoneNumber.ReadWrite.All"])
    caller.sign_in()
    try:
        assert caller.post("/subscriptions", wanted(heard)).status_code == 403
    finally:
        control.permissions(before)
        caller.sign_in()


def test_changes_of_people_are_told(caller: Caller, control: Control, heard: Listener) -> None:
    made = subscribed(caller, heard)
    ann = control.add_person(licences=["SPE_E5"])
    control.delete(ann)
    control.purge(ann)
    items = heard.items(3)
    assert sorted(item["changeType"] for item in items) == ["deleted", "updated", "updated"]
    item = items[0]
    assert item["resourceData"] == {
        "@odata.type": "#Microsoft.Graph.User",
        "@odata.id": f"Users/{ann}",
        "id": ann,
    }
    known = {name: item[name] for name in ("subscriptionId", "clientState", "tenantId", "resource")}
    assert known == {
        "subscriptionId": made["id"],
        "clientState": STATE,
        "tenantId": control.state()["tenant_id"],
        "resource": f"Users/{ann}",
    }


def test_one_post_tells_of_many_and_of_other_tenants(heard: Listener) -> None:
    with programs.simulator(behind=3600) as late, Caller(late) as caller:
        late.control.deliver(http=True)
        subscribed(caller, heard)
        late.control.faults(notification_delay=600)
        late.control.mix_notifications([{"subscriptionId": "another", "tenantId": "another"}])
        late.control.add_people([{}, {}])
        assert heard.posts(0) == []
        late.control.advance(601)
        (post,) = heard.posts(1)
    assert [item["tenantId"] == "another" for item in post.items] == [False, False, True]


def test_an_address_that_does_not_take_it_is_told_again(
    caller: Caller, control: Control, heard: Listener
) -> None:
    subscribed(caller, heard)
    control.faults(notification_retry=0.02)
    statuses = iter((503, 302, 400))
    heard.answer = lambda request: Reply(next(statuses, 202))
    control.add_person()
    posts = heard.posts(4)
    assert len({post.items[0]["id"] for post in posts}) == 1


def test_what_is_not_taken_for_four_hours_is_given_up(heard: Listener) -> None:
    with programs.simulator(behind=6 * 3600) as late, Caller(late) as caller:
        late.control.deliver(http=True)
        body = wanted(heard, expirationDateTime=until(hours=20))
        assert caller.post("/subscriptions", body).status_code == 201
        heard.answer = lambda request: Reply(500)
        late.control.add_person()
        answered(late.control, 1)
        late.control.advance(3.9 * 3600)
        answered(late.control, 2)
        heard.answer = agrees
        late.control.advance(600)
        ann = late.control.add_person()
        assert heard.items(3)[-1]["resourceData"]["id"] == ann
        assert late.control.notifications()["waiting"] == 0


def test_faults_let_a_notification_come_never_twice_or_late(
    caller: Caller, control: Control, heard: Listener
) -> None:
    subscribed(caller, heard)
    control.faults(lose_notification=1)
    control.add_person()
    control.faults(repeat_notification=1)
    ann = control.add_person()
    assert [item["resourceData"]["id"] for item in heard.items(2)] == [ann, ann]
    control.faults(late_notification={"count": 1, "seconds": 2.0})
    bob, cay = control.add_person(), control.add_person()
    assert [item["resourceData"]["id"] for item in heard.items(4)[2:]] == [cay, bob]


def test_authorisation_is_asked_for_and_nothing_comes_before_it(
    caller: Caller, control: Control, heard: Listener
) -> None:
    made = subscribed(caller, heard)
    control.faults(notification_retry=0.05)
    control.require_authorisation(within=0)
    (event,) = heard.items(1)
    assert (event["lifecycleEvent"], event["subscriptionId"]) == ("reauthorizationRequired", made["id"])
    assert heard.posts(1)[0].path == "/hear?lifecycle=1"
    ann = control.add_person()
    assert control.notifications()["waiting"] == 1
    assert (
        caller.http.post(f"/v1.0/subscriptions/{made['id']}/reauthorize", headers=caller.headers).status_code
        == 204
    )
    assert heard.items(2)[1]["resourceData"]["id"] == ann


def test_a_dropped_subscription_is_gone_without_a_word(
    caller: Caller, control: Control, heard: Listener
) -> None:
    made = subscribed(caller, heard)
    control.drop_subscription()
    control.add_person()
    assert caller.get(f"/subscriptions/{made['id']}").status_code == 404
    assert control.notifications()["waiting"] == 0


def test_open_questions_of_subscriptions_have_both_answers(
    caller: Caller, control: Control, heard: Listener
) -> None:
    control.open_question(
        duplicate_other_url="accepted",
        renewal_validates=True,
        client_state_shown=True,
        notification_spelling="users",
    )
    first = subscribed(caller, heard)
    other = caller.post("/subscriptions", wanted(heard, notificationUrl=heard.url + "?b=1"))
    assert other.status_code == 201
    before = len(heard.handshakes())
    assert patch(caller, first["id"], expirationDateTime=until(days=1)).status_code == 200
    assert len(heard.handshakes()) == before + 1
    assert caller.read(f"/subscriptions/{first['id']}")["clientState"] == STATE
    control.add_person()
    assert heard.items(1)[0]["resource"].startswith("users/")


def test_it_delivers_over_tls_to_whom_it_trusts(
    simulator: SimulatorProcess, caller: Caller, control: Control, tmp_path: Path
) -> None:
    files = make(tmp_path)
    with listen(files.server) as listener:
        control.deliver(ca_file=simulator.ca_file)
        assert caller.post("/subscriptions", wanted(listener)).status_code == 400
        control.deliver(ca_file=str(files.authority))
        subscribed(caller, listener)
        control.add_person()
        listener.items(1)
        control.drop_subscription()


def test_it_tells_nobody_beyond_loopback(caller: Caller, control: Control) -> None:
    control.deliver(http=True)
    response = caller.post("/subscriptions", wanted(Listener("https://example.org/hear")))
    assert response.json()["error"]["message"] == "Subscription validation request timed out."


def test_more_than_a_thousand_calls_in_twenty_seconds_are_throttled() -> None:
    all_ = Subscriptions("tenant", Random(1), Answers())
    assert not any(all_.throttled(at / 100) for at in range(1_000))
    assert all_.throttled(10.0)
    assert not all_.throttled(30.1)


def test_a_slow_address_is_told_later_and_a_very_slow_one_not_at_all() -> None:
    slow, drop = Endpoint(), Endpoint()
    for at in range(20):
        slow.answered(at, 4.0 if at < 3 else 0.1)
        drop.answered(at, 10.0 if at < 4 else 0.1)
    assert (slow.standing(20), drop.standing(20)) == (Standing.SLOW, Standing.DROP)
    assert (slow.standing(20, least=21), drop.standing(600)) == (Standing.GOOD, Standing.DROP)
    assert (slow.standing(700), drop.standing(700)) == (Standing.GOOD, Standing.GOOD)


def test_what_is_told_to_a_slow_address_waits_and_to_a_very_slow_one_is_dropped() -> None:
    async def tell() -> tuple[list[float], int]:
        tenant = Tenant(lambda: 1_000.0, 1, "tenant")
        delivery, url = Delivery(tenant), "https://127.0.0.1:1/hear"
        told = [Notice("a", url, {}, 1_000.0, 20_000.0) for _ in range(3)]
        delivery.tell(told[0])
        for _ in range(10):
            delivery.endpoints[url].answered(1_000.0, 4.0)
        delivery.tell(told[1])
        for _ in range(10):
            delivery.endpoints[url].answered(1_000.0, 10.0)
        delivery.tell(told[2])
        return [notice.due for notice in told], delivery.waiting

    assert asyncio.run(tell()) == ([1_000.0, 1_600.0, 1_000.0], 2)
