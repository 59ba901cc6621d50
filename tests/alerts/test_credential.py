"""A credential that ends soon is on the worklist, and told once at each stage."""

import json
from datetime import timedelta

import pytest

from numberline.clock import FakeClock
from numberline.jobs.telling import look_and_tell
from numberline.tenants.credentials import SOON, Secret, seal
from numberline.tenants.models import Tenant
from numberline.worklist.credential import STAGES, watch_credential
from numberline.worklist.models import Item
from tests import factories as make
from tests.alerts.servers import Hook

ENDS = make.NOW.date() + timedelta(days=60)


def give(owner: Tenant, secret: Secret) -> None:
    owner.credential = seal(secret)
    owner.save(update_fields=["credential"])


@pytest.fixture
def ending(owner: Tenant) -> Tenant:
    """A tenant whose client secret ends in 60 days."""
    give(owner, Secret(client_secret="a secret", ends=ENDS))
    return owner


def open_item(owner: Tenant) -> Item | None:
    return Item.objects.of(owner.pk).filter(closed_at=None, code="credential_ends").first()


def days_before(time: FakeClock, days: int) -> None:
    """The clock stands so many days before the credential's end."""
    time.advance(ENDS - timedelta(days=days) - time.now().date())


def test_it_is_told_30_14_7_and_1_days_before_and_when_it_has_ended_each_once(
    ending: Tenant, hook: Hook, time: FakeClock
) -> None:
    told = []
    for days in (60, 31, 30, 29, 15, 14, 8, 7, 2, 1, 0, -1, -2):
        days_before(time, days)
        for _ in range(2):
            look_and_tell(ending)
        told.append((days, [json.loads(each.body)["data"]["subject"] for each in hook.received]))
        hook.received.clear()
    assert [(days, subjects) for days, subjects in told if subjects] == [
        (30, ["within 30 days"]),
        (14, ["within 14 days"]),
        (7, ["within 7 days"]),
        (1, ["within a day"]),
        (-1, ["has ended"]),
    ]
    item = open_item(ending)
    assert item is not None
    assert item.cause.startswith(f"The client secret of the application ended on {ENDS}")
    assert max(STAGES) == SOON, "from when on the settings page warns"


def test_whoever_looks_after_it_looks_after_the_next_stage_and_a_new_credential_ends_it(
    ending: Tenant, time: FakeClock
) -> None:
    days_before(time, 14)
    watch_credential(ending, time.now())
    Item.objects.of(ending.pk).update(assignee="anna@contoso.example")
    days_before(time, 6)
    watch_credential(ending, time.now())
    item = open_item(ending)
    assert item is not None
    assert (item.subject, item.assignee) == ("within 7 days", "anna@contoso.example")
    assert Item.objects.of(ending.pk).filter(closed_at=None).count() == 1
    give(ending, Secret(client_secret="another", ends=ENDS + timedelta(days=365)))
    watch_credential(ending, time.now())
    assert open_item(ending) is None


def test_of_a_secret_whose_end_nobody_said_and_of_one_that_can_not_be_read_nothing_is_told(
    owner: Tenant, time: FakeClock
) -> None:
    watch_credential(owner, time.now())
    Tenant.objects.filter(pk=owner.pk).update(credential=b"of another key")
    owner.refresh_from_db()
    watch_credential(owner, time.now())
    assert open_item(owner) is None
