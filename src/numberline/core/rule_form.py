"""A rule as groups and rows, for a form that builds it: plain data that JSON can carry, to a rule and back.

A node is one of these, each with `not` (true turns it round):

    {"kind": "group", "join": "all" | "any", "parts": [...]}
    {"kind": "match", "attribute": "City", "operator": "=", "values": ["London"]}
    {"kind": "text", "text": "AssignedPlans ANY (...)"}
    {"kind": "everyone"}

A `text` is a condition that rows can't show (ANY and ALL, a comparison with an empty text); it stays as it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Anything

from numberline.core.attributes import Kind, find
from numberline.core.rule_builder import MAX_DEPTH
from numberline.core.rule_errors import RuleError
from numberline.core.rule_tree import All, Any, Everyone, Items, Match, Not, Operator, Rule, Value
from numberline.core.rule_values import fold
from numberline.core.rule_write import write
from numberline.core.ruletext import parse

Node = Mapping[str, Anything]

OPERATORS: Mapping[str, tuple[Operator, bool]] = {
    "=": (Operator.EQUALS, False),
    "!=": (Operator.EQUALS, True),
    "IN": (Operator.IN, False),
    "NOT IN": (Operator.IN, True),
    "STARTS WITH": (Operator.STARTS_WITH, False),
    "NOT STARTS WITH": (Operator.STARTS_WITH, True),
    "ENDS WITH": (Operator.ENDS_WITH, False),
    "NOT ENDS WITH": (Operator.ENDS_WITH, True),
    "CONTAINS": (Operator.CONTAINS, False),
    "NOT CONTAINS": (Operator.CONTAINS, True),
    "MATCHES": (Operator.MATCHES, False),
    "NOT MATCHES": (Operator.MATCHES, True),
    "IS EMPTY": (Operator.IS_EMPTY, False),
    "IS NOT EMPTY": (Operator.IS_EMPTY, True),
}
"""The operators as a row names them: what they are, and whether they are turned round."""

_WRITTEN = {meaning: word for word, meaning in OPERATORS.items()}
_OF_TRUTH = ("=", "!=", "IS EMPTY", "IS NOT EMPTY")
_OF_ENTRIES = ("IS EMPTY", "IS NOT EMPTY")


class FormError(ValueError):
    """The node at `path` (places in `parts`, from the top) is no condition. `message` is one sentence."""

    def __init__(self, path: tuple[int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def operators_for(kind: Kind) -> tuple[str, ...]:
    """The operators that a row offers for an attribute of this kind."""
    if kind is Kind.BOOLEAN:
        return _OF_TRUTH
    return _OF_ENTRIES if kind is Kind.PLAN_OBJECTS else tuple(OPERATORS)


def to_form(rule: Rule, negated: bool = False) -> dict[str, Anything]:
    """The rule as nodes; `from_form` of them gives the same rule."""
    match rule:
        case Not(part) if not negated:
            return to_form(part, negated=True)
        case Not():
            return {"kind": "group", "not": True, "join": "all", "parts": [to_form(rule)]}
        case All(parts) | Any(parts):
            join = "all" if isinstance(rule, All) else "any"
            return {"kind": "group", "not": negated, "join": join, "parts": [to_form(part) for part in parts]}
        case Everyone():
            return {"kind": "everyone", "not": negated}
        case Match() if _fits_a_row(rule):
            return {
                "kind": "match",
                "not": negated,
                "attribute": rule.attribute.plain,
                "operator": _WRITTEN[rule.operator, rule.negated],
                "values": _values(rule.value),
            }
        case Match() | Items():
            return {"kind": "text", "not": negated, "text": write(rule)}


def from_form(node: object) -> Rule:
    """The rule that the nodes say. Raises FormError for the first that is wrong, however hostile the data is."""
    return _read(node, ())


def _fits_a_row(rule: Match) -> bool:
    if isinstance(rule.value, tuple):
        return any(fold(text) for text in rule.value)
    return not isinstance(rule.value, str) or bool(fold(rule.value))


def _values(value: Value) -> list[str]:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [] if value is None else [value]


def _read(node: object, path: tuple[int, ...]) -> Rule:
    if len(path) > MAX_DEPTH:
        raise FormError(path, f"Groups nest more than {MAX_DEPTH} deep: build the rule flatter.")
    if not isinstance(node, Mapping):
        raise FormError(path, "This is no condition.")
    readers = {"group": _group, "match": _match, "text": _text, "everyone": _everyone}
    reader = readers.get(str(node.get("kind")))
    if reader is None:
        raise FormError(path, "This is no condition.")
    rule = reader(node, path)
    return Not(rule) if node.get("not") is True else rule


def _group(node: Node, path: tuple[int, ...]) -> Rule:
    parts = node.get("parts")
    if not isinstance(parts, list) or not parts:
        raise FormError(path, "This group is empty: add a condition, or remove the group.")
    rules = tuple(_read(part, (*path, at)) for at, part in enumerate(parts))
    if len(rules) == 1:
        return rules[0]
    return Any(rules) if node.get("join") == "any" else All(rules)


def _match(node: Node, path: tuple[int, ...]) -> Rule:
    name, operator = node.get("attribute"), OPERATORS.get(str(node.get("operator")))
    attribute = find(name) if isinstance(name, str) else None
    if attribute is None:
        raise FormError(path, "Choose an attribute.")
    if operator is None:
        raise FormError(path, "Choose how to compare.")
    value = _value(node, operator[0], attribute.kind, path)
    return _checked(write(Match(attribute, operator[0], value, operator[1])), path)


def _value(node: Node, operator: Operator, kind: Kind, path: tuple[int, ...]) -> Value:
    if operator is Operator.IS_EMPTY:
        return None
    given = node.get("values")
    texts = [text for text in given if isinstance(text, str)] if isinstance(given, list) else []
    if not any(map(fold, texts)):
        raise FormError(path, "Give a value; for people who have none, choose IS EMPTY.")
    if operator is Operator.IN:
        return tuple(texts)
    if kind is Kind.BOOLEAN and texts[0] in ("true", "false"):
        return texts[0] == "true"
    return texts[0]


def _text(node: Node, path: tuple[int, ...]) -> Rule:
    text = node.get("text")
    if not isinstance(text, str) or not text.strip():
        raise FormError(path, "Write a condition.")
    return _checked(text, path)


def _everyone(_node: Node, _path: tuple[int, ...]) -> Rule:
    return Everyone()


def _checked(text: str, path: tuple[int, ...]) -> Rule:
    try:
        return parse(text)
    except RuleError as error:
        raise FormError(path, error.message) from None
