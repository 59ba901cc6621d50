"""Opening and closing what needs a human."""

import pytest
from django.db import IntegrityError, transaction

from numberline.tenants.models import Tenant
from numberline.worklist.codes import ADVICE
from numberline.worklist.items import close_items, open_item
from numberline.worklist.listing import open_items
from numberline.worklist.models import Item
from tests import factories as make

ANN = make.oid("ann")
LATER = make.NOW + make.HOUR


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


def test_an_item_is_open_once_for_each_occasion_and_keeps_its_first_time(owner: Tenant) -> None:
    first = open_item(owner.pk, "refused", make.NOW, person=ANN, number=make.N1, detail="old words")
    again = open_item(owner.pk, "refused", LATER, person=ANN, number=make.N1, cause="c", detail="new words")
    assert first.pk == again.pk
    item = Item.objects.of(owner.pk).get()
    assert (item.since, item.cause, item.detail, item.closed_at) == (make.NOW, "c", "new words", None)
    open_item(owner.pk, "refused", LATER, person=ANN, number=make.N2)
    open_item(owner.pk, "not_ready", LATER, person=ANN)
    assert Item.objects.of(owner.pk).count() == 3


def test_an_item_has_the_cause_of_its_code_unless_told_otherwise(owner: Tenant) -> None:
    assert open_item(owner.pk, "range_low", make.NOW, range_name="London").cause == ADVICE["range_low"].cause


def test_a_code_that_nobody_documented_can_not_be_opened(owner: Tenant) -> None:
    with pytest.raises(KeyError):
        open_item(owner.pk, "mystery", make.NOW)


def test_the_database_refuses_a_second_open_item_of_one_occasion(owner: Tenant) -> None:
    open_item(owner.pk, "listing_short", make.NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.of(owner.pk).create(code="listing_short", since=LATER, cause="c")


def test_closing_closes_the_open_items_about_that_and_only_those(owner: Tenant) -> None:
    other = make.tenant("fabrikam")
    open_item(owner.pk, "refused", make.NOW, person=ANN, number=make.N1)
    open_item(owner.pk, "refused", make.NOW, person=ANN, number=make.N2)
    open_item(owner.pk, "not_ready", make.NOW, person=ANN)
    open_item(owner.pk, "refused", make.NOW, person=make.oid("bob"))
    open_item(other.pk, "refused", make.NOW, person=ANN)
    assert close_items(owner.pk, LATER, "refused", person=ANN, number=make.N2) == 1
    assert close_items(owner.pk, LATER, "refused", "not_ready", person=ANN) == 2
    assert close_items(owner.pk, LATER, "refused", person=ANN) == 0
    assert [item.person for item in Item.objects.of(owner.pk).filter(closed_at=None)] == [make.oid("bob")]
    assert Item.objects.of(other.pk).get().closed_at is None


def test_what_comes_again_after_it_was_closed_is_a_new_item(owner: Tenant) -> None:
    open_item(owner.pk, "range_exhausted", make.NOW, range_name="London")
    close_items(owner.pk, LATER, "range_exhausted", range_name="London")
    open_item(owner.pk, "range_exhausted", LATER, range_name="London")
    assert [item.since for item in Item.objects.of(owner.pk).order_by("pk")] == [make.NOW, LATER]


def test_the_list_shows_open_items_oldest_first_as_scripts_read_them(owner: Tenant) -> None:
    make.person(owner)
    open_item(owner.pk, "refused", LATER, person=ANN, number=make.N1, detail="HTTP 400")
    open_item(owner.pk, "range_low", make.NOW, range_name="London", cause="London has 3 left.")
    open_item(owner.pk, "in_doubt", make.NOW, person=ANN, number=make.N1)
    close_items(owner.pk, LATER, "in_doubt")
    shown = open_items(owner.pk)
    assert [item.to_json() for item in shown] == [
        {
            "code": "range_low",
            "since": make.NOW,
            "person": None,
            "number": None,
            "cause": "London has 3 left.",
            "remedy": ADVICE["range_low"].remedy,
            "detail": "London",
        },
        {
            "code": "refused",
            "since": LATER,
            "person": ANN,
            "number": make.N1,
            "cause": ADVICE["refused"].cause,
            "remedy": ADVICE["refused"].remedy,
            "detail": "HTTP 400",
        },
    ]
    assert [item.about for item in shown] == ["London", f"ann@contoso.example, {make.N1}"]
