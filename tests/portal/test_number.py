"""The page of a number."""

from django.urls import reverse

from numberline.access.roles import VIEWER
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


def test_a_numbers_page_shows_its_holder_and_links_to_them(database: str) -> None:
    tenant = make.tenant()
    make.person(tenant)
    make.holding(make.number(tenant, make.N1, make.range_(tenant)))
    client = signed_in(somebody_with(VIEWER, tenant))
    page = client.get(reverse("number", args=[tenant.name, make.N1])).content.decode()
    assert "ann@contoso.example" in page
    assert reverse("person", args=[tenant.name, make.oid("ann")]) in page


def test_a_number_of_another_tenant_is_not_found(database: str) -> None:
    own, other = make.tenant("contoso"), make.tenant("fabrikam")
    make.number(other, make.N1)
    client = signed_in(somebody_with(VIEWER, own))
    assert client.get(reverse("number", args=[own.name, make.N1])).status_code == 404
