"""People say who looks after an item and put it off; the facts open and close it all the same."""

from datetime import timedelta

import pytest

from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.tenants.models import Tenant
from numberline.worklist.hands import ItemRefused, assign, snooze, wake
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item
from tests import factories as make

BEN = Cause("portal:ben@example.org", ticket="INC-9")


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


@pytest.fixture
def item(owner: Tenant) -> Item:
    return open_item(owner.pk, "not_ready", make.NOW, person=make.oid("ann"))


def test_an_item_has_somebody_who_looks_after_it_and_the_record_says_so(owner: Tenant, item: Item) -> None:
    assert assign(owner.pk, item.pk, "ben@example.org", make.NOW, BEN).assignee == "ben@example.org"
    entry = Entry.objects.of(owner.pk).get()
    assert (entry.verb, entry.person, entry.actor, entry.ticket) == (
        "item_assigned",
        make.oid("ann"),
        "portal:ben@example.org",
        "INC-9",
    )
    assert (entry.before["assignee"], entry.after["assignee"]) == ("", "ben@example.org")


def test_saying_the_same_again_leaves_no_second_entry(owner: Tenant, item: Item) -> None:
    for _ in range(2):
        assign(owner.pk, item.pk, "ben@example.org", make.NOW, BEN)
    assert Entry.objects.of(owner.pk).count() == 1


def test_an_item_is_put_off_and_taken_back(owner: Tenant, item: Item) -> None:
    until = make.NOW + 3 * make.DAY
    assert snooze(owner.pk, item.pk, until, make.NOW, BEN).snoozed_until == until
    assert wake(owner.pk, item.pk, make.NOW, BEN).snoozed_until is None


@pytest.mark.parametrize("later", [timedelta(), -make.HOUR, timedelta(days=91)])
def test_it_is_put_off_to_a_time_to_come_within_ninety_days(
    owner: Tenant, item: Item, later: timedelta
) -> None:
    with pytest.raises(ItemRefused, match="90 days at most"):
        snooze(owner.pk, item.pk, make.NOW + later, make.NOW, BEN)


def test_what_the_facts_closed_is_nobodys_any_more(owner: Tenant, item: Item) -> None:
    snooze(owner.pk, item.pk, make.NOW + make.DAY, make.NOW, BEN)
    close_items(owner.pk, make.NOW, "not_ready")
    with pytest.raises(ItemRefused, match="closed by now"):
        assign(owner.pk, item.pk, "ben@example.org", make.NOW, BEN)
    assert open_item(owner.pk, "not_ready", make.NOW, person=make.oid("ann")).snoozed_until is None


def test_another_tenants_item_is_as_if_it_were_not_there(owner: Tenant, item: Item) -> None:
    other = make.tenant("fabrikam")
    with pytest.raises(ItemRefused):
        assign(other.pk, item.pk, "eve@example.org", make.NOW, BEN)
