"""What holds of every rule and every person."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from numberline.core.attributes import flatten
from numberline.core.rule_values import fold
from numberline.core.rules import (
    Rule,
    RuleError,
    attributes_of,
    compile_rule,
    evaluate,
    explain,
    parse,
    write,
)
from tests.core.rule_strategies import ENTRA_RULES, PEOPLE, RULES, in_mixed_spelling, naive

quick = settings(max_examples=100, deadline=None)

SOUP_WORDS = [
    "City",
    "user.city",
    "Ofice",
    "_",
    "ServicePlan",
    "AccountEnabled",
    "otherMails",
    "assignedPlan.service",
    "London",
    '"x"',
    '"a("',
    '""',
    "“x”",
    '"',
    "'x'",
    "null",
    "true",
    "5",
    "=",
    "!=",
    "==",
    "-eq",
    "IN",
    "-in",
    "STARTS",
    "WITH",
    "IS",
    "EMPTY",
    "MATCHES",
    "ANY",
    "-all",
    "NOT",
    "-not",
    "is",
    "&&",
    "(",
    ")",
    "[",
    "]",
    ",",
    "AND",
    "-or",
    "EVERYONE",
    "–",
]
SOUP = st.lists(st.sampled_from(SOUP_WORDS), max_size=12).map(" ".join)


@quick
@given(RULES)
def test_a_rule_written_in_plain_and_read_again_is_the_same_rule(rule: Rule) -> None:
    assert parse(write(rule)) == rule


@quick
@given(ENTRA_RULES)
def test_a_rule_written_as_entra_does_and_read_again_is_the_same_rule(rule: Rule) -> None:
    assert parse(write(rule, "entra")) == rule


@quick
@given(RULES, st.data())
def test_the_spellings_may_be_mixed_within_one_rule(rule: Rule, data: st.DataObject) -> None:
    text = in_mixed_spelling(rule, lambda ways: data.draw(st.integers(0, ways - 1)))
    assert parse(text) == rule


@quick
@given(st.one_of(SOUP, RULES.map(write)))
def test_text_to_rule_to_text_is_stable_for_whatever_can_be_read(text: str) -> None:
    try:
        once = write(parse(text))
    except RuleError:
        return
    assert write(parse(once)) == once


@quick
@given(RULES, PEOPLE)
def test_evaluation_is_that_of_the_naive_evaluator(rule: Rule, person: dict[str, Any]) -> None:
    assert evaluate(rule, person) == naive(rule, person)


@quick
@given(RULES, st.lists(PEOPLE, max_size=6))
def test_a_compiled_rule_answers_as_evaluation_does_for_one_person_after_another(
    rule: Rule, people: list[dict[str, Any]]
) -> None:
    compiled = compile_rule(rule)
    for person in [*people, *people]:
        assert compiled(person) is evaluate(rule, person)


@quick
@given(RULES, PEOPLE)
def test_an_answer_depends_on_nothing_but_the_attributes_that_the_rule_says_it_reads(
    rule: Rule, person: dict[str, Any]
) -> None:
    read = {name: value for name, value in person.items() if name in attributes_of(rule)}
    assert evaluate(rule, read) == evaluate(rule, person)
    assert compile_rule(rule).attributes == attributes_of(rule)


@quick
@given(RULES, PEOPLE)
def test_an_explanation_has_the_result_of_evaluation_in_every_part_and_one_sentence(
    rule: Rule, person: dict[str, Any]
) -> None:
    pending = [explain(rule, person)]
    while pending:
        part = pending.pop()
        assert part.result == evaluate(part.rule, person)
        assert part.sentence()
        pending.extend(part.parts)


@settings(max_examples=250, deadline=None)
@given(st.one_of(SOUP, st.text(max_size=60), st.text(alphabet='City="`()[],-–“” \nANDOR', max_size=40)))
def test_whatever_text_is_given_only_a_rule_error_comes_and_its_place_lies_in_the_text(text: str) -> None:
    error = refusal(text)
    if error is None:
        return
    lines = text.split("\n")
    assert 1 <= error.line <= len(lines)
    assert 1 <= error.column <= len(lines[error.line - 1]) + 1
    assert error.message
    assert error.expected


def refusal(text: str) -> RuleError | None:
    try:
        parse(text)
    except RuleError as error:
        return error
    return None


@quick
@given(st.text(max_size=20))
def test_folding_twice_or_with_outer_spaces_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(f"  {text}\t") == fold(text)


@quick
@given(PEOPLE)
def test_flattening_a_person_twice_changes_nothing(person: dict[str, Any]) -> None:
    assert flatten(flatten(person)) == flatten(person) == person
