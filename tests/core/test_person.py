from datetime import UTC, datetime
from typing import Any

import pytest

from numberline.core.person import (
    Entitlement,
    Licensing,
    PersonFacts,
    PlanTable,
    facts_from_attributes,
    licensing,
)
from numberline.core.plans_table import PLAN_ID, SERVICE_PLANS, PlanKind
from numberline.core.skus_table import SKUS

TABLE = PlanTable()
SEEN = datetime(2026, 11, 1, tzinfo=UTC)


def plan(
    name: str, status: str | None = "Enabled", since: str | None = "2026-01-01T00:00:00Z"
) -> dict[str, Any]:
    return {"servicePlanId": PLAN_ID.get(name, name), "capabilityStatus": status, "assignedDateTime": since}


def licensed(*plans: dict[str, Any]) -> Licensing:
    return licensing([plan("TEAMS1"), *plans], TABLE)


def entitlement(*plans: dict[str, Any]) -> str:
    return str(licensed(*plans).entitlement)


def facts(**attributes: Any) -> PersonFacts:
    return facts_from_attributes({"id": "ann", **attributes}, TABLE, SEEN)


@pytest.mark.parametrize("name", ["MCOEV", "MCOEV_GOV", "MCOEVSMB"])
def test_phone_system_alone_draws_from_a_carrier(name: str) -> None:
    assert entitlement(plan(name)) == "carrier"


@pytest.mark.parametrize("name", [p.name for p in SERVICE_PLANS if p.kind is PlanKind.CALLING_PLAN])
def test_phone_system_with_any_calling_plan_draws_calling_plan_numbers(name: str) -> None:
    assert entitlement(plan("MCOEV"), plan(name)) == "calling_plan"


def test_a_calling_plan_without_phone_system_gives_nothing() -> None:
    assert entitlement(plan("MCOPSTN1")) == "none"


@pytest.mark.parametrize("name", ["MCOPSTNC", "MCOPSTN3", "MCOFMC1", "MCOMEETADV", "MCOSMS5", "TEAMS1"])
def test_credits_and_other_telephony_plans_are_no_calling_plans(name: str) -> None:
    assert entitlement(plan("MCOEV"), plan(name)) == "carrier"


@pytest.mark.parametrize("plans", [None, [], [plan("TEAMS1")]])
def test_no_telephony_plan_gives_nothing(plans: list[dict[str, Any]] | None) -> None:
    assert licensing(plans, TABLE) == Licensing(Entitlement.NONE, None, False)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Enabled", "carrier"),
        ("Warning", "carrier"),
        ("Suspended", "suspended"),
        ("LockedOut", "suspended"),
        ("Deleted", "none"),
        ("SomethingNew", "suspended"),
        (None, "suspended"),
    ],
)
def test_what_a_status_of_phone_system_means(status: str | None, expected: str) -> None:
    assert entitlement(plan("MCOEV", status)) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Enabled", "calling_plan"),
        ("Warning", "calling_plan"),
        ("Suspended", "suspended"),
        ("LockedOut", "suspended"),
        ("Deleted", "carrier"),
    ],
)
def test_what_a_status_of_the_calling_plan_means_beside_phone_system(status: str, expected: str) -> None:
    assert entitlement(plan("MCOEV"), plan("MCOPSTN1", status)) == expected


def test_one_living_plan_outweighs_a_suspended_one_of_its_kind() -> None:
    assert entitlement(plan("MCOEV", "Suspended"), plan("MCOEV_GOV")) == "carrier"
    assert entitlement(plan("MCOEV"), plan("MCOPSTN1", "Suspended"), plan("MCOPSTN2")) == "calling_plan"


