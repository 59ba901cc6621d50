"""Hypothesis strategies for rules and people, rules written in mixed spelling, and a naive evaluator."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any as Anything

from hypothesis import strategies as st

from numberline.core.attributes import ITEM, PLAN_FIELDS, Attribute, find
from numberline.core.rules import All, Any, Everyone, Items, Match, Not, Operator, Rule

PHONE_SYSTEM = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
CALLING_PLAN = "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8"
E5 = "06ebc4ee-1bb5-47dd-8120-11324bc54e06"

TEXT_OPERATORS = [
    operator for operator in Operator if operator not in (Operator.IN, Operator.IS_EMPTY, Operator.MATCHES)
]
PATTERNS = ["^a", "b$", "É", "a.?b", "[^a]", ".*", "^\\S+$"]
WORDS = st.text(alphabet='aAbBéÉñ"`“’ -(', max_size=4)
PLAIN_WORDS = WORDS.filter(lambda word: bool(word.strip()))


def named(name: str) -> Attribute:
    attribute = find(name)
    assert attribute is not None
    return attribute


TEXTS = [named(name) for name in ("City", "Office", "UPN", "ExtensionAttribute7")]
LISTS = [named(name) for name in ("OtherMails", "ProxyAddresses")]
LICENCE_WORDS = {
    "Sku": ["SPE_E5", "microsoft 365 E5", E5, "x"],
    "ServicePlan": ["MCOEV", "mcopstn1", PHONE_SYSTEM, "x"],
}


def text_matches(attributes: list[Attribute]) -> st.SearchStrategy[Match]:
    which, negated = st.sampled_from(attributes), st.booleans()
    return st.one_of(
        st.builds(Match, which, st.sampled_from(TEXT_OPERATORS), PLAIN_WORDS, negated),
        st.builds(
            Match, which, st.just(Operator.IN), st.lists(WORDS, min_size=1, max_size=3).map(tuple), negated
        ),
        st.builds(Match, which, st.just(Operator.MATCHES), st.sampled_from(PATTERNS), negated),
        st.builds(Match, which, st.just(Operator.IS_EMPTY), st.none(), negated),
    )


def licence_matches(name: str) -> st.SearchStrategy[Match]:
    operators = st.sampled_from([Operator.EQUALS, Operator.STARTS_WITH, Operator.CONTAINS])
    return st.one_of(
        st.builds(
            Match, st.just(named(name)), operators, st.sampled_from(LICENCE_WORDS[name]), st.booleans()
        ),
        st.builds(Match, st.just(named(name)), st.just(Operator.IS_EMPTY), st.none(), st.booleans()),
    )


def combined(leaves: st.SearchStrategy[Rule], most: int = 6) -> st.SearchStrategy[Rule]:
    def larger(parts: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
        several = st.lists(parts, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(Not, parts), st.builds(All, several), st.builds(Any, several))

    return st.recursive(leaves, larger, max_leaves=most)


BOOLEANS = st.builds(
    Match, st.just(named("AccountEnabled")), st.just(Operator.EQUALS), st.booleans(), st.booleans()
)
ITEMS = st.one_of(
    st.builds(Items, st.sampled_from(LISTS), st.booleans(), combined(text_matches([ITEM]), 3)),
    st.builds(
        Items,
        st.just(named("AssignedPlans")),
        st.booleans(),
        combined(text_matches(list(PLAN_FIELDS[1:])), 3),
    ),
)
ENTRA_RULES = combined(st.one_of(text_matches(TEXTS + LISTS), BOOLEANS, ITEMS))
RULES = combined(
    st.one_of(
        text_matches(TEXTS + LISTS),
        BOOLEANS,
        ITEMS,
        st.builds(Everyone),
        licence_matches("Sku"),
        licence_matches("ServicePlan"),
    )
)

_VALUES = st.one_of(st.none(), WORDS)
_PLANS = st.fixed_dictionaries(
    {
        "servicePlanId": st.sampled_from([PHONE_SYSTEM, CALLING_PLAN, "unheard-of"]),
        "capabilityStatus": st.sampled_from(["Enabled", "Warning", "Suspended", "Deleted"]),
        "service": WORDS,
    }
)
PEOPLE: st.SearchStrategy[dict[str, Anything]] = st.fixed_dictionaries(
    {},
    optional={
        **{attribute.graph: _VALUES for attribute in TEXTS},
        **{attribute.graph: st.lists(WORDS, max_size=3) for attribute in LISTS},
        "accountEnabled": st.one_of(st.none(), st.booleans()),
        "assignedLicenses": st.lists(
            st.sampled_from([E5, "unheard-of"]).map(lambda sku: {"skuId": sku}), max_size=2
        ),
        "assignedPlans": st.lists(_PLANS, max_size=3),
    },
)


# A rule in words, each part in either spelling.

_SPELLED = {
    Operator.EQUALS: (("=", "-eq", "EQ", "–eq"), ("!=", "-ne", "ne", "—NE")),
    Operator.IN: (("IN", "-in", "–in"), ("NOT IN", "-notIn", "notin", "-not -in")),
    Operator.STARTS_WITH: (
        ("STARTS WITH", "-startsWith", "startswith"),
        ("NOT STARTS WITH", "-notStartsWith"),
    ),
    Operator.ENDS_WITH: (("ends with", "-endsWith"), ("NOT  ENDS\nWITH", "notEndsWith")),
    Operator.CONTAINS: (("CONTAINS", "-Contains"), ("NOT CONTAINS", "-notContains")),
    Operator.MATCHES: (("MATCHES", "-match", "match"), ("NOT MATCHES", "-notMatch")),
}


def in_mixed_spelling(rule: Rule, pick: Callable[[int], int]) -> str:
    """The rule as text; `pick(n)` chooses among n ways of writing a part."""

    def one(*ways: str) -> str:
        return ways[pick(len(ways))]

    def part(inner: Rule) -> str:
        return f"({in_mixed_spelling(inner, pick)})"

    match rule:
        case Everyone():
            return one("EVERYONE", "everyone")
        case Not(inner):
            return f"{one('NOT ', '-not', '–Not ')}{part(inner)}"
        case All(parts):
            return one(" AND ", "-and", " –and ").join(map(part, parts))
        case Any(parts):
            return one(" OR ", "-or\n", " or ").join(map(part, parts))
        case Items(attribute, every, condition):
            quantifier = one("ALL", "-all ") if every else one("any", "-any ")
            return f"{one(attribute.plain, attribute.entra)} {quantifier}{part(condition)}"
        case Match():
            return _comparison(rule, one)


def _comparison(rule: Match, one: Callable[..., str]) -> str:
    name = rule.attribute.plain
    spelled = one(name, rule.attribute.entra or name, name.upper(), f'"{name}"')
    if rule.operator is Operator.IS_EMPTY:
        said = one("is not empty", "-ne null", '!= ""') if rule.negated else one("IS EMPTY", "–eq $null")
        return f"{spelled} {said}"
    operator = one(*_SPELLED[rule.operator][rule.negated])
    if isinstance(rule.value, bool):
        return f"{spelled} {operator} {rule.value}"
    if isinstance(rule.value, tuple):
        listed = ", ".join(_quoted(text, one) for text in rule.value)
        return f"{spelled} {operator} {one(f'({listed})', f'[{listed}]')}"
    return f"{spelled} {operator} {_quoted(str(rule.value), one)}"


def _quoted(text: str, one: Callable[..., str]) -> str:
    doubled = text.replace("`", "``")
    if "“" in text:
        return '"' + doubled.replace('"', '""') + '"'
    return one(
        '"' + doubled.replace('"', '""') + '"',
        '"' + doubled.replace('"', '`"') + '"',
        "“" + doubled.replace('"', '`"') + "”",
    )


# The naive evaluator: section 4 of the specification read aloud, for the values that the strategies make.


def naive(rule: Rule, person: dict[str, Anything]) -> bool:
    if isinstance(rule, Everyone):
        return True
    if isinstance(rule, Not):
        return not naive(rule.part, person)
    if isinstance(rule, (All, Any)):
        answers = [naive(part, person) for part in rule.parts]
        return False not in answers if isinstance(rule, All) else True in answers
    if isinstance(rule, Items):
        entries = person.get(rule.attribute.graph) or []
        if rule.attribute.plain != "AssignedPlans":
            entries = [{"_": entry} for entry in entries if entry.strip()]
        answers = [naive(rule.condition, entry) for entry in entries]
        return False not in answers if rule.every else True in answers
    return naive_comparison(rule, naive_values(rule.attribute, person)) != rule.negated


_CALLED = {
    PHONE_SYSTEM: [PHONE_SYSTEM, "MCOEV", "Microsoft 365 Phone System"],
    CALLING_PLAN: [CALLING_PLAN, "MCOPSTN1", "Microsoft 365 Domestic Calling Plan"],
    E5: [E5, "SPE_E5", "Microsoft 365 E5"],
    "unheard-of": ["unheard-of"],
}


def naive_values(attribute: Attribute, person: dict[str, Anything]) -> list[Anything]:
    value = person.get(attribute.graph)
    if attribute.plain == "Sku":
        return [name for licence in value or [] for name in _CALLED[licence["skuId"]]]
    if attribute.plain == "ServicePlan":
        live = [plan for plan in value or [] if plan["capabilityStatus"] in ("Enabled", "Warning")]
        return [name for plan in live for name in _CALLED[plan["servicePlanId"]]]
    values = value if isinstance(value, list) else [value]
    return [one for one in values if one is not None and (isinstance(one, bool) or one.strip() != "")]


def naive_comparison(rule: Match, values: list[Anything]) -> bool:
    if rule.operator is Operator.IS_EMPTY:
        return not values
    if isinstance(rule.value, bool):
        return rule.value in values
    if rule.operator is Operator.MATCHES:
        shown = [re.sub(r"\s+", " ", unicodedata.normalize("NFC", value)).strip() for value in values]
        return any(re.search(str(rule.value), value, re.IGNORECASE) for value in shown)
    wanted = [
        naive_fold(text) for text in (rule.value if isinstance(rule.value, tuple) else [str(rule.value)])
    ]
    if not values:
        return rule.operator is Operator.IN and "" in wanted
    held = [naive_fold(value) for value in values]
    if rule.operator is Operator.STARTS_WITH:
        return any(value[: len(wanted[0])] == wanted[0] for value in held)
    if rule.operator is Operator.ENDS_WITH:
        return any(
            value[len(value) - len(wanted[0]) :] == wanted[0]
            for value in held
            if len(value) >= len(wanted[0])
        )
    if rule.operator is Operator.CONTAINS:
        return any(wanted[0] in value for value in held)
    return any(value in wanted for value in held)


def naive_fold(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return re.sub(r"\s+", " ", bare).strip().lower()
