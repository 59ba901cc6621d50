"""Ranges proposed for numbers that Teams lists and no range claims."""

from numberline.inventory.proposed import proposed_ranges, to_yaml
from numberline.tenants.models import Tenant
from tests.inventory.conftest import Apply, listed, states


def some(tenant: Tenant, last: int, **fields: str) -> None:
    listed(tenant, f"+44163296{last:04d}", **fields)


def test_numbers_are_grouped_by_country_area_code_and_provider(tenant: Tenant) -> None:
    for last in range(3):
        some(tenant, last, provider="Microsoft")
    some(tenant, 10, type_="operator_connect", provider="Op A", teams_operator="op-a")
    some(tenant, 11, type_="operator_connect", provider="Op B", teams_operator="op-b")
    some(tenant, 12, type_="operator_connect", provider="Op A", teams_operator="op-a", area_code="1235")
    listed(tenant, "+12065550100", country="US", area_code="206", provider="Microsoft")
    found = [(one.name, one.type, one.count, one.select) for one in proposed_ranges(tenant.pk)]
    assert found == [
        ("GB 1632 Microsoft (Calling Plan)", "calling_plan", 3, {"country": "GB", "area_code": "1632"}),
        ("US 206 Microsoft (Calling Plan)", "calling_plan", 1, {"country": "US", "area_code": "206"}),
        (
            "GB 1235 Op A (Operator Connect)",
            "operator_connect",
            1,
            {"country": "GB", "area_code": "1235", "operator": "op-a"},
        ),
        (
            "GB 1632 Op A (Operator Connect)",
            "operator_connect",
            1,
            {"country": "GB", "area_code": "1632", "operator": "op-a"},
        ),
        (
            "GB 1632 Op B (Operator Connect)",
            "operator_connect",
            1,
            {"country": "GB", "area_code": "1632", "operator": "op-b"},
        ),
    ]


def test_the_proposal_can_be_pasted_and_claims_exactly_those_numbers(tenant: Tenant, applied: Apply) -> None:
    applied("ranges: [{name: Old, type: calling_plan, select: {city: Abingdon}}]")
    for last in range(4):
        some(tenant, last, provider="Microsoft", city="Abingdon" if last == 1 else "")
    some(tenant, 10, provider="", country="", area_code="")
    some(tenant, 20, type_="operator_connect", provider="op-a", teams_operator="op-a")
    listed(tenant, "+442079460000", "direct_routing", state="assigned")
    applied("ranges: [{name: Old, type: calling_plan, select: {city: Abingdon}}]")
    proposals = proposed_ranges(tenant.pk)
    text = to_yaml(proposals)
    applied(text.replace("ranges:", "ranges:\n  - {name: Old}"))
    homes = {number: home for number, (_, home) in states(tenant).items()}
    assert homes == {
        "+441632960000": "GB 1632 Microsoft (Calling Plan)",
        "+441632960001": "Old",
        "+441632960002": "GB 1632 Microsoft (Calling Plan)",
        "+441632960003": "GB 1632 Microsoft (Calling Plan)",
        "+441632960010": "Unknown place (Calling Plan)",
        "+441632960020": "GB 1632 op-a (Operator Connect)",
        "+442079460000": None,
    }
    assert proposed_ranges(tenant.pk) == []


def test_a_selector_is_not_proposed_where_it_would_take_numbers_of_another_range(
    tenant: Tenant, applied: Apply
) -> None:
    for last in range(4):
        some(tenant, last, city="Abingdon" if last == 1 else "")
    applied("ranges: [{name: Z, type: calling_plan, select: {city: Abingdon}}]")
    (only,) = proposed_ranges(tenant.pk)
    assert only.select is None
    assert only.numbers == ("+441632960000", "+441632960002-+441632960003")
    assert only.to_json()["count"] == 3


def test_a_name_that_is_taken_gets_a_number(tenant: Tenant, applied: Apply) -> None:
    applied("ranges: [{name: GB 1632 (Calling Plan), type: direct_routing}]")
    some(tenant, 1)
    assert [one.name for one in proposed_ranges(tenant.pk)] == ["GB 1632 (Calling Plan) 2"]


def test_with_nothing_to_propose_the_text_says_so(tenant: Tenant) -> None:
    assert to_yaml(proposed_ranges(tenant.pk)) == "ranges: []\n"
