"""Lists are paged by key: nothing is shown twice or left out, whatever comes and goes, and no cursor does harm."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numberline.inventory.models import Number
from numberline.paging import Page, page
from numberline.tenants.models import Tenant
from numberline.worklist.models import Item
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    """Twenty-five numbers, five of which have each of five times."""
    tenant = make.tenant()
    for index in range(25):
        make.number(tenant, f"+44207946{index:04}", since=make.NOW + (index % 5) * make.HOUR)
    return tenant


def walk(owner: Tenant, keys: tuple[str, ...], size: int) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        got = page(Number.objects.of(owner.pk), keys, cursor, size)
        pages.append([row.text for row in got.rows])
        cursor = got.after
        if not cursor:
            return pages


@pytest.mark.parametrize(
    "keys", [("value", "pk"), ("-value", "-pk"), ("since", "value"), ("-since", "value")]
)
@pytest.mark.parametrize("size", [1, 7, 25, 50])
def test_every_row_is_on_one_page_in_the_order_of_the_keys(
    owner: Tenant, keys: tuple[str, ...], size: int
) -> None:
    rows = list(Number.objects.of(owner.pk).order_by(*keys).values_list("text", flat=True))
    assert [text for some in walk(owner, keys, size) for text in some] == rows


def test_the_way_back_shows_the_same_pages(owner: Tenant) -> None:
    keys, numbers = ("-since", "value"), Number.objects.of(owner.pk)
    there: list[Page[Number]] = [page(numbers, keys, size=7)]
    while there[-1].after:
        there.append(page(numbers, keys, there[-1].after, 7))
    back = [there[-1]]
    while back[-1].before:
        back.append(page(numbers, keys, back[-1].before, 7))
    assert [[row.pk for row in some.rows] for some in reversed(back)] == [
        [row.pk for row in some.rows] for some in there
    ]


def test_a_row_that_comes_or_goes_meanwhile_moves_no_other_to_another_page(owner: Tenant) -> None:
    numbers = Number.objects.of(owner.pk)
    first = page(numbers, ("value", "pk"), size=10)
    make.number(owner, "+441132960000")
    first.rows[3].delete()
    second = page(numbers, ("value", "pk"), first.after, 10)
    assert [row.text for row in second.rows] == [f"+44207946{index:04}" for index in range(10, 20)]


def test_a_list_without_rows_has_one_page_and_no_way_on(database: str) -> None:
    empty = page(Item.objects.of(make.tenant().pk), ("since", "pk"))
    assert (list(empty.rows), empty.after, empty.before) == ([], "", "")


def of(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "\0",
        "a" * 5000,
        of(),
        of(0),
        of(2, 1, 1),
        of(0, "1 OR 1=1", 1),
        of(0, 10**40, 1),
        of(0, None, None),
        of(0, [1], {"a": 1}),
        of(0, True, False),
        of(0, 1.5, 1),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_cursor_that_means_nothing_gives_the_first_page(owner: Tenant, cursor: str) -> None:
    got = page(Number.objects.of(owner.pk), ("value", "pk"), cursor, 5)
    assert [row.text for row in got.rows] == [f"+44207946{index:04}" for index in range(5)]


def test_a_time_without_its_zone_means_nothing_either(owner: Tenant) -> None:
    got = page(Number.objects.of(owner.pk), ("since", "value"), of(0, "2026-11-23T11:00:00", 1), 5)
    assert got.before == ""


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_cursor_is_an_error(cursor: str) -> None:
    from numberline.paging import _read

    way, values = _read(Number, ("value", "pk"), cursor)
    assert values is None or (len(values) == 2 and isinstance(way, bool))
