"""Whom a rule is true of."""

from typing import Any

import pytest

from numberline.core.rule_licences import STANDARD_NAMES
from numberline.core.rules import LicenceNames, compile_rule, evaluate, parse

PHONE_SYSTEM = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
E5 = "06ebc4ee-1bb5-47dd-8120-11324bc54e06"


def holds(text: str, names: LicenceNames | None = None, /, **attributes: Any) -> bool:
    rule = parse(text)
    answer = evaluate(rule, attributes, names)
    compiled = compile_rule(rule, names)
    assert compiled(attributes) == compiled(attributes) == answer
    return answer


def plan(
    identifier: str = PHONE_SYSTEM, status: str = "Enabled", service: str = "MicrosoftCommunicationsOnline"
) -> dict[str, str]:
    return {"servicePlanId": identifier, "capabilityStatus": status, "service": service}


def test_office_park_lane_and_city_london() -> None:
    rule = 'Office = "Park Lane" AND City = "LONDON"'
    assert holds(rule, officeLocation="Park Lane", city="London")
    assert not holds(rule, officeLocation="Park Lane", city="Leeds")
    assert not holds(rule, officeLocation="Park Road", city="London")
    assert not holds(rule, city="London")


def test_two_offices_of_abingdon_are_told_apart() -> None:
    first, second = 'City = "Abingdon" AND Office = "Office 1"', 'City = "Abingdon" AND Office = "Office 2"'
    person = {"city": "Abingdon", "officeLocation": "Office 2"}
    assert not holds(first, **person)
    assert holds(second, **person)


@pytest.mark.parametrize("value", ["Orléans", "ORLEANS", "  orle\u0301ans  ", "Orleans"])
def test_comparison_ignores_case_accents_and_outer_spaces(value: str) -> None:
    assert holds('City = "Orléans"', city=value)
    assert holds('City IN ("York", "orleans")', city=value)
    assert holds('City STARTS WITH "ORLÉ"', city=value)
    assert holds('City ENDS WITH "éans"', city=value)
    assert holds('City CONTAINS "lea"', city=value)


def test_comparison_ignores_repeated_inner_spaces_of_any_kind() -> None:
    assert holds('Office = "Park Lane"', officeLocation="Park \u00a0\t Lane")
    assert holds('Office = " Park   Lane "', officeLocation="park lane")
    assert not holds('Office = "ParkLane"', officeLocation="Park Lane")


def test_letters_with_a_stroke_are_like_those_without() -> None:
    assert holds('City = "Lodz"', city="Łódź")
    assert holds('City = "STRASSE"', city="Straße")


def test_a_mark_that_makes_another_letter_is_kept() -> None:
    assert not holds('City = "か"', city="が")
    assert not holds('City STARTS WITH "か"', city="がら")


@pytest.mark.parametrize("absent", [{}, {"city": None}, {"city": ""}, {"city": "  "}])
def test_an_absent_attribute_equals_only_null_and_the_empty_text(absent: dict[str, Any]) -> None:
    assert holds("City = null", **absent)
    assert holds('City = ""', **absent)
    assert holds("City IS EMPTY", **absent)
    assert holds('City IN ("", "Leeds")', **absent)
    assert not holds('City = "null"', **absent)
    assert not holds('City STARTS WITH ""', **absent)
    assert not holds('City MATCHES ".*"', **absent)
    assert not holds("City IS NOT EMPTY", **absent)


NEGATED = [
    '!= "x"',
    'NOT IN ("x")',
    'NOT STARTS WITH "x"',
    'NOT ENDS WITH "x"',
    'NOT CONTAINS "x"',
    'NOT MATCHES "x"',
]


@pytest.mark.parametrize("operator", NEGATED)
def test_every_negated_operator_is_true_of_an_absent_attribute(operator: str) -> None:
    assert holds(f"City {operator}")
    assert not holds(f"City {operator}", city="x")
    assert holds(f"OtherMails {operator}", otherMails=[])
    assert holds(f"ServicePlan {operator}")


def test_an_attribute_with_several_values_matches_if_any_does() -> None:
    phones = {"businessPhones": ["+44 20 7946 0001", "+44 1632 960001"]}
    assert holds('TelephoneNumber STARTS WITH "+44 1632"', **phones)
    assert not holds('TelephoneNumber != "+44 1632 960001"', **phones)
    assert holds('TelephoneNumber != "+44 1632 960002"', **phones)
    assert holds("TelephoneNumber IS EMPTY", businessPhones=[""])


def test_a_pattern_is_unanchored_ignores_case_and_keeps_accents() -> None:
    assert holds('user.displayName -match "^Da.*"', displayName="david")
    assert not holds('user.displayName -match "^Da.*"', displayName="aDa")
    assert holds('user.displayName -match ".*vid"', displayName="David")
    assert holds('City MATCHES "É"', city="orle\u0301ans")
    assert not holds('City MATCHES "e"', city="é")
    assert holds('Office MATCHES "^Park Lane$"', officeLocation=" Park  Lane ")


