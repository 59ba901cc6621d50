"""What can be written: both spellings, freely mixed, and what parse and write make of it."""

import pytest

from numberline.core.rule_licences import STANDARD_NAMES
from numberline.core.rules import (
    All,
    Any,
    Everyone,
    Items,
    LicenceNames,
    Match,
    Not,
    NotExpressible,
    Operator,
    attributes_of,
    parse,
    unknown_licences,
    write,
)

PLAIN_AND_ENTRA = [
    ('City = "London"', 'user.city -eq "London"'),
    ('City != "London"', 'user.city -ne "London"'),
    ('City IN ("Leeds", "York")', 'user.city -in ["Leeds", "York"]'),
    ('City NOT IN ("Leeds", "York")', 'user.city -notIn ["Leeds", "York"]'),
    ('Office STARTS WITH "Park"', 'user.physicalDeliveryOfficeName -startsWith "Park"'),
    ('Office NOT STARTS WITH "Park"', 'user.physicalDeliveryOfficeName -notStartsWith "Park"'),
    ('Mail ENDS WITH "@contoso.com"', 'user.mail -endsWith "@contoso.com"'),
    ('Mail NOT ENDS WITH "@contoso.com"', 'user.mail -notEndsWith "@contoso.com"'),
    ('JobTitle CONTAINS "director"', 'user.jobTitle -contains "director"'),
    ('JobTitle NOT CONTAINS "director"', 'user.jobTitle -notContains "director"'),
    ('ExtensionAttribute3 MATCHES "^UK-"', 'user.extensionAttribute3 -match "^UK-"'),
    ('ExtensionAttribute3 NOT MATCHES "^UK-"', 'user.extensionAttribute3 -notMatch "^UK-"'),
    ("City IS EMPTY", "user.city -eq null"),
    ("City IS NOT EMPTY", "user.city -ne null"),
    ("AccountEnabled = true", "user.accountEnabled -eq true"),
    ("Synced != false", "user.dirSyncEnabled -ne false"),
    ('ProxyAddresses ANY (_ STARTS WITH "sip:")', 'user.proxyAddresses -any (_ -startsWith "sip:")'),
    ('OtherMails ALL (_ ENDS WITH ".org")', 'user.otherMails -all (_ -endsWith ".org")'),
    (
        'AssignedPlans ANY (assignedPlan.service = "SCO" AND assignedPlan.capabilityStatus = "Enabled")',
        'user.assignedPlans -any (assignedPlan.service -eq "SCO" -and assignedPlan.capabilityStatus -eq "Enabled")',
    ),
    ('NOT Department = "Temp"', '-not (user.department -eq "Temp")'),
    ('City = "a" AND City = "b" OR City = "c"', '((user.city -eq "a") -and (user.city -eq "b")) -or (user.city -eq "c")'),
    ('City = "a" AND (City = "b" OR City = "c")', '(user.city -eq "a") -and ((user.city -eq "b") -or (user.city -eq "c"))'),
    ('City = "say ""hi"""', 'user.city -eq "say `"hi`""'),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "entra"), PLAIN_AND_ENTRA)
def test_both_spellings_are_the_same_rule_and_are_written_back_as_they_were(plain: str, entra: str) -> None:
    rule = parse(plain)
    assert parse(entra) == rule
    assert write(rule) == plain
    assert write(rule, "entra") == entra


SAME = [
    ('CITY = "x"', 'City = "x"'),
    ('City EQ "x"', 'City = "x"'),
    ('user.city startswith "x"', 'City STARTS WITH "x"'),
    ("user.city –eq “x”", 'City = "x"'),
    ("user.city —ne „x“", 'City != "x"'),
    ('user.city−in["x","y"]', 'City IN ("x", "y")'),
    ('user.department-eq"Sales"', 'Department = "Sales"'),
    ('City notIn ("x")', 'City NOT IN ("x")'),
    ('City -not -in ["x"]', 'City NOT IN ("x")'),
    ('City in ("x") -and not user.state -eq "y"', 'City IN ("x") AND NOT State = "y"'),
    ('"City" = "x"', 'City = "x"'),
    ('"License Usage Location" = "GB"', 'UsageLocation = "GB"'),
    ('"office  location" = "x"', 'Office = "x"'),
    ('City = ""', "City IS EMPTY"),
    ('City -ne "  "', "City IS NOT EMPTY"),
    ("City -eq $null", "City IS EMPTY"),
    ("AccountEnabled = null", "AccountEnabled IS EMPTY"),
    ("user.accountEnabled -eq TRUE", "AccountEnabled = true"),
    ('((City = "x"))', 'City = "x"'),
    ('user.proxyAddresses -any _ -startsWith "x"', 'ProxyAddresses ANY (_ STARTS WITH "x")'),
    ("everyone", "EVERYONE"),
    ('City = "x"\r\n\tAND\u00a0State = "y"', 'City = "x" AND State = "y"'),
    ('City starts  with "x"', 'City STARTS WITH "x"'),
    ('City MATCH "x"', 'City MATCHES "x"'),
]


