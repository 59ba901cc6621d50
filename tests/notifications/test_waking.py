"""Notifications as Microsoft sends them, to a number: noted, collapsed, and taken by the sync that they begin."""

from datetime import timedelta

from numberline import clock
from numberline.notifications.models import Subscription, WakeUp
from numberline.notifications.wake import claim, note, take, woken
from numberline.tenants.models import Mode, Tenant
from tests import factories as make
from tests.notifications.test_keep import calls, row
from tests.runs.office import Office
from tests.support.listener import Listener


def test_a_joiner_wakes_the_tenant_and_the_sync_gives_the_number(office: Office, address: Listener) -> None:
    office.sync()
    ann = office.joiner()
    address.items(1)
    assert woken(clock.now()) == [office.tenant.pk]
    office.sync()
    assert (list(office.held()), woken(clock.now())) == ([ann], [])


def test_a_burst_is_one_wake_up(office: Office, address: Listener) -> None:
    office.sync()
    office.control.faults(notification_delay=(0.0, 0.5))
    for _ in range(20):
        office.joiner()
    address.items(20)
    assert woken(clock.now()) == [office.tenant.pk]
    office.sync()
    assert (len(office.held()), woken(clock.now())) == (20, [])


def test_a_notification_of_a_purge_wakes_too(office: Office, address: Listener) -> None:
    ann = office.joiner()
    office.sync()
    office.control.purge(ann)
    address.items(1)
    assert woken(clock.now()) == [office.tenant.pk]


def test_when_authorisation_is_asked_for_the_subscription_is_renewed_by_the_next_sync(
    office: Office, address: Listener
) -> None:
    office.sync()
    office.control.require_authorisation(within=0)
    address.items(1)
    assert woken(clock.now()) == [office.tenant.pk]
    assert row(office).due_at <= clock.now()
    office.sync()
    assert calls(office) == ["subscribe", "renew"]  # which authorises as well: never both
    assert office.control.subscriptions()[0]["paused_at"] is None


def test_twice_and_late_does_no_harm_and_never_costs_the_polling_interval_alone(
    office: Office, address: Listener
) -> None:
    office.sync()
    office.control.faults(repeat_notification=1)
    ann = office.joiner()
    address.items(2)
    office.sync()
    office.control.faults(lose_notification=True)
    bob = office.joiner()
    assert office.control.notifications()["waiting"] == 0
    assert woken(clock.now()) == []
    office.sync()  # by its schedule
    assert sorted(office.held()) == sorted([ann, bob])


def test_one_that_comes_during_a_sync_is_not_lost(database: str) -> None:
    tenant = make.tenant()
    note(tenant.pk, clock.now())
    assert take(tenant.pk)  # the sync begins
    note(tenant.pk, clock.now())
    assert woken(clock.now()) == [tenant.pk]
    assert take(tenant.pk)
    assert not take(tenant.pk)


def test_syncs_that_wake_ups_begin_are_five_seconds_apart_and_one_of_several_begins_each(
    database: str,
) -> None:
    tenant = make.tenant()
    with clock.travel() as time:
        note(tenant.pk, clock.now())
        assert (claim(tenant.pk, clock.now()), claim(tenant.pk, clock.now())) == (True, False)
        take(tenant.pk)
        note(tenant.pk, clock.now())
        time.advance(timedelta(seconds=4.9))
        assert (woken(clock.now()), claim(tenant.pk, clock.now())) == ([], False)
        time.advance(timedelta(seconds=0.1))
        assert (woken(clock.now()), claim(tenant.pk, clock.now())) == ([tenant.pk], True)


def test_one_whose_sync_never_began_is_begun_again(database: str) -> None:
    tenant = make.tenant()
    with clock.travel() as time:
        note(tenant.pk, clock.now())
        assert claim(tenant.pk, clock.now())
        time.advance(timedelta(seconds=5))
        assert claim(tenant.pk, clock.now())


def test_tenants_that_are_off_are_not_woken_and_the_longest_waiting_is_first(database: str) -> None:
    first, second = make.tenant(), make.tenant(name="fabrikam", entra_id="2" * 36)
    note(second.pk, clock.now())
    note(first.pk, clock.now())
    assert woken(clock.now()) == [second.pk, first.pk]
    Tenant.objects.filter(pk=second.pk).update(mode=Mode.OFF)
    assert woken(clock.now()) == [first.pk]


def test_what_came_for_a_tenant_is_its_own(database: str) -> None:
    first, second = make.tenant(), make.tenant(name="fabrikam", entra_id="2" * 36)
    note(first.pk, clock.now())
    assert not WakeUp.objects.of(second.pk).exists()
    assert not Subscription.objects.of(first.pk).exists()
