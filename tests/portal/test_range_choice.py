"""The ranges of which somebody may be given the next number: what automation would do first, then what else there is."""

import re

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numberline.access.roles import SERVICE_DESK
from numberline.inventory.models import Number, Range
from numberline.jobs.models import Task
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.pages import sent, text
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def tenant(database: str) -> Tenant:
    """Ann waits and Ben has a number; ranges of every kind that there is for them."""
    tenant = make.tenant()
    london = make.range_(tenant)
    leeds = make.range_(tenant, "Leeds", rule='City = "Leeds"', priority=5)
    for last in range(1, 4):
        make.number(tenant, f"+44207946000{last}", london)
    make.number(tenant, "+441134960001", leeds)
    make.number(tenant, "+442079460901", make.range_(tenant, "Overflow", rule="EVERYONE", priority=900))
    make.number(tenant, "+442079460902", make.range_(tenant, "Spare", rule=""))
    make.range_(tenant, "Empty", rule="EVERYONE", priority=1)
    make.number(tenant, "+442079460903", make.range_(tenant, "Old", rule="EVERYONE", enabled=False))
    make.number(tenant, "+441174960001", make.range_(tenant, "Bristol", type="calling_plan", rule="EVERYONE"))
    operated = {"type": "operator_connect", "rule": "EVERYONE"}
    make.number(tenant, "+33170180001", make.range_(tenant, "Paris", **operated))
    mixed = make.range_(tenant, "Mixed", **{**operated, "rule": ""})
    make.number(tenant, "+33170180002", mixed)
    make.number(tenant, "+442079460904", mixed)
    make.person(tenant, "ann", displayName="Ann Smith")
    make.person(tenant, "ben", displayName="Ben Smith", city="Leeds")
    make.holding(make.number_row(tenant, "+442079460003"), "ben")
    return tenant


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(SERVICE_DESK, tenant))


def offered(client: Client, tenant: Tenant, act: str, name: str) -> list[tuple[str, list[str]]]:
    """The groups of the list of ranges, each with its options as they are written."""
    page = text(client.get(reverse(f"person_{act}", args=[tenant.name, make.oid(name)])))
    groups = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', page)
    return [
        (label, [f"{mark.strip()}{said}" for mark, said in re.findall(r'<option value="[^"]*"([^>]*)>([^<]*)<', options)])
        for label, options in groups
    ]  # fmt: skip


def test_what_automation_would_draw_from_is_chosen_and_what_would_be_refused_can_not_be(
    client: Client, tenant: Tenant
) -> None:
    assert offered(client, tenant, "assign", "ann") == [
        (
            "The rule matches ann@contoso.example",
            ["selectedLondon: 2 free, where automation would draw from", "Overflow: 1 free, asked after London"],
        ),
        (
            "Automation would not choose these",
            [
                "Leeds: 1 free, its rule does not match",
                "Mixed: 1 free, it has no rule",
                "Spare: 1 free, it has no rule",
            ],
        ),
        (
            "Not possible",
            [
                "disabledEmpty: no number is left",
                "disabledBristol: Calling Plan numbers, which the licence does not allow",
                "disabledOld: the range is disabled",
                "disabledParis: no numbers of GB, the country of ann@contoso.example",
            ],
        ),
    ]  # fmt: skip


def test_for_whom_no_rule_matches_nothing_is_chosen_beforehand(client: Client, tenant: Tenant) -> None:
    make.number(tenant, "+12065550100", make.range_(tenant, "Seattle", rule='City = "Seattle"', priority=2))
    Range.objects.of(tenant.pk).filter(name="Overflow").update(rule='City = "York"')
    Tenant.objects.filter(pk=tenant.pk).update(config_version=F("config_version") + 1)
    make.person(tenant, "tom", city="Truro")
    (label, options), *_ = offered(client, tenant, "assign", "tom")
    assert label == "Automation would not choose these"
    assert options[:2] == [
        "Seattle: 1 free, its rule does not match",
        "Leeds: 1 free, its rule does not match",
    ]
    where = reverse("person_assign", args=[tenant.name, make.oid("tom")])
    page = text(client.get(where))
    assert re.search(r'<select name="range" id="range" required[^>]*> *<option value="" selected>', page)
    assert page.count(" selected") == 1
    assert 'id="refusal"' not in text(client.get(where, {"range": ""})), "nothing chosen: asked again"


