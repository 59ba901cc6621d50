"""Why a rule is true or false of a person: the rule as a tree, each part with its result and the value found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from numberline.core.attributes import Attribute, Attributes, Kind
from numberline.core.rule_evaluate import active_plan_ids, evaluate, items_of, matches, sku_ids
from numberline.core.rule_licences import STANDARD_NAMES, LicenceNames
from numberline.core.rule_tree import All, Any, Everyone, Items, Match, Not, Operator, Rule
from numberline.core.rule_values import texts
from numberline.core.rule_write import write

Found: TypeAlias = str | bool | tuple[str, ...] | None

_MOST_SHOWN = 4
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """One part of a rule and what became of it for one person.

    `text` is the part in the plain spelling; `found` the value or values that a comparison found (None: absent, and
    for parts that compare nothing themselves); `parts` what it is made of.
    """

    rule: Rule
    text: str
    result: bool
    found: Found = None
    parts: tuple[RuleExplanation, ...] = ()

    def sentence(self) -> str:
        """Why, in one sentence without a full stop: ``City is "Leeds", the rule wants "London"``."""
        return _fact(self) if self.result else _reason(self, wanted=True)


def explain(rule: Rule, attributes: Attributes, names: LicenceNames | None = None) -> RuleExplanation:
    """How the rule comes to its result for this person; the result is that of `evaluate`."""
    known = STANDARD_NAMES if names is None else names
    match rule:
        case Match():
            found = _found(rule.attribute, attributes, known)
            return RuleExplanation(rule, write(rule), matches(rule, attributes, known), found)
        case Items():
            shown = tuple(_item(rule.attribute, item, known) for item in items_of(rule.attribute, attributes))
            return RuleExplanation(rule, write(rule), evaluate(rule, attributes, known), shown)
        case Not(part):
            inner = explain(part, attributes, known)
            return RuleExplanation(rule, write(rule), not inner.result, parts=(inner,))
        case All(parts) | Any(parts):
            inners = tuple(explain(part, attributes, known) for part in parts)
            results = [inner.result for inner in inners]
            result = all(results) if isinstance(rule, All) else any(results)
            return RuleExplanation(rule, write(rule), result, parts=inners)
        case Everyone():
            return RuleExplanation(rule, write(rule), True)


def _found(attribute: Attribute, attributes: Attributes, names: LicenceNames) -> Found:
    value = attributes.get(attribute.graph)
    if attribute.kind is Kind.BOOLEAN:
        return None if value is None else bool(value)
    if attribute.kind is Kind.SKUS:
        return tuple(_called(names.of_sku(sku)) for sku in sku_ids(value))
    if attribute.kind is Kind.SERVICE_PLANS:
        return tuple(_called(names.of_plan(plan)) for plan in active_plan_ids(value))
    if attribute.kind is Kind.PLAN_OBJECTS:
        return tuple(_item(attribute, plan, names) for plan in value or ())
    found = texts(value)
    if attribute.kind is Kind.TEXTS:
        return found
    return ", ".join(found) if found else None


def _called(names: tuple[str, ...]) -> str:
    """What people call a licence: its part number where we know it, else its id."""
    return names[1] if len(names) > 1 else names[0]


def _item(attribute: Attribute, item: Attributes, names: LicenceNames) -> str:
    if attribute.kind is Kind.PLAN_OBJECTS:
        plan = item.get("servicePlanId") or ""
        return f"{_called(names.of_plan(plan))} ({item.get('capabilityStatus')})"
    return str(item["_"])


def _fact(explanation: RuleExplanation) -> str:
    """What is so, for a part that is true, or false where the rule wants it false."""
    match explanation.rule:
        case Match(attribute):
            return f"{attribute.plain} is {_shown(explanation.found)}"
        case Items():
            return f"{explanation.text} is {_word(explanation.result)}"
        case Not():
            return _fact(explanation.parts[0])
        case All() | Any():
            decisive = _decisive(explanation)
            return " and ".join(_fact(part) for part in decisive)
        case Everyone():
            return "The rule is for everyone"


def _decisive(explanation: RuleExplanation) -> tuple[RuleExplanation, ...]:
    """The parts that make the whole what it is: one is enough for a true OR and a false AND."""
    same = tuple(part for part in explanation.parts if part.result == explanation.result)
    one_is_enough = isinstance(explanation.rule, Any) == explanation.result
    return same[:1] if one_is_enough else same


def _reason(explanation: RuleExplanation, *, wanted: bool) -> str:
    """Why a part is not as it is wanted. Inside NOT, false is wanted."""
    match explanation.rule:
        case Match() as rule:
            wish = _wish(rule, rule.negated == wanted)
            return f"{rule.attribute.plain} is {_shown(explanation.found)}, the rule wants {wish}"
        case Items(attribute, every, condition):
            return _items_reason(attribute, every, write(condition), wanted)
        case Not():
            return _reason(explanation.parts[0], wanted=not wanted)
        case All() | Any() as rule:
            contrary = [part for part in explanation.parts if part.result != wanted]
            reasons = [_reason(part, wanted=wanted) for part in contrary]
            either = isinstance(rule, Any) == wanted
            return _joined(reasons, ", or " if either else "; ")
        case Everyone():
            return "The rule excludes everyone"


def _items_reason(attribute: Attribute, every: bool, condition: str, wanted: bool) -> str:
    if every:
        return f"{attribute.plain} has {'an entry that is not' if wanted else 'only entries that are'} {condition}"
    return f"{attribute.plain} has {'no' if wanted else 'an'} entry with {condition}"


def _joined(reasons: list[str], link: str) -> str:
    shown = reasons[:_MOST_SHOWN]
    more = len(reasons) - len(shown)
    return link.join(shown) + (f"{link}{more} more" if more else "")


def _wish(rule: Match, negated: bool) -> str:
    value = rule.value
    if rule.operator is Operator.IS_EMPTY:
        return "a value" if negated else "it empty"
    if isinstance(value, tuple):
        listed = [_quoted(text) for text in value]
        return ("anything but " if negated else "") + _joined(listed, " or ")
    text = _word(value) if isinstance(value, bool) else _quoted(str(value))
    if rule.operator is Operator.EQUALS:
        return f"anything but {text}" if negated else text
    if rule.operator is Operator.MATCHES:
        return f"{'no' if negated else 'a'} match of {text}"
    does = str(rule.operator)
    return f"nothing that {does} {text}" if negated else f"a text that {does} {text}"


def _shown(found: Found) -> str:
    if found is None or found == ():
        return "empty"
    if isinstance(found, bool):
        return _word(found)
    if isinstance(found, str):
        return _quoted(found)
    return _joined([_quoted(text) for text in found], ", ")


def _word(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    return f'"{text}"' if len(text) <= _LONGEST_SHOWN else f'"{text[: _LONGEST_SHOWN - 1]}…"'
