"""The outbox: once per occasion, at least once to each receiver, later when it fails, and a digest in place of a flood."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from numberline.alerts import tell as telling
from numberline.alerts.gather import SINGLE, WINDOW, gather
from numberline.alerts.models import Alert, Delivery, Receiver
from numberline.alerts.outcome import Outcome
from numberline.alerts.tell import DELAYS, GIVE_UP, JITTER, LEASE, tell
from numberline.clock import FakeClock
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item
from tests import factories as make
from tests.alerts import servers
from tests.alerts.conftest import Configure
from tests.alerts.servers import Hook, Post


def refused(owner: Tenant, *names: str) -> None:
    for name in names:
        open_item(owner.pk, "refused", make.NOW, person=make.oid(name))


def low(owner: Tenant, *names: str) -> None:
    for name in names:
        open_item(owner.pk, "range_low", make.NOW, range_name=name)


def said(hook: Hook) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in hook.received]


def open_codes(owner: Tenant) -> list[str]:
    return sorted(Item.objects.of(owner.pk).filter(closed_at=None).values_list("code", flat=True))


def test_an_attempt_comes_later_and_later_and_is_given_up_after_a_day(
    owner: Tenant, hook: Hook, time: FakeClock
) -> None:
    hook.answers = [503] * 30
    low(owner, "London")
    for attempts, delay in enumerate(DELAYS, 1):
        tell(owner)
        assert len(hook.received) == attempts
        time.advance(timedelta(seconds=delay - 1))
        tell(owner)
        assert len(hook.received) == attempts, "too early"
        time.advance(timedelta(seconds=delay * (JITTER - 1) + 2))
    time.advance(GIVE_UP)
    tell(owner)
    delivery = Delivery.objects.of(owner.pk).get(alert__body__code="range_low")
    assert (delivery.given_up_at is not None, delivery.error) == (True, "it answered HTTP 503")
    calls = len(hook.received)
    time.advance(GIVE_UP)
    tell(owner)
    assert len(hook.received) == calls
    assert len({r.headers["webhook-id"] for r in hook.received}) == 1
    assert len({r.headers["webhook-timestamp"] for r in hook.received}) > 1, "each attempt has its own time"
    assert len({r.body for r in hook.received}) == 1


def test_a_receiver_that_asks_for_time_gets_it(owner: Tenant, hook: Hook, time: FakeClock) -> None:
    hook.answers, hook.headers = [429], {"retry-after": "900"}
    low(owner, "London")
    tell(owner)
    time.advance(timedelta(seconds=890))
    tell(owner)
    assert len(hook.received) == 1
    time.advance(timedelta(seconds=900 * JITTER))
    assert tell(owner) == 1


def test_a_receiver_that_fails_again_and_again_is_on_the_worklist_until_it_takes_something(
    owner: Tenant, hook: Hook, post: Post, configure: Configure, time: FakeClock
) -> None:
    url = f"smtp://127.0.0.1:{post.port}"
    configure(
        alert_webhook=hook.url, smtp_url=url, mail_from="n@contoso.example", alert_mail="v@contoso.example"
    )
    hook.answers = [500, 500, 500]
    low(owner, "London")
    for _ in range(3):
        tell(owner)
        time.advance(timedelta(seconds=800))
    (item,) = Item.objects.of(owner.pk).filter(code="alert_failed")
    assert item.cause == f"Alerts do not reach {item.subject}: it answered HTTP 500."
    hook.answers = [500]
    tell(owner)
    about = [mail["Subject"] for _, _, mail in post.mails]
    assert about == [
        "Numberline, contoso: range low, London",
        f"Numberline, contoso: alert failed, {item.subject}",
    ], "who does work hears of the other, and the other does not"
    time.advance(timedelta(hours=2))
    tell(owner)
    assert open_codes(owner) == ["range_low"]
    assert [message["data"]["code"] for message in said(hook)] == ["range_low"] * 5


def test_a_process_killed_after_sending_leaves_a_repeat_with_the_same_id(
    owner: Tenant, hook: Hook, time: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process ends here."""

    send = telling.send

    def killed(*arguments: Any) -> Outcome:
        assert send(*arguments).delivered
        raise Killed

    low(owner, "London")
    with monkeypatch.context() as patched:
        patched.setattr(telling, "send", killed)
        with pytest.raises(Killed):
            tell(owner)
    assert Delivery.objects.of(owner.pk).get().delivered_at is None
    assert tell(owner) == 0, "the dead process may still be sending"
    time.advance(LEASE)
    assert tell(owner) == 1
    first, second = hook.received
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)