def test_phone_system_since_is_the_earliest_that_is_not_deleted() -> None:
    found = licensed(
        plan("MCOEV", since="2026-03-01T00:00:00.5Z"),
        plan("MCOEV_GOV", since="2026-03-01T00:00:00Z"),
        plan("MCOEVSMB", "Deleted", since="2020-01-01T00:00:00Z"),
        plan("MCOPSTN1", since="2019-01-01T00:00:00Z"),
    )
    assert found.phone_system_since == "2026-03-01T00:00:00Z"


@pytest.mark.parametrize("name", ["MCOEV_VIRTUALUSER", "MCOEV_VIRTUALUSER_GOV"])
def test_the_virtual_user_plan_makes_a_resource_account_unless_it_is_deleted(name: str) -> None:
    assert licensed(plan(name)).resource_account
    assert licensed(plan(name, "Suspended")).resource_account
    assert not licensed(plan(name, "Deleted")).resource_account


def test_a_plan_of_the_tenant_is_a_calling_plan_by_its_name() -> None:
    table = TABLE.with_tenant(
        {"0000000A-0000-0000-0000-000000000009": "MCOPSTN9", "b": "MCOPSTNCAP", "c": "mcopstn_x"}
    )
    for known in ("0000000a-0000-0000-0000-000000000009", "b", "c"):
        assert licensing([plan("MCOEV"), plan(known)], table).entitlement is Entitlement.CALLING_PLAN


@pytest.mark.parametrize("name", ["MCOPSTNC", "MCOPSTN3", "MCOPSTNPP", "mcopstnc", "MCOEV_OTHER", "TEAMS9"])
def test_credits_and_other_names_of_the_tenant_are_no_calling_plans(name: str) -> None:
    table = TABLE.with_tenant({"new": name})
    assert licensing([plan("MCOEV"), plan("new")], table).entitlement is Entitlement.CARRIER


def test_the_tenant_cannot_rename_a_plan_that_is_known() -> None:
    table = TABLE.with_tenant({PLAN_ID["MCOMEETADV"]: "MCOPSTN1"})
    assert licensing([plan("MCOEV"), plan("MCOMEETADV")], table).entitlement is Entitlement.CARRIER


def test_facts_are_read_from_the_attributes_of_a_user() -> None:
    found = facts(
        userPrincipalName="ann@contoso.example",
        usageLocation="gb",
        assignedPlans=[plan("MCOEV")],
        userType="Member",
    )
    assert (found.id, found.upn, found.usage_location) == ("ann", "ann@contoso.example", "GB")
    assert found.entitlement is Entitlement.CARRIER
    assert found.phone_system_since == datetime(2026, 1, 1, tzinfo=UTC)
    assert (found.enabled, found.guest, found.resource_account, found.ready) == (True, False, False, None)


def test_a_user_of_whom_little_is_known_is_an_enabled_member_without_licences() -> None:
    found = facts()
    assert (found.enabled, found.guest, found.usage_location) == (True, False, None)
    assert (found.entitlement, found.phone_system_since) == (Entitlement.NONE, None)


def test_a_disabled_account_and_a_guest_are_told_by_graph() -> None:
    assert not facts(accountEnabled=False).enabled
    assert facts(userType="Guest").guest


@pytest.mark.parametrize(
    "department",
    ["Microsoft Communication Application Instance", " microsoft communication application instance"],
)
def test_the_department_of_voice_applications_makes_a_resource_account(department: str) -> None:
    assert facts(department=department).resource_account
    assert not facts(department="Sales").resource_account


def test_a_voice_applications_number_makes_a_resource_account() -> None:
    assert facts_from_attributes({"id": "queue"}, TABLE, SEEN, voice_application=True).resource_account


def test_what_we_know_beside_graph_is_added() -> None:
    found = facts_from_attributes({"id": "ann"}, TABLE, SEEN, locked=True, ready=False)
    assert (found.locked, found.ready) == (True, False)


def test_every_product_names_plans_that_are_listed() -> None:
    assert {name for sku in SKUS for name in sku.plans} <= set(PLAN_ID)
    assert len({sku.id for sku in SKUS}) == len(SKUS)
