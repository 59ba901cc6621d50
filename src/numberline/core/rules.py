"""Rules: conditions on a person's attributes. Everything that other rooms need of them, in one place.

`parse` and `write` turn text into a `Rule` and back; `evaluate` answers, `compile_rule` answers a million times.
"""

from numberline.core.compiled import CompiledRule, compile_rule
from numberline.core.rule_errors import RuleError
from numberline.core.rule_evaluate import evaluate
from numberline.core.rule_explain import RuleExplanation, explain
from numberline.core.rule_licences import STANDARD_NAMES, LicenceNames, unknown_licences
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
from numberline.core.rule_write import NotExpressible, write
from numberline.core.ruletext import MAX_LENGTH, parse

__all__ = [
    "MAX_LENGTH",
    "STANDARD_NAMES",
    "All",
    "Any",
    "CompiledRule",
    "Everyone",
    "Items",
    "LicenceNames",
    "Match",
    "Not",
    "NotExpressible",
    "Operator",
    "Rule",
    "RuleError",
    "RuleExplanation",
    "attributes_in",
    "attributes_of",
    "compile_rule",
    "evaluate",
    "explain",
    "parse",
    "unknown_licences",
    "write",
]