def test_a_process_killed_while_writing_down_leaves_nothing_told(
    owner: Tenant, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: Any) -> None:
        raise KeyboardInterrupt

    low(owner, "London")
    with monkeypatch.context() as patched:
        patched.setattr("numberline.alerts.gather._write", killed)
        with pytest.raises(KeyboardInterrupt):
            tell(owner)
    assert tell(owner) == 1


def test_two_processes_at_once_send_everything_once(owner: Tenant, hook: Hook) -> None:
    low(owner, *(f"Range {n}" for n in range(SINGLE - 1)))
    errors: list[BaseException] = []

    def work() -> None:
        try:
            tell(owner)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tell(owner)
    assert errors == []
    told = [message["data"]["range"] for message in said(hook)]
    assert sorted(told) == [f"Range {n}" for n in range(SINGLE - 1)]


def test_a_flood_becomes_one_digest_with_counts_and_the_first_few(
    owner: Tenant, hook: Hook, time: FakeClock
) -> None:
    refused(owner, *(f"person {n}" for n in range(30)))
    low(owner, "London", "Leeds")
    assert tell(owner) == 1
    (digest,) = said(hook)
    assert (digest["type"], digest["data"]["opened"]) == ("worklist.digest", {"refused": 30, "range_low": 2})
    assert [item["code"] for item in digest["data"]["items"]] == ["refused"] * 5 + ["range_low"] * 2
    assert (tell(owner), gather(owner, make.NOW)) == (0, 0)


def test_more_than_so_many_messages_within_the_window_wait_for_its_end(
    owner: Tenant, hook: Hook, time: FakeClock
) -> None:
    for n in range(SINGLE + 1):
        low(owner, f"Range {n}")
        assert tell(owner) == 1
    low(owner, "one more")
    assert tell(owner) == 0, "it is written down later, and told together with what comes until then"
    low(owner, "and another")
    close_items(owner.pk, make.NOW, "range_low", range_name="one more")
    time.advance(WINDOW)
    assert tell(owner) == 1
    assert [message["data"].get("range") for message in said(hook)][-2:] == ["Range 10", "and another"]
    assert len(said(hook)) == SINGLE + 2


def test_several_things_at_once_are_single_messages_for_a_webhook_and_one_mail(
    owner: Tenant, hook: Hook, post: Post, configure: Configure
) -> None:
    url = f"smtp://127.0.0.1:{post.port}"
    configure(
        alert_webhook=hook.url, smtp_url=url, mail_from="n@contoso.example", alert_mail="v@contoso.example"
    )
    low(owner, "London", "Leeds", "York")
    assert tell(owner) == 4
    assert [message["data"]["range"] for message in said(hook)] == ["London", "Leeds", "York"]
    (mail,) = post.mails
    assert mail[2]["Subject"] == "Numberline, contoso: 3 things on the worklist"


def test_what_waits_goes_to_where_the_webhook_is_now(owner: Tenant, hook: Hook, configure: Configure) -> None:
    hook.answers = [500]
    low(owner, "London")
    tell(owner)
    with servers.webhook() as other:
        configure(alert_webhook=other.url)
        assert tell(owner) == 1
        assert [message["id"] for message in said(other)] == [message["id"] for message in said(hook)]


def test_what_waits_for_nobody_any_more_is_dropped(owner: Tenant, hook: Hook, configure: Configure) -> None:
    hook.answers = [500]
    low(owner, "London")
    tell(owner)
    configure()
    tell(owner)
    assert Delivery.objects.of(owner.pk).get().error == "there is no webhook any more"
    Tenant.objects.filter(pk=owner.pk).update(alert_webhook="none")
    owner.refresh_from_db()
    configure(alert_webhook=hook.url)
    low(owner, "Leeds")
    assert (tell(owner), len(hook.received)) == (0, 1)


def test_alerts_are_forgotten_after_a_month(owner: Tenant, hook: Hook, time: FakeClock) -> None:
    low(owner, "London")
    tell(owner)
    time.advance(31 * make.DAY)
    low(owner, "Leeds")
    tell(owner)
    assert [alert.body["range"] for alert in Alert.objects.of(owner.pk)] == ["Leeds"]
    assert Receiver.objects.of(owner.pk).count() == 0, "a receiver is only remembered when it failed"


def test_tenants_hear_of_their_own_alone(owner: Tenant, hook: Hook) -> None:
    other = make.tenant("fabrikam")
    low(other, "Elsewhere")
    assert (tell(owner), tell(other)) == (0, 1)
    assert [message["tenant"] for message in said(hook)] == ["fabrikam"]
