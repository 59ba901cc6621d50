"""What a broken rule gets: one sentence, the place, and what was expected."""

import pytest

from numberline.core.rules import MAX_LENGTH, RuleError, parse

BROKEN = [
    # text, line, column, what the sentence says
    ("", 1, 1, 'The rule is empty: write a condition such as City = "London", or EVERYONE.'),
    ("  \n ", 1, 1, "The rule is empty"),
    ('Ofice = "x"', 1, 1, 'Unknown attribute "Ofice"; did you mean Office?'),
    ('City = "x" AND\n  user.citty -eq "x"', 2, 3, 'Unknown attribute "user.citty"; did you mean user.city?'),
    (
        'Shoesize = "x"',
        1,
        1,
        'Unknown attribute "Shoesize": write one such as City, Office or UsageLocation.',
    ),
    ('"Offise Location" = "x"', 1, 1, "did you mean Office?"),
    ("Citx", 1, 1, "did you mean City?"),
    ('Citx == "a"', 1, 1, "did you mean City?"),
    ('License Usage Location = "GB"', 1, 1, 'must stand in double quotes: write "License Usage Location"'),
    ('City == "x"', 1, 6, 'Unknown operator "=="; did you mean =?'),
    ('City <> "x"', 1, 6, "did you mean !=?"),
    ('City equals "x"', 1, 6, "did you mean =?"),
    ('City -equals "x"', 1, 6, "did you mean -eq?"),
    ('City -startWith "x"', 1, 6, "did you mean -startsWith?"),
    ('City LIKE "x"', 1, 6, "did you mean CONTAINS?"),
    ("City IS NULL", 1, 6, "did you mean IS EMPTY?"),
    ('City -frobs "x"', 1, 6, 'Unknown operator "-frobs": the operators are =, !=, IN'),
    ('City "London"', 1, 6, "an operator such as =, IN or STARTS WITH was expected"),
    ("City", 1, 5, "The rule ends too early: an operator such as =, IN or STARTS WITH was expected."),
    ("City = London", 1, 8, 'Text must stand in double quotes: write "London".'),
    ('City = New York AND Office = "x"', 1, 8, 'write "New York"'),
    ("City = 'London'", 1, 8, 'write "London"'),
    ("EmployeeId -eq 123", 1, 16, 'write "123"'),
    ("City = true", 1, 8, 'write "true" in double quotes'),
    ('AccountEnabled = "true"', 1, 18, "write true or false without quotes"),
    ('AccountEnabled CONTAINS "t"', 1, 16, "compare it with = or !="),
    ('City -eq ["a","b"]', 1, 6, "-eq compares with one text: for a list write -in."),
    ('City -ne ["a","b"]', 1, 6, "for a list write -notIn."),
    ('City = ("a", "b")', 1, 6, "for a list write IN."),
    ('City IN "a"', 1, 9, "for one text write =."),
    ('City -in "a"', 1, 10, "for one text write -eq."),
    ("City IN ()", 1, 10, "a text in double quotes was expected"),
    ('City IN ("a" "b")', 1, 14, "a comma or a closing parenthesis was expected"),
    ('City IN ("a", null)', 1, 15, "A list holds texts"),
    ("City -startsWith null", 1, 18, "Only = and != take null"),
    ('City = "a" AND', 1, 15, "The rule ends too early: an attribute such as City was expected."),
    (
        'City = "a" Office = "b"',
        1,
        12,
        '"Office" cannot stand here: AND, OR or the end of the rule was expected.',
    ),
    ('City = "a" && Office = "b"', 1, 12, "did you mean AND?"),
    ('(City = "a"', 1, 12, "The parenthesis opened at line 1, column 1 is never closed."),
    ('City = "a")', 1, 11, "This closing parenthesis was never opened."),
    ('City = "a', 1, 8, "has no closing double quote"),
    ('City = "a” AND Office = "b"', 1, 8, "begins with one kind of quote and ends with another"),
    ('City MATCHES "a("', 1, 14, 'This pattern cannot be read: missing ) in "a(".'),
    ('City MATCHES "(?!x)"', 1, 14, "RE2 has no look-ahead"),
    ('user.assignedPlans -eq "x"', 1, 20, "write AssignedPlans ANY (...), or use ServicePlan"),
    ('City ANY (_ = "x")', 1, 1, "ANY and ALL take AssignedPlans, ProxyAddresses or OtherMails"),
    ('_ = "x"', 1, 1, "can only stand inside ANY (...) or ALL (...)"),
    ('otherMails ANY (City = "x")', 1, 17, "Inside ANY and ALL over OtherMails, write _, not City."),
    ('otherMails ANY (assignedPlan.service = "x")', 1, 17, "write _, not assignedPlan.service"),
    ('City = "\ud800"', 1, 8, "half a character"),
]


@pytest.mark.parametrize(("text", "line", "column", "sentence"), BROKEN)
def test_a_broken_rule_is_refused_with_its_place_and_what_to_write(
    text: str, line: int, column: int, sentence: str
) -> None:
    with pytest.raises(RuleError) as refused:
        parse(text)
    error = refused.value
    assert sentence in error.message
    assert (error.line, error.column) == (line, column)
    assert error.expected
    assert str(error) == f"line {line}, column {column}: {error.message}"


REFUSED = [
    ("user.memberOf -any (group.objectId -in ['value'])", "Group membership comes later"),
    ('Group = "Sales"', "Group membership comes later"),
    ('City = "x" AND "Group Membership" = "Sales"', "Group membership comes later"),
    ('device.deviceOSType -eq "iPad"', "Device rules"),
    ('Direct Reports for "62e19b97-8b3d-4d4a-a106-4ce66896a863"', "Direct reports"),
    ("user.employeehiredate -ge system.now -plus p1d", "employeeHireDate"),
    ('user.extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber -eq "123"', "ExtensionAttribute1 to 15"),
]


@pytest.mark.parametrize(("text", "named"), REFUSED)
def test_what_microsoft_has_and_we_have_not_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(RuleError, match=named):
        parse(text)


def test_expectations_are_plain_words() -> None:
    for text, *_ in BROKEN:
        with pytest.raises(RuleError) as refused:
            parse(text)
        assert not any(word.isupper() and "_" in word for word in refused.value.expected)


def test_a_rule_may_not_be_longer_than_the_limit() -> None:
    longest = 'City = "' + "x" * (MAX_LENGTH - 9) + '"'
    parse(longest)
    with pytest.raises(RuleError, match="20,001 characters: 20,000 are allowed"):
        parse(longest + " ")


@pytest.mark.parametrize("opening", ["(", "NOT ", "-not(", "otherMails ANY ("])
def test_deep_nesting_is_refused_and_never_a_recursion_error(opening: str) -> None:
    condition = '_ = "x"' if "ANY" in opening else 'City = "x"'
    text = opening * 1_000 + condition + ")" * (1_000 * opening.count("("))
    with pytest.raises(RuleError):
        parse(text)


def test_nesting_up_to_the_bound_is_accepted() -> None:
    parse("(" * 50 + 'City = "x"' + ")" * 50)
    with pytest.raises(RuleError, match="nests more than 50 deep"):
        parse("NOT " * 51 + 'City = "x"')
