"""Is a rule true of a person? The reference answer; `numberline.core.compiled` gives the same one faster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any as Anything

from numberline.core.attributes import ITEM, Attribute, Attributes, Kind
from numberline.core.rule_licences import STANDARD_NAMES, LicenceNames
from numberline.core.rule_tree import All, Any, Everyone, Items, Match, Not, Operator, Rule
from numberline.core.rule_values import text_test, texts, true_of_nothing

ACTIVE = frozenset({"Enabled", "Warning"})
"""The capability statuses under which a service plan counts as held; Warning is Microsoft's time of grace."""


def evaluate(rule: Rule, attributes: Attributes, names: LicenceNames | None = None) -> bool:
    """Whether the rule is true of the person with these attributes. `names` resolves licences; never raises."""
    known = STANDARD_NAMES if names is None else names
    match rule:
        case Match():
            return matches(rule, attributes, known)
        case Items(attribute, every, condition):
            results = (evaluate(condition, item, known) for item in items_of(attribute, attributes))
            return all(results) if every else any(results)
        case Not(part):
            return not evaluate(part, attributes, known)
        case All(parts):
            return all(evaluate(part, attributes, known) for part in parts)
        case Any(parts):
            return any(evaluate(part, attributes, known) for part in parts)
        case Everyone():
            return True


def matches(condition: Match, attributes: Attributes, names: LicenceNames) -> bool:
    """Whether one comparison is true of the person."""
    return condition.negated != _positive(condition, attributes, names)


def _positive(condition: Match, attributes: Attributes, names: LicenceNames) -> bool:
    attribute, operator, value = condition.attribute, condition.operator, condition.value
    if attribute.kind is Kind.BOOLEAN:
        held = attributes.get(attribute.graph)
        return held is None if operator is Operator.IS_EMPTY else held is not None and bool(held) == value
    found = values_of(attribute, attributes, names)
    if not found:
        return true_of_nothing(operator, value)
    if operator is Operator.IS_EMPTY:
        return False
    return any(map(text_test(operator, value), found))


def values_of(attribute: Attribute, attributes: Attributes, names: LicenceNames) -> tuple[str, ...]:
    """The texts that a comparison of this attribute looks at: for a licence, everything that it is called."""
    value = attributes.get(attribute.graph)
    if attribute.kind is Kind.SKUS:
        return tuple(name for sku in sku_ids(value) for name in names.of_sku(sku))
    if attribute.kind is Kind.SERVICE_PLANS:
        return tuple(name for plan in active_plan_ids(value) for name in names.of_plan(plan))
    if attribute.kind is Kind.PLAN_OBJECTS:
        return tuple(plan["servicePlanId"] for plan in value or () if plan.get("servicePlanId"))
    if attribute.kind is Kind.PLAN_ID:
        return names.of_plan(value) if value else ()
    return texts(value)


def sku_ids(licences: Anything) -> Iterator[str]:
    """The ids of the products in Graph's ``assignedLicenses``."""
    return (licence["skuId"] for licence in licences or () if licence.get("skuId"))


def active_plan_ids(plans: Anything) -> Iterator[str]:
    """The ids of the plans in Graph's ``assignedPlans`` that are Enabled or Warning."""
    return (
        plan["servicePlanId"]
        for plan in plans or ()
        if plan.get("capabilityStatus") in ACTIVE and plan.get("servicePlanId")
    )


def items_of(attribute: Attribute, attributes: Attributes) -> Iterator[Mapping[str, Anything]]:
    """The single values that ANY and ALL look at, each as attributes of its own."""
    value = attributes.get(attribute.graph)
    if attribute.kind is Kind.PLAN_OBJECTS:
        return iter(value or ())
    return ({ITEM.graph: text} for text in texts(value))
