"""From the grammar's parts to a rule: looks up names, reads values, and refuses what makes no sense together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lark import Token, Transformer, v_args

from numberline.core.attributes import ITEM, PLAN_FIELDS, Attribute, Kind, find
from numberline.core.rule_errors import RuleError, refusal, unknown_attribute
from numberline.core.rule_tree import All, Any, Everyone, Items, Match, Not, Operator, Rule
from numberline.core.rule_values import fold, pattern_problem

MAX_DEPTH = 50
"""How deep parentheses, NOT, ANY and ALL may nest."""

_OPERATORS = {
    "=": Operator.EQUALS,
    "eq": Operator.EQUALS,
    "in": Operator.IN,
    "startswith": Operator.STARTS_WITH,
    "endswith": Operator.ENDS_WITH,
    "contains": Operator.CONTAINS,
    "match": Operator.MATCHES,
    "matches": Operator.MATCHES,
}
_ITEM_ATTRIBUTES = (ITEM, *PLAN_FIELDS)
_ESCAPED = re.compile('`([`"“”„‟])|""')


@dataclass(frozen=True, slots=True)
class Name:
    """An attribute and where the rule names it."""

    attribute: Attribute
    token: Token


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the rule, how deep it nests, and the attributes of persons and of items that it names."""

    rule: Rule
    depth: int = 0
    names: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What stands right of an operator: its tokens, and whether they stood in a list."""

    tokens: tuple[Token, ...]
    listed: bool


def at(token: Token, message: str, *expected: str) -> RuleError:
    """The error at the place of this token."""
    return RuleError(message, token.line or 1, token.column or 1, expected)


def unquote(token: Token) -> str:
    """The text that a quoted token stands for."""
    text = _ESCAPED.sub(lambda escape: escape[1] or '"', token[1:-1])
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise at(token, "This text holds half a character: type it again.", "a text in double quotes")
    return text


@v_args(inline=True)
class Builder(Transformer[Token, Part]):
    """Called by the parser for every part of the text, inner parts first."""

    def start(self, part: Part) -> Part:
        for name in part.names:
            if name.attribute in _ITEM_ATTRIBUTES:
                raise at(
                    name.token,
                    f"{name.token} can only stand inside ANY (...) or ALL (...).",
                    "an attribute such as City",
                )
        return part

    def any_of(self, *parts: Part) -> Part:
        return _joined(Any, parts)

    def all_of(self, *parts: Part) -> Part:
        return _joined(All, parts)

    def negation(self, token: Token, part: Part) -> Part:
        return Part(Not(part.rule), _deeper(part, token), part.names)

    def group(self, opening: Token, part: Part, _closing: Token) -> Part:
        return Part(part.rule, _deeper(part, opening), part.names)

    def everyone(self, _token: Token) -> Part:
        return Part(Everyone())

    def name(self, token: Token) -> Name:
        written = unquote(token) if token.type == "TEXT" else str(token)
        attribute = find(written)
        if attribute is None or refusal(written):
            raise unknown_attribute(written, token.line or 1, token.column or 1)
        return Name(attribute, token)

    def value(self, token: Token) -> Given:
        return Given((token,), listed=False)

    single = value

    def listed(self, _opening: Token, *tokens: Token) -> Given:
        return Given(tokens[:-1], listed=True)

    def comparison(self, name: Name, operator: Token, given: Given) -> Part:
        return Part(_comparison(name, operator, given), names=(name,))

    def emptiness(self, name: Name, operator: Token) -> Part:
        return Part(
            Match(name.attribute, Operator.IS_EMPTY, negated="not" in operator.lower()), names=(name,)
        )

    def quantified(self, name: Name, quantifier: Token, part: Part) -> Part:
        _check_items(name, part)
        every = quantifier.lower().endswith("all")
        return Part(Items(name.attribute, every, part.rule), _deeper(part, quantifier), (name,))


def _joined(kind: type[All | Any], parts: tuple[Part, ...]) -> Part:
    if len(parts) == 1:
        return parts[0]
    names = tuple(name for part in parts for name in part.names)
    return Part(kind(tuple(part.rule for part in parts)), max(part.depth for part in parts), names)


def _deeper(part: Part, token: Token) -> int:
    if part.depth >= MAX_DEPTH:
        raise at(token, f"The rule nests more than {MAX_DEPTH} deep: write it flatter.", "fewer parentheses")
    return part.depth + 1


def _check_items(name: Name, part: Part) -> None:
    kind = name.attribute.kind
    if kind not in (Kind.TEXTS, Kind.PLAN_OBJECTS):
        message = f"{name.attribute.plain} has no list of values: ANY and ALL take AssignedPlans, ProxyAddresses or OtherMails."
        raise at(name.token, message, "AssignedPlans", "ProxyAddresses", "OtherMails")
    allowed = (ITEM,) if kind is Kind.TEXTS else PLAN_FIELDS
    for inner in part.names:
        if inner.attribute not in allowed:
            shown = tuple(attribute.plain for attribute in allowed)
            message = (
                f"Inside ANY and ALL over {name.attribute.plain}, write {_either(shown)}, not {inner.token}."
            )
            raise at(inner.token, message, *shown)


def _either(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _meaning(operator: Token) -> tuple[Operator, bool]:
    bare = "".join(operator.split()).lower().translate(dict.fromkeys(map(ord, "-‐‑‒–—−")))
    if bare in ("!=", "ne"):
        return Operator.EQUALS, True
    negated = bare.startswith("not")
    return _OPERATORS[bare.removeprefix("not")], negated


def _comparison(name: Name, token: Token, given: Given) -> Match:
    attribute = name.attribute
    operator, negated = _meaning(token)
    _check_list(token, operator, negated, given)
    first = given.tokens[0]
    if not given.listed and first.lower().lstrip("$") == "null" and first.type == "LITERAL":
        if operator is not Operator.EQUALS:
            raise at(first, f"Only = and != take null, not {token}.", "a text in double quotes")
        return Match(attribute, Operator.IS_EMPTY, negated=negated)
    if attribute.kind is Kind.BOOLEAN:
        return _boolean(name, token, operator, negated, first)
    if attribute.kind is Kind.PLAN_OBJECTS:
        message = (
            "AssignedPlans is compared entry by entry: write AssignedPlans ANY (...), or use ServicePlan."
        )
        raise at(token, message, "ANY", "ALL", "IS EMPTY")
    texts = tuple(_text(item, attribute) for item in given.tokens)
    if operator is Operator.MATCHES:
        problem = pattern_problem(texts[0])
        if problem:
            raise at(first, f"This pattern cannot be read: {problem}.", "a valid pattern")
    if operator is Operator.EQUALS and not fold(texts[0]):
        return Match(attribute, Operator.IS_EMPTY, negated=negated)
    return Match(attribute, operator, texts if given.listed else texts[0], negated)


def _check_list(token: Token, operator: Operator, negated: bool, given: Given) -> None:
    plain = token[0] in "!=" or " " in token
    if given.listed and operator is not Operator.IN:
        listing = ("NOT IN" if negated else "IN") if plain else ("-notIn" if negated else "-in")
        raise at(token, f"{token} compares with one text: for a list write {listing}.", listing)
    if operator is Operator.IN and not given.listed:
        single = ("!=" if negated else "=") if plain or token.isupper() else ("-ne" if negated else "-eq")
        message = f'{token} takes a list such as ("Leeds", "York"): for one text write {single}.'
        raise at(given.tokens[0], message, "a list in parentheses")


def _boolean(name: Name, token: Token, operator: Operator, negated: bool, value: Token) -> Match:
    attribute = name.attribute
    if operator is not Operator.EQUALS:
        raise at(token, f"{attribute.plain} is true or false: compare it with = or !=.", "=", "!=")
    if value.type != "LITERAL":
        raise at(
            value, f"{attribute.plain} is true or false: write true or false without quotes.", "true", "false"
        )
    return Match(attribute, operator, value.lower().endswith("true"), negated)


def _text(token: Token, attribute: Attribute) -> str:
    if token.type == "TEXT":
        return unquote(token)
    if token.lower().endswith("null"):
        raise at(token, 'A list holds texts: for "absent" write "" in it.', "a text in double quotes")
    raise at(
        token, f'{attribute.plain} is a text: write "{token}" in double quotes.', "a text in double quotes"
    )
