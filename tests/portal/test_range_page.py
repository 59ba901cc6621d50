"""A range's page and its map."""

import random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numberline.access.roles import VIEWER
from numberline.core.states import State
from numberline.inventory.models import Number, Range
from numberline.portal.range_map import LETTERS, map_of, runs_of, written
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def tenant(database: str) -> Tenant:
    return make.tenant()


@pytest.fixture
def london(tenant: Tenant) -> Range:
    return make.range_(
        tenant, "London", provider="BT", quarantine_seconds=86400, policies={"TenantDialPlan": "UK"}
    )


@pytest.fixture
def viewer(tenant: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, tenant))


def many(home: Range, first: int, count: int, states: list[str]) -> None:
    """Numbers from this one on, in states of these by chance (but the same in each run)."""
    chance = random.Random(1)
    Number.objects.of(home.tenant_id).bulk_create(
        Number(
            tenant_id=home.tenant_id, text=f"+{value}", value=value, type=home.type, range=home,
            state=chance.choice(states), since=make.NOW, free_since=make.NOW,
        )
        for value in range(first, first + count)
    )  # fmt: skip


def test_the_page_tells_numbers_rule_settings_and_policies(
    viewer: Client, london: Range, tenant: Tenant
) -> None:
    make.number(tenant, "+442079460001", london)
    make.number(tenant, "+442079460300;ext=12", london)
    page = viewer.get(reverse("range", args=["contoso", "London"])).content.decode()
    for words in (
        "+44 20 7946 0001",
        "ext. 12",
        "City = &quot;London&quot;",
        "-eq &quot;London&quot;",
        "1d",
        "TenantDialPlan",
        "UK",
    ):
        assert words in page, words
    assert "Remove" not in page


def test_the_map_counts_what_follows_each_other_in_one_state_and_leaves_out_what_is_missing() -> None:
    cells = [(value, "assigned") for value in range(100, 103)]
    cells += [(105, "available"), (106, "blocked"), (130, "available")]
    assert [(run[0][0], written(run)) for run in runs_of(cells)] == [(100, "s3_2ab"), (130, "a")]


def test_every_state_has_a_letter_of_its_own() -> None:
    assert len(set(LETTERS.values())) == len(LETTERS) == len(State)


def test_ten_thousand_numbers_in_every_state_fit_into_a_page_of_150_kb(viewer: Client, london: Range) -> None:
    many(london, 442079400000, 10_500, [str(state) for state in State if state is not State.RETIRED])
    address = reverse("range", args=["contoso", "London"])
    with CaptureQueriesContext(connection) as queries:
        page = viewer.get(address)
    assert len(queries) <= 20
    assert len(page.content) < 150_000
    shown = page.context["map"]
    assert (shown.count, shown.following, shown.previous) == (10_000, "+442079410000", None)
    later = viewer.get(address, {"from": shown.following}).context["map"]
    assert (later.count, later.following, later.previous) == (500, None, "+442079400000")


def test_scattered_numbers_are_paged_before_the_page_grows_too_large(viewer: Client, london: Range) -> None:
    Number.objects.of(london.tenant_id).bulk_create(
        Number(tenant_id=london.tenant_id, text=f"+4420{value:08}", value=int(f"4420{value:08}"), type=london.type,
               range=london, state="available", since=make.NOW, free_since=make.NOW)
        for value in range(0, 4_000 * 37, 37)
    )  # fmt: skip
    numbers, seen, start = Number.objects.of(london.tenant_id), 0, ""
    while True:
        page = map_of(numbers, start)
        assert len(page.runs) < 60_000
        assert len(page.groups) <= 100
        seen += page.count
        if page.following is None:
            break
        start = page.following
    assert seen == 4_000


@pytest.mark.parametrize("start", ["x", "+", "-1", "+44'; DROP", "+" + "9" * 40])
def test_a_place_in_the_map_that_was_made_up_is_the_beginning(
    viewer: Client, london: Range, start: str
) -> None:
    many(london, 442079400000, 3, ["available"])
    page = viewer.get(reverse("range", args=["contoso", "London"]), {"from": start})
    assert page.status_code == 200
    assert page.context["map"].first == "+442079400000"


def test_the_holders_of_a_hundred_numbers_are_told_at_once(
    viewer: Client, london: Range, tenant: Tenant
) -> None:
    make.person(tenant, "ann")
    make.holding(make.number(tenant, "+442079460001", london), "ann")
    make.holding(make.number(tenant, "+442079460101", london), "bob")
    address = reverse("range_cells", args=["contoso", "London"])
    told = viewer.get(address, {"first": "442079460000"}).json()
    assert told["holders"] == {"442079460001": "Ann"}
    assert told["shown"]["442079460099"] == "+44 20 7946 0099"
    assert viewer.get(address).json() == {"holders": {}, "shown": {}}
    for wrong in ("-1", "x", "٣", "9" * 30):
        assert viewer.get(address, {"first": wrong}).status_code == 400


def test_a_range_of_another_tenant_is_not_there(viewer: Client, london: Range) -> None:
    other = make.tenant("fabrikam")
    make.range_(other, "Berlin")
    for route in ("range", "range_cells"):
        assert viewer.get(reverse(route, args=["contoso", "Berlin"])).status_code == 404
