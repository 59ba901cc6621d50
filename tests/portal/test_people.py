"""The list of people: found by name, address, number and attribute, with what automation decided of each."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import VIEWER
from numberline.directory.models import Person
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def owner(database: str) -> Tenant:
    """Ann holds a number, Bob waits, Cat is locked and Dan deleted."""
    tenant = make.tenant("Contoso & Sons")
    make.person(tenant, "ann", city="Leeds")
    make.person(tenant, "bob", city="Leeds", officeLocation="Park Lane")
    make.person(tenant, "cat", displayName="<i>Cat</i>")
    make.person(tenant, "dan")
    make.holding(make.number(tenant, make.N1), "ann")
    decided(tenant, "ann", action="keep", code="holds", reason="Holds a number that fits.")
    decided(tenant, "bob", action="wait", code="range_exhausted", reason="London has none left.")
    decided(tenant, "cat", action="skip", code="locked", locked=True)
    decided(tenant, "dan", deleted="soft", excluded=True)
    return tenant


def decided(tenant: Tenant, name: str, **fields: object) -> None:
    Person.objects.of(tenant.pk).filter(object_id=make.oid(name)).update(**fields)


@pytest.fixture
def viewer(owner: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, owner))


def page(viewer: Client, owner: Tenant, **query: object) -> str:
    answer = viewer.get(reverse("people", args=[owner.name]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(text: str) -> list[str]:
    return re.findall(r'<tr data-row>\s*<td><a href="[^"]*"[^>]*>([^<]+)</a>', text)


CAT = "&lt;i&gt;Cat&lt;/i&gt;"


def test_everybody_in_the_directory_is_there_by_name_with_number_and_decision(
    viewer: Client, owner: Tenant
) -> None:
    text = page(viewer, owner)
    assert sorted(shown(text)) == sorted(["Ann", "Bob", CAT])
    assert "+44 20 7946 0001</a>" in text
    assert "range exhausted</span>" in text
    assert "London has none left." in text
    assert "3 people" in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "bo"}, ["Bob"]),
        ({"q": "bob@contoso.example"}, ["Bob"]),
        ({"q": "020 7946 0001"}, ["Ann"]),
        ({"q": "60001"}, ["Ann"]),
        ({"q": "City=Leeds"}, ["Ann", "Bob"]),
        ({"q": "city=leeds", "number": "no"}, ["Bob"]),
        ({"attribute": ["City=Leeds", "Office=Park Lane"]}, ["Bob"]),
        ({"number": "yes"}, ["Ann"]),
        ({"decision": "wait"}, ["Bob"]),
        ({"why": "locked"}, [CAT]),
        ({"locked": "1"}, [CAT]),
        ({"deleted": "soft"}, ["Dan"]),
        ({"deleted": "soft", "excluded": "1"}, ["Dan"]),
        ({"excluded": "1"}, []),
        ({"q": "nobody"}, []),
        ({"q": "%_'\""}, []),
    ],
)
def test_people_are_found_by_what_is_asked(
    viewer: Client, owner: Tenant, query: dict[str, object], names: list[str]
) -> None:
    text = page(viewer, owner, **query)
    assert sorted(shown(text)) == sorted(names)


def test_each_attribute_is_a_chip_of_its_own_that_can_be_taken_away(viewer: Client, owner: Tenant) -> None:
    text = page(viewer, owner, attribute=["City=Leeds", "Office=Park Lane"])
    assert re.findall(r'<a class="chip on" href="([^"]*)"', text) == [
        "?attribute=Office%3DPark+Lane",
        "?attribute=City%3DLeeds",
    ]


@pytest.mark.parametrize(
    "query",
    [{"why": "because"}, {"attribute": "Shoe size=9"}, {"decision": "'; --"}, {"deleted": "x" * 5000}],
)
def test_what_is_no_filter_is_left_out_with_a_sentence(
    viewer: Client, owner: Tenant, query: dict[str, object]
) -> None:
    text = page(viewer, owner, **query)
    assert len(shown(text)) == 3
    assert 'class="notice warn"' in text


def test_who_holds_one_of_many_numbers_that_match_is_shown_with_a_word_that_there_are_more(
    viewer: Client, owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.holding(make.number(owner, make.N2), "bob")
    assert "more match" not in page(viewer, owner, q="7946")
    for where in ("numberline.assignments.search.MOST", "numberline.portal.people.MOST"):
        monkeypatch.setattr(where, 1)
    text = page(viewer, owner, q="7946")
    assert len(shown(text)) == 1
    assert "more match than are shown, type further digits" in text


def test_people_of_another_tenant_are_neither_found_nor_counted(viewer: Client, owner: Tenant) -> None:
    other = make.tenant("fabrikam")
    make.person(other, "ann2", displayName="Ann Other")
    make.holding(make.number(other, "+442079460777"), "ann2")
    assert shown(page(viewer, owner, q="ann")) == ["Ann"]
    assert shown(page(viewer, owner, q="0777")) == []


def test_a_page_of_people_asks_the_database_a_handful_of_times(
    viewer: Client, owner: Tenant, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        page(viewer, owner, q="7946 0001", attribute="City=Leeds", number="yes")


def test_a_part_of_an_address_is_found_and_an_attribute_that_is_none_says_which_was_meant(
    database: str,
) -> None:
    tenant = make.tenant("somewhere")
    make.person(tenant, "ann.new")
    client = signed_in(somebody_with(VIEWER, tenant))
    address = reverse("people", args=[tenant.name])
    assert "ann.new@contoso.example" in client.get(address, {"q": ".new@"}).content.decode()
    assert "did you mean Department=" in client.get(address, {"q": "Dept=Sales"}).content.decode()
    assert "did you mean" not in client.get(address, {"q": "Department=Sales"}).content.decode()
