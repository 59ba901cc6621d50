"""The subscription is made, renewed, made anew when it is gone, and ended; nothing about it is ever an error of a pass."""

from datetime import timedelta

import pytest
from django.test import override_settings

from numberline import clock
from numberline.graph.subscriptions import LONGEST_MINUTES
from numberline.notifications.checking import checks
from numberline.notifications.ending import end
from numberline.notifications.keep import EVERY, LASTS
from numberline.notifications.models import Subscription, WakeUp
from numberline.tenants.credentials import client
from numberline.tenants.models import Mode, Tenant
from tests.runs.office import Office
from tests.support.listener import Arrived, Listener, Reply

SUBSCRIPTION_CALLS = ("subscribe", "renew", "reauthorize", "unsubscribe", "subscription", "subscriptions")


def row(office: Office) -> Subscription:
    return Subscription.objects.of(office.tenant.pk).get()


def calls(office: Office) -> list[str]:
    """The calls on subscriptions that succeeded or not, in order."""
    return [one["kind"] for one in office.control.requests() if one["kind"] in SUBSCRIPTION_CALLS]


def due(office: Office) -> None:
    """It is time to look after it again."""
    Subscription.objects.of(office.tenant.pk).update(due_at=clock.now())


def test_a_sync_subscribes_and_the_next_ones_ask_nothing_more(office: Office, address: Listener) -> None:
    office.sync(), office.sync()
    (there,) = office.control.subscriptions()
    assert (there["id"], there["url"], there["resource"]) == (row(office).key, address.url, "/users")
    assert (there["change_types"], there["lifecycle_url"]) == (["updated", "deleted"], address.url)
    assert len(there["client_state"]) >= 64
    assert there["client_state"] not in str(Subscription.objects.of(office.tenant.pk).values().get())
    assert calls(office) == ["subscribe"]


def test_it_is_renewed_long_before_its_end(office: Office, address: Listener) -> None:
    office.sync()
    before = row(office)
    assert before.expires_at is not None
    assert timedelta(minutes=LONGEST_MINUTES) > LASTS > 20 * EVERY
    assert before.due_at - clock.now() <= EVERY
    due(office)
    office.sync()
    assert calls(office) == ["subscribe", "renew"]
    assert (row(office).key, row(office).due_at > before.due_at) == (before.key, True)


def test_one_that_is_gone_is_made_anew_with_another_secret(office: Office, address: Listener) -> None:
    office.sync()
    before = row(office)
    office.control.drop_subscription()
    due(office)
    office.sync()
    (there,) = office.control.subscriptions()
    assert there["id"] == row(office).key != before.key
    assert row(office).state_digest != before.state_digest


def test_one_whose_answer_was_lost_is_found_and_replaced(office: Office, address: Listener) -> None:
    office.control.faults(lose_answer={"on": "subscribe", "count": 1})
    office.sync()
    assert (row(office).key, row(office).failures) == ("", 1)
    due(office)
    office.sync()
    (there,) = office.control.subscriptions()
    assert (there["id"], row(office).failures) == (row(office).key, 0)


def test_the_subscription_of_another_installation_is_left_alone_and_told(
    office: Office, address: Listener
) -> None:
    with override_settings(NOTIFICATION_URL=address.url + "/"):
        office.sync()
    Subscription.objects.of(office.tenant.pk).delete()
    (theirs,) = office.control.subscriptions()
    office.sync()
    assert office.control.subscriptions() == [theirs]
    assert "Another installation uses the same application registration" in row(office).error


def test_where_the_address_is_not_reached_the_sync_ends_well_and_the_worklist_tells_from_the_second_time_on(
    office: Office, address: Listener
) -> None:
    address.answer = lambda request: Reply(404)
    ann = office.joiner()
    office.sync()
    assert (office.run().outcome, list(office.held())) == ("done", [ann])
    assert office.items() == []
    due(office)
    office.sync()
    assert office.items() == ["notifications_failing"]
    office.sync()
    assert calls(office) == ["subscribe"] * 2  # it waits a while before it tries again
    address.answer = lambda request: Reply(200, request.token or "", {"Content-Type": "text/plain"})
    due(office)
    office.sync()
    assert (office.items(), row(office).error) == ([], "")


