"""A rule as text, in the plain spelling or in that of Microsoft Entra."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from numberline.core.attributes import Kind
from numberline.core.rule_licences import STANDARD_NAMES, LicenceNames
from numberline.core.rule_tree import All, Any, Everyone, Items, Match, Not, Operator, Rule, Value

_PLAIN = {
    Operator.STARTS_WITH: "STARTS WITH",
    Operator.ENDS_WITH: "ENDS WITH",
    Operator.CONTAINS: "CONTAINS",
    Operator.MATCHES: "MATCHES",
    Operator.IN: "IN",
}
_ENTRA = {
    Operator.STARTS_WITH: ("-startsWith", "-notStartsWith"),
    Operator.ENDS_WITH: ("-endsWith", "-notEndsWith"),
    Operator.CONTAINS: ("-contains", "-notContains"),
    Operator.MATCHES: ("-match", "-notMatch"),
    Operator.IN: ("-in", "-notIn"),
    Operator.EQUALS: ("-eq", "-ne"),
    Operator.IS_EMPTY: ("-eq", "-ne"),
}
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HELD = 'assignedPlan.capabilityStatus -in ["Enabled", "Warning"]'


class NotExpressible(ValueError):
    """Entra's rules cannot say this; the message names what."""


def write(
    rule: Rule, spelling: Literal["plain", "entra"] = "plain", names: LicenceNames | None = None
) -> str:
    """The text of a rule; `parse` of it gives a rule that means the same (plain: the same rule).

    Entra knows service plans by id only: `names` resolves them.

    Raises:
        NotExpressible: only for Entra's spelling: the rule compares licences in a way that Entra cannot.
    """
    return (
        _plain(rule)
        if spelling == "plain"
        else _Entra(STANDARD_NAMES if names is None else names).write(rule)
    )


def _plain(rule: Rule) -> str:
    match rule:
        case Everyone():
            return "EVERYONE"
        case Not(part):
            return f"NOT {_plain_part(part)}"
        case All(parts):
            return " AND ".join(map(_plain_part, parts))
        case Any(parts):
            return " OR ".join(_plain(part) if isinstance(part, All) else _plain_part(part) for part in parts)
        case Items(attribute, every, condition):
            return f"{attribute.plain} {'ALL' if every else 'ANY'} ({_plain(condition)})"
        case Match():
            return _plain_match(rule)


def _plain_part(part: Rule) -> str:
    return f"({_plain(part)})" if isinstance(part, (All, Any)) else _plain(part)


def _plain_match(rule: Match) -> str:
    name = rule.attribute.plain
    if rule.operator is Operator.IS_EMPTY:
        return f"{name} IS {'NOT ' if rule.negated else ''}EMPTY"
    value = _value(rule.value, _plain_text, "()")
    if rule.operator is Operator.EQUALS:
        return f"{name} {'!=' if rule.negated else '='} {value}"
    return f"{name} {'NOT ' if rule.negated else ''}{_PLAIN[rule.operator]} {value}"


def _value(value: Value, quoted: Callable[[str], str], brackets: str) -> str:
    if isinstance(value, tuple):
        return f"{brackets[0]}{', '.join(map(quoted, value))}{brackets[1]}"
    if isinstance(value, str):
        return quoted(value)
    return "null" if value is None else str(value).lower()


def _plain_text(text: str) -> str:
    return '"' + text.replace("`", "``").replace('"', '""') + '"'


def _entra_text(text: str) -> str:
    return '"' + text.replace("`", "``").replace('"', '`"') + '"'


@dataclass(frozen=True, slots=True)
class _Entra:
    """Writes Entra's spelling. Parts stand in parentheses, as Microsoft's rule builder writes them."""

    names: LicenceNames

    def write(self, rule: Rule) -> str:
        match rule:
            case Everyone():
                return "user.objectId -ne null"
            case Not(part):
                return f"-not ({self.write(part)})"
            case All(parts):
                return " -and ".join(f"({self.write(part)})" for part in parts)
            case Any(parts):
                return " -or ".join(f"({self.write(part)})" for part in parts)
            case Items(attribute, every, condition):
                return f"{attribute.entra} {'-all' if every else '-any'} ({self._inner(condition)})"
            case Match():
                return self._match(rule)

    def _inner(self, condition: Rule) -> str:
        """What stands inside -any and -all: Microsoft's own examples join comparisons there without parentheses."""
        if isinstance(condition, (All, Any)) and all(isinstance(part, Match) for part in condition.parts):
            return (" -and " if isinstance(condition, All) else " -or ").join(
                map(self.write, condition.parts)
            )
        return self.write(condition)

    def _match(self, rule: Match) -> str:
        attribute = rule.attribute
        if attribute.kind is Kind.SKUS:
            raise NotExpressible("Entra's rules cannot name a product: use ServicePlan instead of Sku.")
        if attribute.kind is Kind.SERVICE_PLANS:
            return self._service_plan(rule)
        value = "null" if rule.operator is Operator.IS_EMPTY else _value(rule.value, _entra_text, "[]")
        return f"{attribute.entra} {_ENTRA[rule.operator][rule.negated]} {value}"

    def _service_plan(self, rule: Match) -> str:
        if rule.operator is Operator.IS_EMPTY:
            held, absent = f"user.assignedPlans -any ({_HELD})", True
        else:
            plans = ", ".join(map(_entra_text, self._plan_ids(rule)))
            condition = f"assignedPlan.servicePlanId -in [{plans}] -and {_HELD}"
            held, absent = f"user.assignedPlans -any ({condition})", False
        return held if absent == rule.negated else f"-not ({held})"

    def _plan_ids(self, rule: Match) -> list[str]:
        wanted = rule.value if isinstance(rule.value, tuple) else (str(rule.value),)
        if rule.operator not in (Operator.EQUALS, Operator.IN):
            raise NotExpressible(
                f"Entra's rules know service plans by id only: ServicePlan {rule.operator} has no spelling."
            )
        ids: list[str] = []
        for text in wanted:
            called = (text.strip(),) if _GUID.fullmatch(text.strip()) else self.names.plans_called(text)
            if not called:
                raise NotExpressible(
                    f'Entra\'s rules know service plans by id only, and no service plan is called "{text}".'
                )
            ids.extend(called)
        return list(dict.fromkeys(ids))
