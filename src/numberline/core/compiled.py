"""Rules made fast: the same answers as `evaluate`, for being asked about millions of people.

Most people share the values that a rule reads with many others (a city, an office), so answers are remembered by those
values. Attributes that differ from person to person are read afresh each time, and the memory of a rule is bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any as Anything

from numberline.core.attributes import ITEM, Attributes, Kind
from numberline.core.rule_evaluate import ACTIVE, matches
from numberline.core.rule_licences import STANDARD_NAMES, LicenceNames
from numberline.core.rule_tree import (
    All,
    Any,
    Everyone,
    Items,
    Match,
    Not,
    Operator,
    Rule,
    attributes_in,
    attributes_of,
)
from numberline.core.rule_values import cached_fold, fold, text_test, texts, true_of_nothing

Test = Callable[[Attributes], bool]

REMEMBERED = 4_096
"""Answers that one rule remembers before it starts afresh: at most about 1 MB a rule."""


class CompiledRule:
    """A rule ready to be asked: ``compiled(attributes)``, or `test` where each call counts.

    `attributes` are Graph's names of what it reads.
    """

    __slots__ = ("attributes", "rule", "test")

    def __init__(self, rule: Rule, test: Test) -> None:
        self.rule = rule
        self.test = test
        self.attributes = attributes_of(rule)

    def __call__(self, attributes: Attributes) -> bool:
        """Whether the rule is true of the person with these attributes."""
        return self.test(attributes)


def compile_rule(rule: Rule, names: LicenceNames | None = None) -> CompiledRule:
    """The rule as a fast function of attributes; it answers as `evaluate` does with the same `names`."""
    return CompiledRule(rule, _Compiler(STANDARD_NAMES if names is None else names).test(rule))


class _Compiler:
    """Turns the parts of a rule into functions. A part whose attributes many share is remembered as a whole."""

    def __init__(self, names: LicenceNames) -> None:
        self._names = names

    def test(self, rule: Rule) -> Test:
        if _shared(rule):
            read = attributes_of(rule)
            return _remembering(self._plain(rule), read) if read else self._plain(rule)
        if isinstance(rule, Not):
            return _negation(self.test(rule.part))
        if isinstance(rule, (All, Any)):
            return self._split(rule)
        return self._plain(rule)

    def _split(self, rule: All | Any) -> Test:
        """What can be remembered first, as one, then what has to be read afresh."""
        kind = type(rule)
        shared = tuple(part for part in rule.parts if _shared(part))
        whole = [kind(shared)] if len(shared) > 1 else list(shared)
        single = [part for part in rule.parts if not _shared(part)]
        return _junction([self.test(part) for part in (*whole, *single)], every=kind is All)

    def _plain(self, rule: Rule) -> Test:
        match rule:
            case Match():
                return self._match(rule)
            case Items():
                return self._items(rule)
            case Not(part):
                return _negation(self._plain(part))
            case All(parts):
                return _junction(list(map(self._plain, parts)), every=True)
            case Any(parts):
                return _junction(list(map(self._plain, parts)), every=False)
            case Everyone():
                return lambda attributes: True

    def _match(self, rule: Match) -> Test:
        kind, names = rule.attribute.kind, self._names
        if kind is Kind.TEXT and rule.operator is not Operator.IS_EMPTY:
            return _text_match(rule)
        if kind in (Kind.SKUS, Kind.SERVICE_PLANS) and not true_of_nothing(rule.operator, rule.value):
            answers = _Answers(
                text_test(rule.operator, rule.value), names.of_sku if kind is Kind.SKUS else names.of_plan
            )
            return _sku_match(rule, answers) if kind is Kind.SKUS else _plan_match(rule, answers)
        return lambda attributes: matches(rule, attributes, self._names)

    def _items(self, rule: Items) -> Test:
        graph, every = rule.attribute.graph, rule.every
        fits = self._plain(rule.condition)
        if rule.attribute.kind is Kind.PLAN_OBJECTS:
            entry_fits = _remembering(fits, attributes_of(rule.condition))
            decide = all if every else any
            return lambda attributes: decide(map(entry_fits, attributes.get(graph) or ()))
        item = ITEM.graph
        if every:
            return lambda attributes: all(fits({item: text}) for text in texts(attributes.get(graph)))
        return lambda attributes: any(fits({item: text}) for text in texts(attributes.get(graph)))


def _shared(rule: Rule) -> bool:
    """Whether many people have the same values of everything that the rule reads."""
    return not any(attribute.unique for attribute in attributes_in(rule))


def _negation(test: Test) -> Test:
    return lambda attributes: not test(attributes)


def _junction(tests: list[Test], *, every: bool) -> Test:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        if every:
            return lambda attributes: first(attributes) and second(attributes)
        return lambda attributes: first(attributes) or second(attributes)
    if every:
        return lambda attributes: all(test(attributes) for test in tests)
    return lambda attributes: any(test(attributes) for test in tests)


def _text_match(rule: Match) -> Test:
    graph, negated = rule.attribute.graph, rule.negated
    fits = text_test(rule.operator, rule.value, fold if rule.attribute.unique else cached_fold)
    of_nothing = true_of_nothing(rule.operator, rule.value) != negated

    def test(attributes: Attributes) -> bool:
        value = attributes.get(graph)
        if type(value) is str and value and not value.isspace():
            return fits(value) != negated
        found = texts(value)
        return any(map(fits, found)) != negated if found else of_nothing

    return test


class _Answers(dict[str | None, bool]):
    """Whether a licence fits, by its id, found out once."""

    def __init__(self, fits: Callable[[str], bool], called: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._fits = fits
        self._called = called

    def __missing__(self, identifier: str | None) -> bool:
        if len(self) >= REMEMBERED:
            self.clear()
        answer = bool(identifier) and any(map(self._fits, self._called(str(identifier))))
        self[identifier] = answer
        return answer


def _sku_match(rule: Match, answers: _Answers) -> Test:
    graph, negated = rule.attribute.graph, rule.negated

    def test(attributes: Attributes) -> bool:
        for licence in attributes.get(graph) or ():
            if answers[licence.get("skuId")]:
                return not negated
        return negated

    return test


def _plan_match(rule: Match, answers: _Answers) -> Test:
    graph, negated = rule.attribute.graph, rule.negated

    def test(attributes: Attributes) -> bool:
        for plan in attributes.get(graph) or ():
            if answers[plan.get("servicePlanId")] and plan.get("capabilityStatus") in ACTIVE:
                return not negated
        return negated

    return test


def _remembering(test: Test, names: tuple[str, ...]) -> Test:
    """`test`, asked once for each combination of the values of these attributes."""
    if len(names) == 1:
        return _by_one(test, *names)
    return _by_two(test, *names) if len(names) == 2 else _by_several(test, names)


def _learning(test: Test, answers: dict[Anything, bool]) -> Callable[[Attributes, Anything], bool]:
    def learn(attributes: Attributes, key: Anything) -> bool:
        answer = test(attributes)
        if len(answers) >= REMEMBERED:
            answers.clear()
        answers[key] = answer
        return answer

    return learn


# The three below are one function written out: they are called millions of times, and making the key is most of the
# work. A value that cannot be a key (a list where Graph gives one value) is answered without remembering.


def _by_one(test: Test, name: str) -> Test:
    answers: dict[Anything, bool] = {}
    recall, learn = answers.get, _learning(test, answers)

    def asked(attributes: Attributes) -> bool:
        key = attributes.get(name)
        try:
            answer = recall(key)
        except TypeError:
            return test(attributes)
        return learn(attributes, key) if answer is None else answer

    return asked


def _by_two(test: Test, first: str, second: str) -> Test:
    answers: dict[Anything, bool] = {}
    recall, learn = answers.get, _learning(test, answers)

    def asked(attributes: Attributes) -> bool:
        key = (attributes.get(first), attributes.get(second))
        try:
            answer = recall(key)
        except TypeError:
            return test(attributes)
        return learn(attributes, key) if answer is None else answer

    return asked


def _by_several(test: Test, names: tuple[str, ...]) -> Test:
    answers: dict[Anything, bool] = {}
    recall, learn = answers.get, _learning(test, answers)

    def asked(attributes: Attributes) -> bool:
        key = tuple(map(attributes.get, names))
        try:
            answer = recall(key)
        except TypeError:
            return test(attributes)
        return learn(attributes, key) if answer is None else answer

    return asked