def test_a_fault_of_microsoft_is_no_error_of_the_pass(office: Office, address: Listener) -> None:
    office.control.faults(unavailable={"on": "subscribe", "count": 9, "status": 503})
    office.sync()
    assert (office.run().outcome, row(office).failures, row(office).key) == ("done", 1, "")


def test_another_address_is_another_subscription(office: Office, address: Listener) -> None:
    office.sync()
    with override_settings(NOTIFICATION_URL=address.url + "/"):
        office.sync()
    (there,) = office.control.subscriptions()
    assert (there["url"], there["id"]) == (address.url + "/", row(office).key)


def test_without_the_setting_it_is_ended_and_nothing_is_asked(office: Office, address: Listener) -> None:
    office.sync()
    with override_settings(NOTIFICATION_URL=""):
        office.sync(), office.sync()
        assert checks(office.tenant) == []
    assert office.control.subscriptions() == []
    assert calls(office) == ["subscribe", "unsubscribe"]


def test_in_mode_off_it_is_ended_by_whoever_looks_after_the_tenants(
    office: Office, address: Listener
) -> None:
    office.sync()
    office.tenant.refresh_from_db()
    assert end(office.tenant, clock.now()) is False
    Tenant.objects.update(mode=Mode.OFF)
    office.tenant.refresh_from_db()
    assert (end(office.tenant, clock.now()), end(office.tenant, clock.now())) == (True, False)
    assert (office.control.subscriptions(), calls(office)) == ([], ["subscribe", "unsubscribe"])


def test_what_ends_badly_is_ended_later(office: Office, address: Listener) -> None:
    office.sync()
    Tenant.objects.update(mode=Mode.OFF)
    office.tenant.refresh_from_db()
    office.control.faults(unavailable={"on": "unsubscribe", "count": 1})
    assert end(office.tenant, clock.now()) is True
    assert (len(office.control.subscriptions()), end(office.tenant, clock.now())) == (1, False)
    due(office)
    assert end(office.tenant, clock.now()) is True
    assert office.control.subscriptions() == []


def test_syncing_one_person_or_planning_does_not_subscribe(office: Office, address: Listener) -> None:
    ann = office.joiner()
    office.sync(person=ann)
    assert calls(office) == []


def test_the_check_tells_of_it(office: Office, address: Listener) -> None:
    assert "the next sync asks for them" in checks(office.tenant)[0].detail
    office.sync()
    (said,) = checks(office.tenant)
    assert said.ok
    assert "none has come yet" in said.detail
    WakeUp.objects.of(office.tenant.pk).update(last_at=clock.now())
    assert "the last one came at" in checks(office.tenant)[0].detail
    office.control.drop_subscription()
    (said,) = checks(office.tenant)
    assert (said.ok, said.needed, said.code) == (False, False, "notifications_failing")
    assert "changes are found by asking every 60 s" in said.detail


def test_the_client_reads_and_authorises_a_subscription(office: Office, address: Listener) -> None:
    office.sync()
    key = row(office).key
    with client(office.tenant) as graph:
        found = graph.subscriptions.get(key)
        assert found is not None
        assert (found.id, found.of_everybody) == (key, True)
        office.control.require_authorisation(within=0)
        assert graph.subscriptions.reauthorize(key)
        assert office.control.subscriptions()[0]["paused_at"] is None
        graph.subscriptions.delete(key)
        assert (graph.subscriptions.get(key), graph.subscriptions.reauthorize(key)) == (None, False)


@pytest.mark.parametrize("faulty", [False, True])
def test_no_token_and_no_secret_is_in_what_is_kept_of_a_failure(
    office: Office, address: Listener, faulty: bool
) -> None:
    seen: list[Arrived] = []

    def refuses(request: Arrived) -> Reply:
        seen.append(request)
        return Reply(500 if faulty else 403)

    address.answer = refuses
    office.sync()
    (sent,) = (one for one in office.control.requests(kind="subscribe"))
    state = str(sent["body"]).partition('"clientState":"')[2].partition('"')[0]
    assert len(state) >= 64
    assert state not in row(office).error
    assert seen
