"""Fields that offer what is meant while somebody types: people of this tenant, and free numbers that fit a person."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import SERVICE_DESK
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.pages import text
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def tenant(database: str) -> Tenant:
    """Ann waits for a number of London, Ben has one; Leeds has some too, and there are numbers of other kinds."""
    tenant = make.tenant()
    london = make.range_(tenant)
    leeds = make.range_(tenant, "Leeds", rule='City = "Leeds"', priority=5)
    bristol = make.range_(tenant, "Bristol Calling", type="calling_plan", rule="EVERYONE")
    for last in range(1, 4):
        make.number(tenant, f"+44207946000{last}", london)
        make.number(tenant, f"+44113496000{last}", leeds)
    make.number(tenant, "+441174960001", bristol)
    make.person(tenant, "ann", displayName="Ann Smith")
    make.person(tenant, "ben", displayName="Ben Smith", city="Leeds")
    make.holding(make.number_row(tenant, "+442079460002"), "ben")
    return tenant


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(SERVICE_DESK, tenant))


def people(client: Client, tenant: Tenant, typed: str) -> list[str]:
    """What the field of a person offers, as it would be filled in."""
    answer = client.get(reverse("people_choices", args=[tenant.name]), {"person": typed})
    assert answer.status_code == 200
    return re.findall(r'data-value="([^"]*)"', answer.content.decode())


def numbers(client: Client, tenant: Tenant, typed: str, name: str = "ann") -> list[str]:
    """What the field of a number offers for a person."""
    answer = client.get(reverse("person_numbers", args=[tenant.name, make.oid(name)]), {"number": typed})
    assert answer.status_code == 200
    return re.findall(r'data-value="([^"]*)"', answer.content.decode())


def test_people_are_offered_by_name_upn_and_attribute_with_their_number(
    client: Client, tenant: Tenant
) -> None:
    ann, ben = "ann@contoso.example", "ben@contoso.example"
    assert people(client, tenant, "smi") == [ann, ben]
    assert people(client, tenant, "ben smith") == [ben]
    assert people(client, tenant, "ann@con") == [ann]
    assert people(client, tenant, "City=Leeds") == [ben]
    assert people(client, tenant, make.oid("ben")) == [ben]
    assert people(client, tenant, "") == []
    shown = text(client.get(reverse("people_choices", args=[tenant.name]), {"person": "smith"}))
    assert "+44 20 7946 0002" in shown
    assert "no number" in shown
    nobody = text(client.get(reverse("people_choices", args=[tenant.name]), {"person": "zoe"}))
    assert "Nobody in the directory as last read is like that." in nobody


def test_ten_people_are_offered_at_most_and_nobody_of_another_tenant_nor_who_is_gone(
    client: Client, tenant: Tenant
) -> None:
    for at in range(12):
        make.person(tenant, f"zed{at:02}", displayName=f"Zed {at:02}")
    other = make.tenant("fabrikam")
    make.person(other, "zoltan", displayName="Zed Zoltan")
    make.person(tenant, "gone", displayName="Yan Gone")
    Person.objects.of(tenant.pk).filter(object_id=make.oid("gone")).update(deleted="soft")
    assert people(client, tenant, "zed") == [f"zed{at:02}@contoso.example" for at in range(10)]
    assert people(client, tenant, "zoltan") == people(client, tenant, "yan") == []
    assert people(client, tenant, make.oid("gone")) == people(client, tenant, make.oid("zoltan")) == []


def test_with_nothing_typed_the_next_number_of_each_range_is_offered_and_the_matching_range_first(
    client: Client, tenant: Tenant
) -> None:
    assert numbers(client, tenant, "") == ["+442079460001", "+441134960001"]
    assert numbers(client, tenant, "", "ben") == ["+441134960001", "+442079460001"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("+44 20", ["+442079460001", "+442079460003"]),
        ("0003", ["+441134960003", "+442079460003"]),
        ("0113 496 0002", ["+441134960002"]),
        ("leeds", ["+441134960001", "+441134960002", "+441134960003"]),
        ("+442079460002", []),  # Ben's
        ("+44117", []),  # of a kind that Ann's licence does not draw
        ("bristol", []),
        ("nowhere", []),
        ("'; --", []),
    ],
)
def test_free_numbers_that_fit_are_offered_by_any_part_of_them_or_by_their_range(
    client: Client, tenant: Tenant, typed: str, offered: list[str]
) -> None:
    assert numbers(client, tenant, typed) == offered


def test_what_is_set_apart_is_not_offered(client: Client, tenant: Tenant) -> None:
    rows = Number.objects.of(tenant.pk)
    rows.filter(text="+442079460001").update(locked=True)
    rows.filter(text="+442079460003").update(state="reserved", reserved_for=make.oid("ann"))
    rows.filter(text="+441134960001").update(state="blocked")
    assert numbers(client, tenant, "0001") == []
    assert numbers(client, tenant, "") == ["+442079460003", "+441134960002"], (
        "what is kept for her comes first"
    )
    assert numbers(client, tenant, "", "ben") == ["+441134960002"]


def test_without_scripts_a_name_leads_to_those_who_may_be_meant(client: Client, tenant: Tenant) -> None:
    give = reverse("number_assign", args=[tenant.name, "+442079460001"])
    page = text(client.get(give, {"person": "smith"}))
    assert "Nobody in the directory as last read is called" in page
    assert '<a href="?person=ann%40contoso.example">Ann Smith</a>' in page
    assert '<a href="?person=ben%40contoso.example">Ben Smith</a>' in page
    assert "Assign +44 20 7946 0001 to ann@contoso.example now" in text(
        client.get(give, {"person": "ann@contoso.example"})
    )


def test_the_forms_have_these_fields_and_the_range_whose_rule_matches_is_named_first(
    client: Client, tenant: Tenant
) -> None:
    offers = f'hx-get="{reverse("people_choices", args=[tenant.name])}"'
    free, held = "+442079460001", "+442079460002"
    assert offers in text(client.get(reverse("number_assign", args=[tenant.name, free])))
    assert offers in text(client.get(reverse("number_reserve", args=[tenant.name, free])))
    assert offers in text(client.get(reverse("person_swap", args=[tenant.name, make.oid("ben")])))
    assign = text(client.get(reverse("person_assign", args=[tenant.name, make.oid("ann")])))
    change = text(client.get(reverse("person_change", args=[tenant.name, make.oid("ben")])))
    for page, name in ((assign, "ann"), (change, "ben")):
        assert f'hx-get="{reverse("person_numbers", args=[tenant.name, make.oid(name)])}"' in page
    assert "<option>London</option><option>Leeds</option>" in assign
    typed = text(client.get(reverse("person_assign", args=[tenant.name, make.oid("ann")]), {"number": held}))
    assert f'value="{held}"' in typed, "what was refused can be mended"
