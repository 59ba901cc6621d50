"""The list of ranges."""

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numberline.access.roles import RANGE_MANAGER, VIEWER
from numberline.inventory.models import Range
from numberline.portal.addresses import RangeName
from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def tenant(database: str) -> Tenant:
    return make.tenant()


@pytest.fixture
def viewer(tenant: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, tenant))


def listed(client: Client, **filters: str) -> str:
    answer = client.get(reverse("ranges", args=["contoso"]), filters)
    assert answer.status_code == 200
    return answer.content.decode()


def names(page: str) -> list[str]:
    """The ranges that a page lists, in its order."""
    cells = page.split("<tbody>")[-1].split("<tr data-row>")[1:]
    return [cell.split('/">', 1)[1].split("<", 1)[0] for cell in cells]


def test_ranges_stand_in_the_order_in_which_they_are_asked(tenant: Tenant, viewer: Client) -> None:
    for name, priority in (("B", 10), ("A", 10), ("Z", -1), ("C", 100)):
        make.range_(tenant, name, priority=priority)
    assert names(listed(viewer)) == ["Z", "A", "B", "C"]


def test_a_line_says_what_there_is_and_what_is_wrong(tenant: Tenant, viewer: Client) -> None:
    london = make.range_(tenant, "London", provider="BT", enabled=False)
    make.number(tenant, "+442079460001", london)
    make.holding(make.number(tenant, "+442079460002", london))
    open_item(tenant.pk, "range_low", make.NOW, range_name="London", cause="few")
    open_item(tenant.pk, "range_exhausted", make.NOW, range_name="London")
    page = listed(viewer)
    for words in ("used up", "disabled", "Direct Routing", "BT", "of 2", "1 available, 1 assigned"):
        assert words in page, words
    assert "City = &quot;London&quot;" in page


def test_who_may_not_change_ranges_is_not_shown_how(tenant: Tenant, viewer: Client) -> None:
    make.range_(tenant, "London")
    new = reverse("range_new", args=["contoso"])
    assert new not in listed(viewer)
    assert new in listed(signed_in(somebody_with(RANGE_MANAGER, tenant)))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"q": "york"}, ["York"]),
        ({"q": "leeds"}, ["London"]),
        ({"type": "calling_plan"}, ["York"]),
        ({"type": "fax"}, ["London", "York"]),
        ({"provider": "BT"}, ["London"]),
        ({"alert": "any"}, ["York"]),
        ({"after": "x:London", "q": " "}, ["London", "York"]),
    ],
)
def test_filters_narrow_the_list_and_nonsense_is_ignored(
    tenant: Tenant, viewer: Client, filters: dict[str, str], expected: list[str]
) -> None:
    make.range_(tenant, "London", rule='City = "Leeds"', provider="BT")
    make.range_(tenant, "York", type="calling_plan")
    open_item(tenant.pk, "range_low", make.NOW, range_name="York", cause="few")
    assert names(listed(viewer, **filters)) == expected


def test_five_hundred_ranges_are_paged_in_few_queries_and_little_html(tenant: Tenant, viewer: Client) -> None:
    Range.objects.of(tenant.pk).bulk_create(
        Range(tenant=tenant, name=f"R{at:03}", type="direct_routing", rule='City = "x"' * 9, priority=at // 9)
        for at in range(500)
    )
    seen: list[str] = []
    after = ""
    while True:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = viewer.get(reverse("ranges", args=["contoso"]), {"after": after} if after else {})
        assert len(queries) <= 20
        assert len(answer.content) < 150_000
        seen += names(answer.content.decode())
        if not answer.context["after"]:
            break
        after = answer.context["after"]
    assert seen == [f"R{at:03}" for at in range(500)]


@pytest.mark.parametrize(
    "name", ["London/Park Lane", "~2F", "..", ".", "new", "a b?#%&\"'<", "Zürich", "50%2F"]
)
def test_a_range_has_an_address_whatever_it_is_called(tenant: Tenant, viewer: Client, name: str) -> None:
    make.range_(tenant, name)
    address = reverse("range", args=["contoso", name])
    page = viewer.get(address)
    assert page.status_code == 200
    assert page.context["range"].name == name
    assert address in unescape(listed(viewer))
    assert RangeName().to_python(RangeName().to_url(name)) == name


def test_the_first_range_is_asked_for_where_there_is_none(tenant: Tenant, viewer: Client) -> None:
    assert "No range yet" in listed(viewer)