def test_boolean_attributes() -> None:
    assert holds("AccountEnabled = true", accountEnabled=True)
    assert not holds("AccountEnabled = true", accountEnabled=False)
    assert not holds("user.dirSyncEnabled -eq false")
    assert holds("user.dirSyncEnabled -ne true")
    assert holds("Synced = null", onPremisesSyncEnabled=None)


@pytest.mark.parametrize("name", ["SPE_E5", "microsoft 365 e5", E5, E5.upper()])
def test_a_product_goes_by_part_number_name_or_id(name: str) -> None:
    held = {"assignedLicenses": [{"skuId": E5, "disabledPlans": []}]}
    assert holds(f'Sku = "{name}"', **held)
    assert not holds(f'Sku != "{name}"', **held)
    assert not holds(f'Sku = "{name}"', assignedLicenses=[])


@pytest.mark.parametrize("name", ["MCOEV", "Microsoft 365 Phone System", PHONE_SYSTEM])
def test_a_service_plan_goes_by_name_title_or_id(name: str) -> None:
    assert holds(f'ServicePlan = "{name}"', assignedPlans=[plan("other"), plan()])
    assert holds(f'ServicePlan IN ("x", "{name}")', assignedPlans=[plan()])
    assert not holds(f'ServicePlan = "{name}"', assignedPlans=[plan("other")])


@pytest.mark.parametrize(
    ("status", "held"),
    [("Enabled", True), ("Warning", True), ("Suspended", False), ("Deleted", False), ("LockedOut", False)],
)
def test_only_an_enabled_plan_or_one_in_its_time_of_grace_is_held(status: str, held: bool) -> None:
    assert holds('ServicePlan = "MCOEV"', assignedPlans=[plan(status=status)]) == held
    assert holds('ServicePlan STARTS WITH "MCO"', assignedPlans=[plan(status=status)]) == held
    assert holds("ServicePlan IS NOT EMPTY", assignedPlans=[plan(status=status)]) == held


def test_the_tenants_own_names_of_licences_count() -> None:
    own = [
        {
            "skuId": "S9",
            "skuPartNumber": "OURS",
            "servicePlans": [{"servicePlanId": "P9", "servicePlanName": "MCOPSTN9"}],
        }
    ]
    names = STANDARD_NAMES.with_tenant(own)
    assert holds('Sku = "ours"', names, assignedLicenses=[{"skuId": "s9"}])
    assert holds('ServicePlan MATCHES "^MCOPSTN[0-9]"', names, assignedPlans=[plan("p9")])
    assert not holds('Sku = "ours"', assignedLicenses=[{"skuId": "s9"}])


def test_conditions_inside_any_are_joined_on_one_entry() -> None:
    rule = f'user.assignedPlans -any (assignedPlan.servicePlanId -eq "{PHONE_SYSTEM}" -and assignedPlan.capabilityStatus -eq "Enabled")'
    assert holds(rule, assignedPlans=[plan("other"), plan()])
    assert not holds(rule, assignedPlans=[plan("other"), plan(status="Deleted")])
    assert holds(
        'user.assignedPlans -any (assignedPlan.service -eq "SCO")', assignedPlans=[plan(service="SCO")]
    )


def test_any_is_false_and_all_is_true_of_nothing() -> None:
    assert holds("user.assignedPlans -all (assignedPlan.servicePlanId -eq null)")
    assert not holds("user.assignedPlans -all (assignedPlan.servicePlanId -eq null)", assignedPlans=[plan()])
    assert not holds('OtherMails ANY (_ != "x")')
    assert holds('OtherMails ALL (_ = "x")', otherMails=[])


def test_any_and_all_over_addresses() -> None:
    addresses = {"proxyAddresses": ["SMTP:ann@contoso.com", "smtp:ann@contoso.org"]}
    assert holds('user.proxyAddresses -any (_ -endsWith ".org")', **addresses)
    assert not holds('user.proxyAddresses -all (_ -endsWith ".org")', **addresses)
    assert holds(
        'user.proxyAddresses -all (_ -startsWith "smtp:" -and -not (_ -contains "fabrikam"))', **addresses
    )


def test_everyone_is_everyone() -> None:
    assert holds("EVERYONE")
    assert not holds("NOT EVERYONE", city="x")
    assert holds("user.objectId -ne null", id="1")


def test_a_rule_over_people_who_differ_stays_right_beyond_what_it_remembers() -> None:
    compiled = compile_rule(parse('ExtensionAttribute1 ENDS WITH "7" AND City = "Leeds"'))
    for number in range(10_000):
        assert compiled({"extensionAttribute1": str(number), "city": "Leeds"}) == (number % 10 == 7)


def test_a_value_of_the_wrong_shape_is_still_answered() -> None:
    assert holds('City = "Leeds"', city=["York", "Leeds"])
    assert holds('City = "Leeds" AND Office = "1"', city=["Leeds"], officeLocation=1)
    assert holds('City = "a" OR State = "b" OR Country = "c"', country=["c"])
