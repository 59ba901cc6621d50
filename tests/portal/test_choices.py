"""Fields that offer what is meant while somebody types: people of this tenant, and free numbers that fit a person."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import SERVICE_DESK
from numberline.assignments.models import Change
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
    assert "“smith” may mean 2 people: choose who is meant." in page
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
    partners = f'hx-get="{reverse("person_partners", args=[tenant.name, make.oid("ben")])}"'
    assert partners in text(client.get(reverse("person_swap", args=[tenant.name, make.oid("ben")])))
    assign = text(client.get(reverse("person_assign", args=[tenant.name, make.oid("ann")])))
    change = text(client.get(reverse("person_change", args=[tenant.name, make.oid("ben")])))
    for page, name in ((assign, "ann"), (change, "ben")):
        assert f'hx-get="{reverse("person_numbers", args=[tenant.name, make.oid(name)])}"' in page
    assert re.findall(r'<option value="(\w+)"', assign) == ["London", "Leeds"]
    typed = text(client.get(reverse("person_assign", args=[tenant.name, make.oid("ann")]), {"number": held}))
    assert f'value="{held}"' in typed, "what was refused can be mended"


def told(client: Client, tenant: Tenant, field: str, typed: str) -> str:
    """What is said below the list that a field offers."""
    route = "person_numbers" if field == "number" else "people_choices"
    about = [make.oid("ann")] if field == "number" else []
    answer = client.get(reverse(route, args=[tenant.name, *about]), {field: typed})
    return text(answer).partition("data-told>")[2].partition("</p>")[0]


def test_what_is_said_below_the_list_counts_all_that_there_is(client: Client, tenant: Tenant) -> None:
    assert told(client, tenant, "number", "0003") == "2 free numbers that fit ann@contoso.example."
    assert told(client, tenant, "number", "leeds") == "3 free numbers that fit ann@contoso.example."
    assert (
        told(client, tenant, "number", "")
        == "2 of 5 free numbers that fit ann@contoso.example are shown: type to narrow."
    )
    home = Number.objects.of(tenant.pk).get(text="+442079460001").range
    for at in range(12):
        make.number(tenant, f"+4420794605{at:02}", home)
        make.person(tenant, f"zed{at:02}", displayName=f"Zed {at:02}")
    Number.objects.of(tenant.pk).filter(text="+442079460500").update(
        state="reserved", reserved_for=make.oid("ann")
    )
    assert (
        told(client, tenant, "number", "london")
        == "4 of 13 free numbers that fit ann@contoso.example are shown: type to narrow."
    )
    assert told(client, tenant, "number", "+44 20").startswith("10 of 13 free numbers")
    assert told(client, tenant, "number", "").startswith("3 of 17 free numbers")
    assert told(client, tenant, "person", "zed") == "10 of 12 people are shown: type to narrow."
    assert told(client, tenant, "person", "zed 0") == "10 people."


def test_more_than_are_counted_are_said_to_be_more(
    client: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numberline.overrides.choices.COUNTED", 2)
    assert told(client, tenant, "number", "") == (
        "2 of more than 2 free numbers that fit ann@contoso.example are shown: type to narrow."
    )
    for at in range(12):
        make.person(tenant, f"zed{at:02}", displayName=f"Zed {at:02}")
    monkeypatch.setattr("numberline.directory.search.FEW", 5)
    assert told(client, tenant, "person", "zed") == "10 of more than 10 people are shown: type to narrow."


def test_a_swap_offers_those_who_can_and_says_of_the_others_why_not(client: Client, tenant: Tenant) -> None:
    def has(name: str, number: str, **fields: object) -> None:
        make.person(
            tenant,
            name,
            displayName=f"Zed {name.title()}",
            **({"licences": make.PLAN} if "bristol" in name else {}),
        )
        home = Number.objects.of(tenant.pk).get(text="+442079460001").range
        make.holding(make.number(tenant, number, home), name, **fields)

    has("adopted", "+442079460701", source="adopted")
    has("found", "+442079460702", source="found")
    has("bristol", "+442079460703")
    make.person(tenant, "without", displayName="Zed Without")
    has("busy", "+442079460704")
    row = make.number_row(tenant, "+442079460003")
    Change.objects.of(tenant.pk).create(
        person=make.oid("busy"), number=row, kind="change", open=True, created_at=make.NOW, phase="planned"
    )
    asked = {"person": "zed"}
    page = client.get(reverse("person_partners", args=[tenant.name, make.oid("ben")]), asked)
    shown = text(page)
    assert re.findall(r'data-value="([^"]*)"', shown) == ["adopted@contoso.example"]
    assert shown.index("Zed Adopted") < shown.index("Zed Busy")
    for why in (
        "was set in Teams directly: adopt it first",
        "and bristol@contoso.example has Phone System with a Calling Plan",
        "without@contoso.example has no number",
        "busy@contoso.example is being changed to",
    ):
        assert why in shown
    themselves = client.get(
        reverse("person_partners", args=[tenant.name, make.oid("ben")]), {"person": "ben"}
    )
    assert "Not possible: ben@contoso.example can&#x27;t swap with themselves" in text(themselves)
    page = text(client.get(reverse("person_swap", args=[tenant.name, make.oid("ben")]), asked))
    assert '<a href="?person=adopted%40contoso.example">Zed Adopted</a>' in page
    assert "Zed Found</a>" not in page
