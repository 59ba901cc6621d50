"""One box finds people, numbers and ranges; what names one of them exactly goes straight there."""

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import VIEWER
from numberline.portal.search import range_address
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def owner(database: str) -> Tenant:
    tenant = make.tenant("Contoso & Sons")
    home = make.range_(tenant, "London Park Lane")
    make.number(tenant, make.N1, home)
    make.number(tenant, make.N2, home)
    make.person(tenant, "ann", displayName="Ann Lane")
    make.person(tenant, "anna")
    make.holding(make.number_row(tenant, make.N1), "ann")
    other = make.tenant("fabrikam")
    make.number(other, "+442079460777", make.range_(other, "Secret Lane"))
    make.person(other, "annabel")
    return tenant


@pytest.fixture
def viewer(owner: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, owner))


def ask(viewer: Client, owner: Tenant, text: str) -> str:
    """The page, or where it leads."""
    answer = viewer.get(reverse("search", args=[owner.name]), {"q": text})
    assert answer.status_code in (200, 302)
    return answer.content.decode() if answer.status_code == 200 else answer["Location"]


@pytest.mark.parametrize("text", ["+442079460001", "+44 20 7946 0001", "020 7946 0001"])
def test_a_whole_number_goes_to_its_page(viewer: Client, owner: Tenant, text: str) -> None:
    assert ask(viewer, owner, text) == reverse("number", args=[owner.name, make.N1])


@pytest.mark.parametrize("text", ["ann@contoso.example", "ANN@Contoso.example", make.oid("ann")])
def test_an_address_or_object_id_goes_to_the_person(viewer: Client, owner: Tenant, text: str) -> None:
    assert ask(viewer, owner, text) == reverse("person", args=[owner.name, make.oid("ann")])


def test_the_name_of_a_range_goes_to_the_range(viewer: Client, owner: Tenant) -> None:
    assert ask(viewer, owner, "London Park Lane") == range_address(owner.name, "London Park Lane")


def test_anything_else_shows_what_was_found_of_each(viewer: Client, owner: Tenant) -> None:
    text = ask(viewer, owner, "lane")
    assert "Ann Lane</a>" in text
    assert "London Park Lane</a>" in text
    assert "Secret" not in text
    numbers = ask(viewer, owner, "000")
    assert "+44 20 7946 0001</a>" not in numbers
    assert "Nothing found" in numbers
    assert "+44 20 7946 0002</a>" in ask(viewer, owner, "7946")


@pytest.mark.parametrize("text", ["annabel", "+442079460777", "0777", "<script>", "%", "Secret Lane"])
def test_nothing_of_another_tenant_is_found(viewer: Client, owner: Tenant, text: str) -> None:
    found = ask(viewer, owner, text)
    assert "Nothing found" in found
    assert "<script>" not in found


def test_without_a_text_it_says_what_can_be_found(viewer: Client, owner: Tenant) -> None:
    assert "numbers however they are written" in ask(viewer, owner, "  ")


def test_every_page_of_a_tenant_has_the_box(viewer: Client, owner: Tenant) -> None:
    page = viewer.get(reverse("overview", args=[owner.name])).content.decode()
    assert "data-search" in page
