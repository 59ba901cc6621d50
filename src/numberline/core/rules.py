"""Rules: conditions on a person's attributes. Everything that other rooms need of them, in one place.

`parse` and `write` turn text into a `Rule` and back; `evaluate` answers, `compile_rule` answers a million times.
"""

from numberline.core.rule_errors import RuleError
from numberline.core.rule_evaluate import evaluate
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
from numberline.core.ruletext import MAX_LENGTH, parse

__all__ = [
    "MAX_LENGTH",
    "STANDARD_NAMES",
    "All",
    "Any",
    "Everyone",
    "Items",
    "LicenceNames",
    "Match",
    "Not",
    "Operator",
    "Rule",
    "RuleError",
    "attributes_in",
    "attributes_of",
    "evaluate",
    "parse",
]
