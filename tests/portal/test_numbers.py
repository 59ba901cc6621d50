"""The list of numbers: found by any way of writing one, filtered by what they have in common, page by page."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from numberline.access.roles import RANGE_MANAGER, VIEWER
from numberline.inventory.models import Number
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def owner(database: str) -> Tenant:
    """Numbers of London, Leeds and Seattle; Ann holds one."""
    tenant = make.tenant("Contoso & Sons")
    london = make.range_(tenant, "London", provider="BT")
    for last in range(4):
        make.number(tenant, f"+44207946000{last}", london, provider="BT")
    make.number(tenant, "+442079460000;ext=12", london)
    make.number(tenant, "+441132960001", make.range_(tenant, "Leeds"), state="reserved", locked=True)
    make.number(tenant, "+12065550100", type="calling_plan", provider="Microsoft")
    make.person(tenant, "ann")
    make.holding(make.number_row(tenant, "+442079460001"), "ann")
    return tenant


@pytest.fixture
def viewer(owner: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, owner))


def page(viewer: Client, owner: Tenant, **query: object) -> str:
    answer = viewer.get(reverse("numbers", args=[owner.name]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(text: str) -> list[str]:
    """The numbers of a page, without what groups their digits."""
    found = re.findall(r'<a class="tabular nowrap"[^>]*>([^<]+)</a>', text)
    return [re.sub(r"[ -]", "", one) for one in found]


ALL = [
    "+12065550100",
    "+441132960001",
    "+442079460000",
    "+442079460000ext.12",
    "+442079460001",
    "+442079460002",
    "+442079460003",
]


def test_without_a_filter_every_number_is_there_in_its_order(viewer: Client, owner: Tenant) -> None:
    assert shown(page(viewer, owner)) == ALL


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("+44 20 7946 0002", ALL[5:6]),
        ("+44 (0)20 7946 0002", ALL[5:6]),
        ("020 7946 0002", ALL[5:6]),
        ("7946 0002", ALL[5:6]),
        ("0044 113", ALL[1:2]),
        ("0113 296", ALL[1:2]),
        ("5550100", ALL[:1]),
        ("0003", ALL[6:7]),
        ("+44 20", ALL[2:]),
        ("+442079460000", ALL[2:4]),
        ("020 7946 0000 ext 12", ALL[3:4]),
        ("Adele", []),
        ("%", []),
        ("0", []),
    ],
)
def test_a_number_is_found_however_it_is_written_and_by_parts_of_it(
    viewer: Client, owner: Tenant, typed: str, found: list[str]
) -> None:
    assert shown(page(viewer, owner, q=typed)) == found


def test_bare_digits_that_may_be_an_end_or_a_beginning_are_both_and_each_has_its_own_list(
    viewer: Client, owner: Tenant
) -> None:
    for one in ("+12003330012", "+442079460012"):
        make.number(owner, one)
    ends = ["+12003330012", "+442079460000ext.12", "+442079460012"]
    text = page(viewer, owner, q="0012", country="")
    assert shown(text) == [*ends, "+12065550100"]
    links = [
        html.unescape(one)
        for one in re.findall(r'href="([^"]*)"', text.split('id="readings">')[1].split("</p>")[0])
    ]
    assert links == ["?country=&end=0012", "?q=%2B12&country="]
    assert "3 end with 0012</a>, " in text
    assert "2 begin with +12</a>." in text
    assert sorted(shown(page(viewer, owner, end="0012"))) == ends
    assert shown(page(viewer, owner, q="+12")) == ["+12003330012", "+12065550100"]
    assert 'id="readings"' not in page(viewer, owner, q="0003")
    long = make.range_(owner, "Ends with London's area code")
    make.number(owner, "+12025207946", long)
    assert shown(page(viewer, owner, q="5207946")) == ["+12025207946"]
    assert shown(page(viewer, owner, q="207946"))[-1] == "+12025207946", "many digits are rather a beginning"


def test_ends_come_first_over_several_pages(viewer: Client, owner: Tenant) -> None:
    for last in range(60):
        make.number(owner, f"+1200{last:02}50013")
        make.number(owner, f"+13{last:02}5550199")
    first = viewer.get(reverse("numbers", args=[owner.name]), {"q": "0013"})
    second = viewer.get(
        reverse("numbers", args=[owner.name]), {"q": "0013", "page": first.context["found"].after}
    )
    third = viewer.get(
        reverse("numbers", args=[owner.name]), {"q": "0013", "page": second.context["found"].after}
    )
    seen = [row["number"].text for one in (first, second, third) for row in one.context["rows"]]
    assert len(seen) == len(set(seen)) == 120
    assert all(one.endswith("0013") for one in seen[:60])
    back = viewer.get(
        reverse("numbers", args=[owner.name]), {"q": "0013", "page": third.context["found"].before}
    )
    assert [row["number"].text for row in back.context["rows"]] == seen[50:100]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "assigned"}, ALL[4:5]),
        ({"range": "Leeds"}, ALL[1:2]),
        ({"no_range": "1"}, ALL[:1]),
        ({"provider": "Microsoft"}, ALL[:1]),
        ({"type": "calling_plan"}, ALL[:1]),
        ({"country": "GB"}, ALL[1:]),
        ({"country": "GB", "area": "113"}, ALL[1:2]),
        ({"area": "206"}, ALL[:1]),
        ({"end": "01"}, [ALL[1], ALL[4]]),
        ({"locked": "1"}, ALL[1:2]),
        ({"range": "London", "state": "available", "end": "2"}, [ALL[5], ALL[3]]),
        ({"range": "London", "state": "reserved"}, []),
    ],
)
def test_filters_narrow_the_list(
    viewer: Client, owner: Tenant, query: dict[str, str], found: list[str]
) -> None:
    text = page(viewer, owner, **query)
    assert sorted(shown(text)) == sorted(found)
    assert f"<span>{len(found)} number" in text
    assert text.count('class="chip on"') == len(query)


def test_a_filter_that_is_no_choice_is_left_out_with_a_sentence(viewer: Client, owner: Tenant) -> None:
    text = page(viewer, owner, state="free", range="<b>", country="xx")
    assert shown(text) == ALL
    assert text.count("the list is shown without that filter") == 3
    assert "<b>”" not in text


def test_a_chip_takes_its_filter_away_and_leaves_the_others(viewer: Client, owner: Tenant) -> None:
    text = page(viewer, owner, country="GB", state="reserved", page="x")
    chips = re.findall(r'<a class="chip on" href="([^"]*)"', text)
    assert chips == ["?country=GB", "?state=reserved"]


def test_each_choice_says_how_many_numbers_it_would_leave(viewer: Client, owner: Tenant) -> None:
    text = page(viewer, owner, range="London")
    assert ">available (4)</option>" in text
    assert ">Leeds (1)</option>" in text
    assert ">calling plan (0)</option>" in text
    assert 'aria-label="Numbers" data-counts' in text, (
        "a script takes them away once another filter is changed"
    )


@pytest.mark.parametrize("asked", [{"q": "0001"}, {"end": "1"}, {"locked": "1"}])
def test_no_choice_says_a_number_that_a_search_makes_untrue(
    viewer: Client, owner: Tenant, asked: dict[str, str]
) -> None:
    text = page(viewer, owner, **asked)
    assert ">available</option>" in text
    assert ">Leeds</option>" in text
    assert not re.search(r"\([0-9,]+\)</option>", text)
    assert "data-counts" not in text


def test_pages_follow_each_other_and_keep_the_filter(viewer: Client, owner: Tenant) -> None:
    home = make.range_(owner, "Many")
    for last in range(60):
        make.number(owner, f"+44207946{1000 + last}", home)
    first = page(viewer, owner, range="Many")
    assert len(shown(first)) == 50
    (address,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = viewer.get(
        reverse("numbers", args=[owner.name]) + address.replace("&amp;", "&")
    ).content.decode()
    assert shown(second) == [f"+44207946{1000 + last}" for last in range(50, 60)]


def test_who_holds_a_number_is_named_and_linked(viewer: Client, owner: Tenant) -> None:
    address = reverse("person", args=[owner.name, make.oid("ann")])
    link = rf'<a href="{re.escape(escape(address))}"[^>]*>Ann</a>'
    assert re.search(link, page(viewer, owner, q="7946 0001"))


def test_a_tenant_without_numbers_is_told_how_they_come(viewer: Client, owner: Tenant) -> None:
    Number.objects.of(owner.pk).exclude(state="assigned").delete()
    assert "No such number" in page(viewer, owner, state="blocked")


def test_a_page_asks_the_database_a_handful_of_times(
    viewer: Client, owner: Tenant, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        page(viewer, owner, q="7946", state="available", range="London")


def test_the_import_is_reached_from_the_list_by_whoever_may_import(viewer: Client, owner: Tenant) -> None:
    way = escape(reverse("import_numbers", args=[owner.name]))
    assert way not in page(viewer, owner)
    assert way in page(signed_in(somebody_with(RANGE_MANAGER, owner)), owner)


GAMMA, OTHER = "4f7d2b6e-0000-4000-8000-00000000000a", "9c1e77aa-0000-4000-8000-00000000000b"


def test_an_operator_is_called_as_the_ranges_of_its_numbers_call_it_and_never_by_its_id_alone(
    viewer: Client, owner: Tenant
) -> None:
    connect = {"type": "operator_connect", "state": "available"}
    cardiff = make.range_(owner, "Cardiff", type="operator_connect", provider="Gamma")
    make.number(owner, "+442920180001", cardiff, provider=GAMMA, teams_operator=GAMMA)
    make.number(owner, "+442920180002", **connect, provider=GAMMA, teams_operator=GAMMA, teams_at=make.NOW)
    make.number(owner, "+442920180003", **connect, provider=OTHER, teams_operator=OTHER)
    text = page(viewer, owner)
    assert f'value="{GAMMA}">Gamma (2)' in text
    assert f'value="{OTHER}">Operator 9c1e77aa (1)' in text
    assert text.count(f'title="Operator id {GAMMA}">Gamma</td>') == 2
    filtered = page(viewer, owner, provider=GAMMA)
    assert shown(filtered) == ["+442920180001", "+442920180002"]
    assert "provider Gamma" in filtered
    make.number(owner, "+442920180004", make.range_(owner, "Newport", provider="Gamma"), provider="Gamma")
    both = page(viewer, owner)
    assert '<option value="Gamma">Gamma (3)' in both
    assert both.count(">Gamma (") == 1, "a provider is offered once, by whatever Teams and the ranges call it"
    gamma = ["+442920180001", "+442920180002", "+442920180004"]
    for value in ("Gamma", GAMMA):
        chosen = page(viewer, owner, provider=value)
        assert shown(chosen) == gamma
        assert '<option selected value="Gamma">Gamma (3)' in chosen
        assert shown(page(viewer, owner, provider=value, range="Newport")) == gamma[2:]
        answer = viewer.get(reverse("numbers_export", args=[owner.name]), {"provider": value})
        taken = answer.getvalue().decode()  # type: ignore[attr-defined]  # the test client's
        assert [text for text in gamma if text in taken] == gamma
    of_one = viewer.get(reverse("number", args=[owner.name, "+442920180002"])).content.decode()
    assert "<dt>Provider</dt><dd>Gamma</dd>" in of_one
    assert f"<code>{GAMMA}</code>" in of_one
