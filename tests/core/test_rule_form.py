"""Rules as groups and rows of a form: nothing of a rule is lost on the way there and back."""

from typing import Any as Anything

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberline.core.attributes import ATTRIBUTES
from numberline.core.rule_form import FormError, from_form, operators_for, to_form
from numberline.core.rules import Rule, parse, write
from tests.core.rule_strategies import RULES


@given(RULES)
def test_a_rule_comes_back_from_its_form_as_it_was(rule: Rule) -> None:
    same = parse(write(rule))
    assert from_form(to_form(same)) == same


@pytest.mark.parametrize(
    "text",
    [
        'Office = "Park Lane" AND City = "LONDON"',
        'City = "Abingdon" AND (Office = "Office 1" OR NOT (Office != "x" OR NOT NOT EVERYONE))',
        "NOT NOT NOT EVERYONE",
        'City IN ("", "Leeds") OR Department CONTAINS ""',
        'NOT OtherMails ANY (_ ENDS WITH "@example.org")',
        "AccountEnabled = true AND AssignedPlans IS NOT EMPTY",
    ],
)
def test_the_text_of_a_form_is_the_text_it_was_made_of(text: str) -> None:
    assert write(from_form(to_form(parse(text)))) == text


def test_groups_and_rows_say_what_people_see() -> None:
    form = to_form(parse('City = "London" AND NOT (Office IN ("1", "2") OR Synced = true)'))
    assert form == {
        "kind": "group",
        "not": False,
        "join": "all",
        "parts": [
            {"kind": "match", "not": False, "attribute": "City", "operator": "=", "values": ["London"]},
            {
                "kind": "group",
                "not": True,
                "join": "any",
                "parts": [
                    {"kind": "match", "not": False, "attribute": "Office", "operator": "IN", "values": ["1", "2"]},
                    {"kind": "match", "not": False, "attribute": "Synced", "operator": "=", "values": ["true"]},
                ],
            },
        ],
    }  # fmt: skip


def row(attribute: Anything = "City", operator: Anything = "=", *values: Anything) -> dict[str, Anything]:
    return {"kind": "match", "attribute": attribute, "operator": operator, "values": list(values)}


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        (row("City", "=", ""), "Give a value"),
        (row("City", "IN"), "Give a value"),
        (row("Town", "=", "x"), "Choose an attribute"),
        (row('City = "x" OR City', "=", "x"), "Choose an attribute"),
        (row("City", '= "x" OR City =', "x"), "Choose how to compare"),
        (row("City", "MATCHES", "("), "cannot be read"),
        (row("Synced", "=", "maybe"), "true or false"),
        (row("Synced", "CONTAINS", "true"), "true or false"),
        (row(["City"], "=", "x"), "Choose an attribute"),
        ({"kind": "group", "parts": []}, "is empty"),
        ({"kind": "text", "text": 'City = "x'}, "quote"),
        ({"kind": "match"}, "Choose an attribute"),
        ({}, "no condition"),
        ("City", "no condition"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(node: Anything, sentence: str) -> None:
    with pytest.raises(FormError, match=sentence) as error:
        from_form({"kind": "group", "join": "any", "parts": [row("City", "=", "York"), node]})
    assert error.value.path == (1,)


def test_quotes_in_a_value_stay_a_value() -> None:
    assert write(from_form(row("City", "=", '" OR EVERYONE OR City = "'))) == (
        'City = """ OR EVERYONE OR City = """'
    )


def test_data_that_nests_for_ever_is_refused() -> None:
    node: Anything = row("City", "=", "York")
    for _ in range(300):
        node = {"kind": "group", "parts": [node]}
    with pytest.raises(FormError, match="flatter"):
        from_form(node)


@given(
    st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3))
)
def test_nothing_but_a_form_error_ever_comes_of_wrong_data(value: Anything) -> None:
    for node in (
        {"kind": "match", "attribute": "City", "operator": "=", "values": value},
        {"kind": value},
        value,
    ):
        assert said(node).endswith(".")


def said(node: Anything) -> str:
    """The sentence that a node is refused with; a full stop when it is none too bad."""
    try:
        from_form(node)
    except FormError as error:
        return error.message
    return "."


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda one: one.plain)
def test_every_operator_that_a_row_offers_is_one_that_the_attribute_takes(attribute: Anything) -> None:
    for operator in operators_for(attribute.kind):
        from_form(row(attribute.plain, operator, "true"))
