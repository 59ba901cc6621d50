"""The page of a person."""

from django.urls import reverse

from numberline.access.roles import VIEWER
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


def test_a_persons_page_shows_the_number_and_links_to_it(database: str) -> None:
    tenant = make.tenant()
    make.person(tenant)
    make.holding(make.number(tenant, make.N1, make.range_(tenant)))
    client = signed_in(somebody_with(VIEWER, tenant))
    page = client.get(reverse("person", args=[tenant.name, make.oid("ann")])).content.decode()
    assert "+44 20 7946 0001" in page
    assert reverse("number", args=[tenant.name, make.N1]) in page


def test_a_person_of_another_tenant_is_not_found(database: str) -> None:
    own, other = make.tenant("contoso"), make.tenant("fabrikam")
    make.person(other)
    client = signed_in(somebody_with(VIEWER, own))
    assert client.get(reverse("person", args=[own.name, make.oid("ann")])).status_code == 404
