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
from tests.support.tasks import carry_out_waiting


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


def test_everybody_is_looked_at_in_the_background_and_the_answer_stays_until_the_configuration_changes(
    tenant: Tenant, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numberline.portal.rules_check.SECONDS", 0)
    monkeypatch.setattr("numberline.directory.scan._CHUNK", 1)
    address = reverse("rules_check", args=["contoso"])
    make.range_(tenant, "London")
    make.person(tenant, "ann")
    make.person(tenant, "bob")
    assert "Only the first 1 of 2 people" in viewer.get(address).content.decode()

    assert viewer.post(address).headers["Location"] == address
    assert 'hx-trigger="every 1s"' in viewer.get(address).content.decode()
    assert "waiting" in viewer.get(address, headers={"X-Poll": "1"}).content.decode()
    (task,) = carry_out_waiting(tenant)
    assert task.sentence == "Looked at 2 people."
    assert viewer.get(address, headers={"X-Poll": "1"}).headers["HX-Refresh"] == "true"
    make.person(tenant, "cid")
    assert "All 2 people" in viewer.get(address).content.decode()
    Tenant.objects.filter(pk=tenant.pk).update(config_version=99)
    assert "Only the first 1 of 3 people" in viewer.get(address).content.decode()


def test_where_nothing_is_wrong_it_says_so(tenant: Tenant, viewer: Client) -> None:
    make.range_(tenant, "London")
    make.person(tenant, "ann")
    assert (
        "Every rule matches somebody" in viewer.get(reverse("rules_check", args=["contoso"])).content.decode()
    )


def test_without_any_range_it_says_what_to_do(viewer: Client) -> None:
    assert "No range yet" in viewer.get(reverse("rules_check", args=["contoso"])).content.decode()
