"""The public address: what it takes, and that nothing else leaves a trace."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from bench.hostile import kinds
from numberline import clock
from numberline.environment import SettingError, notification_url
from numberline.notifications.keep import digest
from numberline.notifications.models import Subscription, WakeUp
from numberline.portal import notified
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.notifications.conftest import PATH

STATE = "what Microsoft was given"
KEY = "11111111-1111-1111-1111-111111111111"
OTHER_STATE, OTHER_KEY = "another", "22222222-2222-2222-2222-222222222222"


@pytest.fixture(autouse=True)
def _open() -> Iterator[None]:
    with override_settings(NOTIFICATION_URL="https://numbers.example.com" + PATH):
        yield


@pytest.fixture
def tenant(database: str) -> Tenant:
    """A tenant that is subscribed."""
    return subscribed(make.tenant(), KEY, STATE)


def subscribed(tenant: Tenant, key: str, state: str) -> Tenant:
    row = {"key": key, "state_digest": digest(state), "due_at": clock.now() + make.HOUR}
    Subscription.objects.of(tenant.pk).create(**row)
    WakeUp.objects.of(tenant.pk).create()
    return tenant


def item(tenant: Tenant, **changes: Any) -> dict[str, Any]:
    """A notification as Microsoft sends it, with these changes; None leaves a property out."""
    whole = {
        "id": "lsgTZMr9KwAAA",
        "subscriptionId": KEY,
        "subscriptionExpirationDateTime": "2026-12-01T00:00:00Z",
        "clientState": STATE,
        "changeType": "updated",
        "resource": "Users/3",
        "tenantId": tenant.entra_id,
        "resourceData": {"@odata.type": "#Microsoft.Graph.User", "@odata.id": "Users/3", "id": "3"},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def post(body: Any, query: str = "", **headers: Any) -> HttpResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer: Any = Client().post(f"{PATH}{query}", raw, content_type="application/json", **headers)
    return answer


def waits(tenant: Tenant) -> bool:
    return WakeUp.objects.of(tenant.pk).filter(first_at__isnull=False).exists()


def test_the_question_is_answered_with_its_token_as_plain_text() -> None:
    token = "Validation: Testing client application <script>alert(1)</script> æ+/="
    answer = Client().post(PATH, query_params={"validationToken": token}, content_type="text/plain")
    assert (answer.status_code, answer.content.decode()) == (200, token)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert post(b"", "?validationToken=" + "x" * 1_025).status_code == 400
    assert post(b"", "?validationToken=" + "x" * 5_000).status_code == 414


def test_a_notification_wakes_its_tenant_with_three_statements_at_most(tenant: Tenant) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert post({"value": [item(tenant), item(tenant)]}).status_code == 202
    assert len(asked) <= 3
    assert waits(tenant)
    with CaptureQueriesContext(connection) as asked:
        assert post({"value": [item(tenant)] * 100}).status_code == 202
    assert len(asked) == 1  # one waits already


def test_several_tenants_in_one_post_are_all_woken(tenant: Tenant) -> None:
    other = subscribed(make.tenant(name="fabrikam", entra_id="9" * 36), OTHER_KEY, OTHER_STATE)
    theirs = item(other, subscriptionId=OTHER_KEY, clientState=OTHER_STATE)
    assert post({"value": [item(tenant, clientState="wrong"), theirs]}).status_code == 202
    assert (waits(tenant), waits(other)) == (False, True)
    assert post({"value": [item(tenant), theirs]}).status_code == 202
    assert (waits(tenant), waits(other)) == (True, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"clientState": "a guess"},
        {"clientState": ""},
        {"clientState": None},
        {"subscriptionId": OTHER_KEY},
        {"tenantId": "00000000-0000-0000-0000-000000000000"},
        {"tenantId": None},
        {"clientState": "wrong", "lifecycleEvent": "reauthorizationRequired"},
    ],
)
def test_a_forgery_is_answered_as_the_real_one_and_leaves_nothing(
    tenant: Tenant, changes: dict[str, Any]
) -> None:
    real = Client().post(PATH, json.dumps({"value": [item(tenant)]}), content_type="application/json")
    WakeUp.objects.of(tenant.pk).update(first_at=None, last_at=None, count=0)
    before = list(Subscription.objects.of(tenant.pk).values())
    forged = post({"value": [item(tenant, **changes)]})
    assert (forged.status_code, forged.content, dict(forged.headers)) == (
        real.status_code,
        real.content,
        dict(real.headers),
    )
    assert not waits(tenant)
    assert WakeUp.objects.of(tenant.pk).get().count == 0
    assert list(Subscription.objects.of(tenant.pk).values()) == before


def test_a_subscription_that_is_being_made_is_not_known_by_an_empty_key(tenant: Tenant) -> None:
    Subscription.objects.of(tenant.pk).update(key="")
    assert post({"value": [item(tenant, subscriptionId="")]}).status_code == 400
    assert not waits(tenant)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 411),
        (b"{", 400),
        (b"[]", 400),
        (b'{"value": []}', 400),
        (b'{"value": {}}', 400),
        (b'{"value": [1]}', 400),
        (b'{"value": [{"subscriptionId": 7}]}', 400),
        (b'{"value": [{"subscriptionId": "\' OR 1=1"}]}', 400),
        (b'{"value": [{"subscriptionId": "\\u0000"}]}', 400),
        (b"\xff\xfe", 400),
        (json.dumps({"value": [{"subscriptionId": KEY}] * 1_001}).encode(), 400),
        (json.dumps({"value": [{"subscriptionId": str(n)} for n in range(201)]}).encode(), 400),
        (b" " * (256 * 1024 + 1), 413),
        (b"[" * 100_000, 400),
    ],
)
def test_what_is_malformed_or_too_large_is_refused_without_a_query(
    database: str, body: bytes, status: int
) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert post(body).status_code == status
    assert len(asked) == 0


def test_other_methods_types_and_lengths_are_refused() -> None:
    assert Client().get(PATH).status_code == 405
    assert Client().post(PATH, b"a=b", content_type="application/x-www-form-urlencoded").status_code == 415
    assert post(b"{}", CONTENT_LENGTH="many").status_code == 411
    assert post(b"{}", CONTENT_LENGTH="99999999999999999999").status_code == 413


def test_without_the_setting_there_is_no_such_address() -> None:
    with override_settings(NOTIFICATION_URL=""):
        assert post(b"{}", "?validationToken=x").status_code == 404


def test_it_gives_no_cookie_asks_for_no_session_and_knows_any_host(tenant: Tenant) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST="anything.example")
    client.cookies["session"] = "a session that is none"
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(PATH, json.dumps({"value": [item(tenant)]}), content_type="application/json")
    assert answer.status_code == 202
    assert not answer.cookies
    assert not any("session" in query["sql"].lower() for query in asked)


def test_while_the_database_is_away_microsoft_is_asked_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> int:
        raise DatabaseError("away")

    monkeypatch.setattr(notified, "take_in", away)
    assert post({"value": [{"subscriptionId": KEY}]}).status_code == 503


def test_the_log_tells_once_a_minute_that_posts_are_refused_and_nothing_of_them(
    tenant: Tenant, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    notified._Refused.told = None
    with caplog.at_level(logging.DEBUG):
        for _ in range(5):
            post({"value": [item(tenant, clientState="GUESSED", resource="Users/SECRET")]})
            post(b'{"value": ["SPOILT"]}')
    assert caplog.text.count("were refused") == 1
    said = caplog.text + "".join(capsys.readouterr())
    assert "django.request" not in said  # which would be a line for each
    assert not any(word in said for word in ("GUESSED", "SECRET", "SPOILT"))


def test_a_lifecycle_event_has_the_subscription_renewed_by_the_sync_that_it_begins(tenant: Tenant) -> None:
    event = item(tenant, lifecycleEvent="reauthorizationRequired", changeType=None, resourceData=None)
    assert post({"value": [event]}).status_code == 202
    assert waits(tenant)
    assert Subscription.objects.of(tenant.pk).get().due_at <= clock.now()


@pytest.mark.parametrize(
    "text", ["numbers.example.com", "http://numbers.example.com" + PATH, "https://numbers.example.com/", "https://a" + PATH + "?x=1"]
)  # fmt: skip
def test_an_address_that_microsoft_could_not_use_is_told_at_the_start(text: str) -> None:
    with pytest.raises(SettingError, match="NUMBERLINE_NOTIFICATION_URL"):
        notification_url({"NUMBERLINE_NOTIFICATION_URL": text})


def test_the_address_is_https_or_on_this_machine() -> None:
    assert notification_url({}) == ""
    for text in ("https://numbers.example.com" + PATH, "http://127.0.0.1:8480" + PATH):
        assert notification_url({"NUMBERLINE_NOTIFICATION_URL": text}) == text


def test_hostile_posts_of_every_kind_leave_nothing_and_cost_a_query_a_second_at_most(tenant: Tenant) -> None:
    """The short version of the bench `hostile`, which measures the portal meanwhile."""
    tables = (Subscription, WakeUp)
    before = [list(model.objects.of(tenant.pk).values()) for model in tables]
    client, answers, turns = Client(), Counter[int](), 25
    with clock.travel(), CaptureQueriesContext(connection) as asked:
        for body, type_ in kinds() * turns:
            answers[client.post(PATH, body, content_type=type_).status_code] += 1
    assert answers == {202: 2 * turns, 400: 2 * turns, 413: turns, 415: turns}
    assert len(asked) == 1
    assert [list(model.objects.of(tenant.pk).values()) for model in tables] == before
