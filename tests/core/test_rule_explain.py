"""Why a rule is true or false of a person, as the portal and the command line say it."""

from typing import Any

import pytest

from numberline.core.rules import explain, parse

PERSON: dict[str, Any] = {
    "city": "Leeds",
    "officeLocation": "Park Lane",
    "accountEnabled": True,
    "businessPhones": ["+44 20 7946 0001", "+44 20 7946 0002"],
    "assignedPlans": [
        {"servicePlanId": "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", "capabilityStatus": "Enabled"},
        {"servicePlanId": "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8", "capabilityStatus": "Deleted"},
    ],
    "assignedLicenses": [{"skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06"}, {"skuId": "unheard-of"}],
    "proxyAddresses": ["smtp:ann@contoso.com"],
}

SENTENCES = [
    ('City = "London"', 'City is "Leeds", the rule wants "London"'),
    ('Department = "Sales"', 'Department is empty, the rule wants "Sales"'),
    ('Office = "Park Lane" AND City = "London"', 'City is "Leeds", the rule wants "London"'),
    (
        'City = "London" OR Department STARTS WITH "Sales"',
        'City is "Leeds", the rule wants "London", or Department is empty, the rule wants a text that starts with "Sales"',
    ),
    ('City IN ("London", "York")', 'City is "Leeds", the rule wants "London" or "York"'),
    ('City NOT IN ("Leeds")', 'City is "Leeds", the rule wants anything but "Leeds"'),
    ('NOT City = "Leeds"', 'City is "Leeds", the rule wants anything but "Leeds"'),
    ('NOT City != "London"', 'City is "Leeds", the rule wants "London"'),
    ('NOT (City = "Leeds" OR City = "York")', 'City is "Leeds", the rule wants anything but "Leeds"'),
    ('City MATCHES "^Lon"', 'City is "Leeds", the rule wants a match of "^Lon"'),
    ('City NOT CONTAINS "eed"', 'City is "Leeds", the rule wants nothing that contains "eed"'),
    ("Department IS NOT EMPTY", "Department is empty, the rule wants a value"),
    ("City IS EMPTY", 'City is "Leeds", the rule wants it empty'),
    ("AccountEnabled = false", "AccountEnabled is true, the rule wants false"),
    ('TelephoneNumber = "1"', 'TelephoneNumber is "+44 20 7946 0001", "+44 20 7946 0002", the rule wants "1"'),
    ('ServicePlan = "MCOPSTN1"', 'ServicePlan is "MCOEV", the rule wants "MCOPSTN1"'),
    ('Sku = "MCOEV"', 'Sku is "SPE_E5", "unheard-of", the rule wants "MCOEV"'),
    ('ProxyAddresses ANY (_ STARTS WITH "sip:")', 'ProxyAddresses has no entry with _ STARTS WITH "sip:"'),
    ('NOT ProxyAddresses ANY (_ STARTS WITH "smtp:")', 'ProxyAddresses has an entry with _ STARTS WITH "smtp:"'),
    ('ProxyAddresses ALL (_ STARTS WITH "sip:")', 'ProxyAddresses has an entry that is not _ STARTS WITH "sip:"'),
    ('NOT ProxyAddresses ALL (_ = "smtp:ann@contoso.com")', 'ProxyAddresses has only entries that are _ = "smtp:ann@contoso.com"'),
    ("NOT EVERYONE", "The rule excludes everyone"),
    ('City = "leeds"', 'City is "Leeds"'),
    ('City = "Leeds" AND NOT Department = "Temp"', 'City is "Leeds" and Department is empty'),
    ('City = "York" OR Office = "Park Lane"', 'Office is "Park Lane"'),
    ('ProxyAddresses ANY (_ STARTS WITH "smtp:")', 'ProxyAddresses ANY (_ STARTS WITH "smtp:") is true'),
    ("EVERYONE", "The rule is for everyone"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "sentence"), SENTENCES)
def test_one_sentence_says_why(rule: str, sentence: str) -> None:
    assert explain(parse(rule), PERSON).sentence() == sentence


def test_the_tree_has_the_text_the_result_and_the_value_of_every_part() -> None:
    whole = explain(parse('City = "York" AND (Office = "x" OR AccountEnabled = true)'), PERSON)
    assert (whole.text, whole.result, whole.found) == (
        'City = "York" AND (Office = "x" OR AccountEnabled = true)',
        False,
        None,
    )
    city, either = whole.parts
    assert (city.text, city.result, city.found) == ('City = "York"', False, "Leeds")
    assert [(part.text, part.result, part.found) for part in either.parts] == [
        ('Office = "x"', False, "Park Lane"),
        ("AccountEnabled = true", True, True),
    ]


def test_entries_of_assigned_plans_show_their_name_and_status() -> None:
    shown = explain(parse('AssignedPlans ANY (assignedPlan.service = "SCO")'), PERSON)
    assert shown.found == ("MCOEV (Enabled)", "MCOPSTN1 (Deleted)")
    assert explain(parse("AssignedPlans IS EMPTY"), PERSON).found == shown.found


def test_long_values_and_lists_are_cut_short() -> None:
    many = 'City IN ("1", "2", "3", "4", "5", "6")'
    assert explain(parse(many), PERSON).sentence().endswith('"1" or "2" or "3" or "4" or 2 more')
    long = explain(parse('City = "x"'), {"city": "y" * 200}).sentence()
    assert len(long) < 130
