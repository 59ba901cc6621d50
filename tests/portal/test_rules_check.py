"""The page of the rules check."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numberline.access.roles import VIEWER
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def tenant(database: str) -> Tenant:
    return make.tenant()


@pytest.fixture
def viewer(tenant: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, tenant))


def test_it_names_what_is_wrong_and_leads_there(tenant: Tenant, viewer: Client) -> None:
    make.person(tenant, "ann")
    make.person(tenant, "bob", city="York")
    for name in ("A", "B"):
        make.range_(tenant, name)
    make.range_(tenant, "Nobody/here", rule='City = "Atlantis"')
    make.range_(tenant, "Later", priority=900)
    with CaptureQueriesContext(connection) as queries:
        answer = viewer.get(reverse("rules_check", args=["contoso"]))
    page = answer.content.decode()
    assert len(queries) <= 20
    for words in (
        "All 2 people",
        "Ann",
        "Bob",
        "York",
        reverse("range", args=["contoso", "Nobody/here"]),
        "all served first by",
    ):
        assert words in page, words


def test_a_check_of_everybody_is_remembered_until_the_configuration_changes(
    tenant: Tenant, viewer: Client
) -> None:
    address = reverse("rules_check", args=["contoso"])
    make.range_(tenant, "London")
    make.person(tenant, "ann")
    assert "All 1 people" in viewer.get(address, {"everybody": "1"}).content.decode()
    make.person(tenant, "bob")
    assert "All 1 people" in viewer.get(address).content.decode()
    Tenant.objects.filter(pk=tenant.pk).update(config_version=99)
    assert "All 2 people" in viewer.get(address).content.decode()


def test_where_nothing_is_wrong_it_says_so(tenant: Tenant, viewer: Client) -> None:
    make.range_(tenant, "London")
    make.person(tenant, "ann")
    assert (
        "Every rule matches somebody" in viewer.get(reverse("rules_check", args=["contoso"])).content.decode()
    )


def test_without_any_range_it_says_what_to_do(viewer: Client) -> None:
    assert "No range yet" in viewer.get(reverse("rules_check", args=["contoso"])).content.decode()