def test_a_country_that_is_not_known_and_a_missing_location_rule_ranges_out(
    client: Client, tenant: Tenant
) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(country="")
    boston = make.range_(tenant, "Boston", type="calling_plan", rule="EVERYONE")
    make.number(tenant, "+16175550101", boston)
    make.person(tenant, "cleo", usageLocation=None)
    last = dict(offered(client, tenant, "assign", "cleo"))["Not possible"]
    assert "disabledParis: the usage location of cleo@contoso.example is empty" in last
    make.person(tenant, "dan", licences=make.PLAN, usageLocation="US")
    page = text(client.get(reverse("person_assign", args=[tenant.name, make.oid("dan")])))
    assert "No range has a number for dan@contoso.example" in page
    assert 'Boston: <span class="quiet">its numbers need an emergency location and have none' in page


def test_who_has_a_number_is_offered_the_next_of_a_range_in_its_place(client: Client, tenant: Tenant) -> None:
    assert offered(client, tenant, "change", "ben")[0] == (
        "The rule matches ben@contoso.example",
        ["selectedLeeds: 1 free, where automation would draw from", "Overflow: 1 free, asked after Leeds"],
    )
    address = reverse("person_change", args=[tenant.name, make.oid("ben")], query={"range": "London"})
    page = text(client.get(address))
    assert ">Change +44 20 7946 0003 to the next number of London now</button>" in page
    assert "That is +44 20 7946 0001, unless it is gone by then." in page
    sent(client, address)
    assert Task.objects.of(tenant.pk).get().arguments == {
        "person": make.oid("ben"),
        "range": "London",
        "shown": {"+442079460003": make.oid("ben")},
    }


def test_many_ranges_are_not_all_listed_and_the_rest_can_be_typed(client: Client, tenant: Tenant) -> None:
    for at in range(60):
        make.number(tenant, f"+4420794610{at:02}", make.range_(tenant, f"Floor {at:02}", rule=""))
    groups = dict(offered(client, tenant, "assign", "ann"))
    assert len(groups["Automation would not choose these"]) == 50
    page = text(client.get(reverse("person_assign", args=[tenant.name, make.oid("ann")])))
    assert "13 further ranges are not listed" in page


def test_numbers_of_ranges_that_are_out_anyway_are_not_gone_through_for_one_that_fits(
    client: Client, tenant: Tenant
) -> None:
    """They may be a million, of which none is of the country."""
    make.person(tenant, "dan", licences=make.PLAN, usageLocation="GB")
    address = reverse("person_assign", args=[tenant.name, make.oid("dan")])

    def searched() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return [query["sql"] for query in asked.captured_queries if "\"country\" = 'GB'" in query["sql"]]

    bristol = Range.objects.of(tenant.pk).get(name="Bristol")
    (counting,) = searched()
    assert f'"inventory_range"."id" IN ({bristol.pk})' in counting
    Range.objects.of(tenant.pk).filter(pk=bristol.pk).update(enabled=False)
    Tenant.objects.filter(pk=tenant.pk).update(config_version=F("config_version") + 1)
    assert searched() == []


def test_free_numbers_are_counted_to_a_hundred(client: Client, tenant: Tenant) -> None:
    home = make.range_(tenant, "Big", rule="EVERYONE", priority=1)
    for at in range(101):
        make.number(tenant, f"+4420794620{at:03}", home)
    assert Number.objects.of(tenant.pk).filter(range=home).count() == 101
    (_, first), *_ = offered(client, tenant, "assign", "ann")
    assert first[0] == "selectedBig: 100 or more free, where automation would draw from"
