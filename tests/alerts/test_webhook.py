"""The webhook: what is sent, how it is signed, and what each answer means."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.conf import settings

from numberline.alerts.models import Delivery, Receiver
from numberline.alerts.signing import secrets_of
from numberline.alerts.tell import tell, try_out
from numberline.tenants.models import Tenant
from numberline.worklist.codes import ADVICE
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item
from tests import factories as make
from tests.alerts import servers
from tests.alerts.conftest import Configure
from tests.alerts.servers import Hook, Received


def low(owner: Tenant, name: str = "London") -> None:
    open_item(owner.pk, "range_low", make.NOW, range_name=name, cause=f"{name} has 1 available number.")


def told(received: Received) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(received.body)
    return said


def valid(received: Received, secret: str) -> bool:
    """As the Standard Webhooks specification has it, computed by other means than the product's."""
    head = received.headers
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + received.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in head["webhook-signature"].split(" ")


def error(owner: Tenant) -> str:
    return Delivery.objects.of(owner.pk).latest("pk").error


def test_an_item_that_was_opened_is_told_once_with_all_that_it_says(owner: Tenant, hook: Hook) -> None:
    item = open_item(owner.pk, "refused", make.NOW, person=make.oid("ann"), number=make.N1, detail="secret")
    assert tell(owner) == 1
    (request,) = hook.received
    said = told(request)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == said.pop("id")
    assert said == {
        "type": "worklist.opened",
        "timestamp": "2026-11-23T09:00:00Z",
        "version": 1,
        "tenant": "contoso",
        "data": {
            "code": "refused",
            "since": "2026-11-23T09:00:00Z",
            "until": None,
            "person": make.oid("ann"),
            "number": make.N1,
            "range": None,
            "subject": None,
            "cause": item.cause,
            "remedy": ADVICE["refused"].remedy,
        },
    }
    assert (tell(owner), len(hook.received)) == (0, 1)


def test_the_signature_is_that_of_the_standard_and_of_nobody_else(owner: Tenant, hook: Hook) -> None:
    low(owner)
    tell(owner)
    (request,) = hook.received
    (secret,) = secrets_of(None)
    assert secret.startswith("whsec_")
    assert valid(request, secret)
    assert not valid(request, secrets_of(owner.pk)[0])
    assert int(request.headers["webhook-timestamp"]) == int(make.NOW.timestamp())
    request.body += b" "
    assert not valid(request, secret)


def test_a_webhook_of_a_tenant_has_a_secret_of_its_own(owner: Tenant, configure: Configure) -> None:
    with servers.webhook() as hook:
        configure()
        Tenant.objects.filter(pk=owner.pk).update(alert_webhook=hook.url)
        owner.refresh_from_db()
        low(owner)
        tell(owner)
        (request,) = hook.received
    assert valid(request, secrets_of(owner.pk)[0])
    assert len({*secrets_of(None), *secrets_of(owner.pk), *secrets_of(owner.pk + 1)}) == 3


def test_while_the_secret_key_is_changed_both_secrets_verify(
    owner: Tenant, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = secrets_of(None)
    new = f"a new secret key which is long enough, {settings.SECRET_KEY}"
    monkeypatch.setattr(settings, "SECRET_KEY", new)
    low(owner)
    tell(owner)
    assert secrets_of(None)[1:] == before
    assert [valid(hook.received[0], secret) for secret in secrets_of(None)] == [True, True]


@pytest.mark.parametrize(
    ("status", "words"),
    [(500, "it answered HTTP 500"), (404, "it answered HTTP 404"), (302, "it points elsewhere (HTTP 302)")],
)
def test_what_is_not_taken_is_no_failure_of_the_caller_and_comes_again(
    owner: Tenant, hook: Hook, status: int, words: str
) -> None:
    hook.answers, hook.headers = [status], {"location": hook.url}
    hook.body = b"x" * 100_000
    low(owner)
    assert tell(owner) == 0
    assert (len(hook.received), words in error(owner)) == (1, True)
    assert Delivery.objects.of(owner.pk).get().given_up_at is None


def test_a_receiver_that_is_gone_is_called_no_more_until_a_test_succeeds(owner: Tenant, hook: Hook) -> None:
    hook.answers = [410]
    low(owner)
    tell(owner)
    assert Delivery.objects.of(owner.pk).get().given_up_at is not None
    item = Item.objects.of(owner.pk).get(code="alert_failed", closed_at=None)
    assert "gone (HTTP 410)" in item.cause
    assert "/hook" not in item.cause + item.subject, "the path may be a secret"
    low(owner, "Leeds")
    tell(owner)
    assert len(hook.received) == 1
    ((_, outcome),) = try_out(owner)
    assert (outcome.delivered, told(hook.received[-1])["type"]) == (True, "alert.test")
    assert not Item.objects.of(owner.pk).filter(code="alert_failed", closed_at=None).exists()
    low(owner, "York")
    assert tell(owner) > 0


def test_a_certificate_that_is_not_trusted_is_not_talked_to(
    owner: Tenant, hook: Hook, configure: Configure, tmp_path: Any
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(servers.trustme.CA().cert_pem.bytes())
    configure(alert_webhook=hook.url, alert_ca_file=other)
    low(owner)
    assert tell(owner) == 0
    assert hook.received == []
    assert "certificate" in error(owner).lower()
    configure(alert_webhook=hook.url, alert_ca_file=tmp_path / "nowhere.pem")
    ((_, outcome),) = try_out(owner)
    assert "nowhere.pem can't be read" in outcome.error


def test_a_receiver_that_is_not_there_is_said_so(owner: Tenant, configure: Configure) -> None:
    with servers.webhook() as hook:
        pass
    configure(alert_webhook=hook.url)
    ((target, outcome),) = try_out(owner)
    assert target.shown == f"the webhook at {hook.url.split('/')[2]}"
    assert "no connection" in outcome.error


def test_that_runs_work_again_is_told(owner: Tenant, hook: Hook) -> None:
    open_item(owner.pk, "run_failing", make.NOW, cause="The last run failed: it did.")
    tell(owner)
    close_items(owner.pk, make.NOW + make.HOUR, "run_failing")
    low(owner)
    close_items(owner.pk, make.NOW, "range_low")
    tell(owner)
    assert [told(r)["type"] for r in hook.received] == ["worklist.opened", "worklist.closed"]
    assert told(hook.received[1])["data"]["until"] == "2026-11-23T10:00:00Z"
    assert tell(owner) == 0


def test_what_was_over_before_anybody_looked_is_not_told(owner: Tenant, hook: Hook) -> None:
    open_item(owner.pk, "run_failing", make.NOW)
    close_items(owner.pk, make.NOW, "run_failing")
    assert (tell(owner), hook.received) == (0, [])


def test_what_comes_again_after_it_was_over_is_told_again(owner: Tenant, hook: Hook) -> None:
    for _ in range(2):
        low(owner)
        low(owner)
        tell(owner)
        close_items(owner.pk, make.NOW, "range_low")
        tell(owner)
    assert [told(r)["data"]["code"] for r in hook.received] == ["range_low"] * 2
    assert len({r.headers["webhook-id"] for r in hook.received}) == 2


def test_nothing_is_written_down_while_nobody_hears_of_it(owner: Tenant, configure: Configure) -> None:
    configure()
    low(owner)
    assert tell(owner) == 0
    assert not Receiver.objects.of(owner.pk).exists()
    with servers.webhook() as hook:
        configure(alert_webhook=hook.url)
        assert tell(owner) == 1, "what is still open when somebody begins to listen is told then"