@pytest.mark.parametrize(("written", "canonical"), SAME)
def test_a_rule_may_be_written_in_many_ways(written: str, canonical: str) -> None:
    assert write(parse(written)) == canonical


def test_null_in_quotes_is_a_text() -> None:
    assert parse('City = "null"') == Match(parse("City IS EMPTY").attribute, Operator.EQUALS, "null")  # type: ignore[union-attr]


def test_not_binds_before_and_and_and_before_or() -> None:
    rule = parse('NOT City = "a" AND City = "b" OR City = "c"')
    assert isinstance(rule, Any)
    first = rule.parts[0]
    assert isinstance(first, All)
    assert isinstance(first.parts[0], Not)


def test_quotes_inside_a_text_are_doubled_or_have_a_backquote() -> None:
    assert parse('City = "a ""b"" `"c`" ``"') == parse('City = "a `"b`" ""c"" ``"')
    rule = parse('City = "a ""b"" `"c`" ``"')
    assert isinstance(rule, Match)
    assert rule.value == 'a "b" "c" `'


def test_curly_quotes_and_apostrophes_inside_straight_quotes_stay() -> None:
    rule = parse('City = "King’s “Cross”"')
    assert isinstance(rule, Match)
    assert rule.value == "King’s “Cross”"


def test_everyone_can_be_narrowed() -> None:
    rule = parse('EVERYONE AND NOT Department = "Temp"')
    assert isinstance(rule, All)
    assert rule.parts[0] == Everyone()


def test_a_rule_says_which_graph_attributes_it_reads() -> None:
    rule = parse(
        'Office = "x" AND (City = "y" OR NOT City = "z") AND ServicePlan = "MCOEV" AND otherMails ANY (_ = "a")'
    )
    assert attributes_of(rule) == ("assignedPlans", "city", "officeLocation", "otherMails")
    assert attributes_of(Everyone()) == ()


def test_entra_spelling_names_service_plans_by_id() -> None:
    text = write(parse('ServicePlan = "MCOEV"'), "entra")
    assert text == (
        'user.assignedPlans -any (assignedPlan.servicePlanId -in ["4828c8ec-dc2e-4779-b502-87ac9ce28ab7"]'
        ' -and assignedPlan.capabilityStatus -in ["Enabled", "Warning"])'
    )
    assert isinstance(parse(text), Items)
    assert write(parse('ServicePlan != "MCOEV"'), "entra") == f"-not ({text})"
    assert write(parse("NOT EVERYONE"), "entra") == "-not (user.objectId -ne null)"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('Sku = "SPE_E5"', "use ServicePlan instead of Sku"),
        ('ServicePlan STARTS WITH "MCO"', "by id only"),
        ('ServicePlan = "NO_SUCH_PLAN"', "NO_SUCH_PLAN"),
    ],
)
def test_what_entra_cannot_say_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(NotExpressible, match=reason):
        write(parse(text), "entra")


def test_licences_that_nobody_knows_are_named() -> None:
    names = STANDARD_NAMES.with_tenant([{"skuId": "S1", "skuPartNumber": "OURS", "servicePlans": None}])
    rule = parse('Sku IN ("OURS", "SPE_E5", "THEIRS") OR NOT ServicePlan = "MCOEVV" OR City = "x"')
    assert unknown_licences(rule, names) == ("THEIRS", "MCOEVV")
    assert unknown_licences(rule, LicenceNames({}, {})) == ("OURS", "SPE_E5", "THEIRS", "MCOEVV")
