"""What is wrong with the text of a rule, said in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from numberline.core.attributes import find, similar


class RuleError(ValueError):
    """The text is no rule. `message` is one sentence; `line` and `column` count from 1; `expected` is in plain words."""

    def __init__(self, message: str, line: int, column: int, expected: Sequence[str] = ()) -> None:
        super().__init__(message, line, column, tuple(expected))
        self.message = message
        self.line = line
        self.column = column
        self.expected = tuple(expected)

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


_NO_GROUPS = "Group membership comes later: no rule can name a group yet."
_NO_HIRE_DATE = "employeeHireDate cannot be used: rules do no arithmetic with dates."
_REFUSED = {
    "memberof": _NO_GROUPS,
    "group": _NO_GROUPS,
    "groups": _NO_GROUPS,
    "groupmembership": _NO_GROUPS,
    "employeehiredate": _NO_HIRE_DATE,
    "system.now": _NO_HIRE_DATE,
    "directreports": "Direct reports cannot be used: a rule looks at the person's own attributes.",
}


def refusal(name: str) -> str | None:
    """The sentence for what Microsoft's rules can name and ours cannot; None for any other name."""
    squeezed = "".join(name.split()).casefold().removeprefix("user.")
    if squeezed == "device" or squeezed.startswith("device."):
        return "Device rules cannot be used: numbers are given to people."
    if squeezed.startswith("group."):
        return _NO_GROUPS
    if squeezed.startswith("extension_"):
        return "Directory extensions (extension_...) cannot be used: copy the value to one of ExtensionAttribute1 to 15."
    return _REFUSED.get(squeezed)


def unknown_attribute(name: str, line: int, column: int) -> RuleError:
    """The error for a name that is no attribute, with the nearest one that is."""
    refused = refusal(name)
    if refused:
        return RuleError(refused, line, column, ("an attribute such as City",))
    near = similar(name)
    if near:
        return RuleError(f'Unknown attribute "{name}"; did you mean {near}?', line, column, (near,))
    sentence = f'Unknown attribute "{name}": write one such as City, Office or UsageLocation.'
    return RuleError(sentence, line, column, ("an attribute such as City",))


OPERATOR_WORDS = ("=", "!=", "IN", "NOT IN", "STARTS WITH", "ENDS WITH", "CONTAINS", "MATCHES", "IS EMPTY")
_ENTRA_WORDS = (
    *("eq", "ne", "in", "notIn", "startsWith", "notStartsWith", "endsWith", "notEndsWith"),
    *("contains", "notContains", "match", "notMatch", "any", "all"),
)
_MEANT = {
    **dict.fromkeys(("==", "is", "equals", "equal", "=>", "~", "==="), "="),
    **dict.fromkeys(("<>", "≠", "=!", "isnot", "notequals", "notequal", "!==", "not"), "!="),
    **dict.fromkeys(("like", "includes", "has", "contain"), "CONTAINS"),
    **dict.fromkeys(("=~", "regex", "regexp", "matching", "~="), "MATCHES"),
    **dict.fromkeys(("starts", "begins", "beginswith"), "STARTS WITH"),
    **dict.fromkeys(("ends",), "ENDS WITH"),
    **dict.fromkeys(("-equals", "-is", "-equal"), "-eq"),
    **dict.fromkeys(("-notequals", "-neq", "-notequal"), "-ne"),
    **dict.fromkeys(("-like",), "-contains"),
    **dict.fromkeys(("-notlike",), "-notContains"),
    **dict.fromkeys(("-matches", "-regex"), "-match"),
    **dict.fromkeys(("&&", "&"), "AND"),
    **dict.fromkeys(("||", "|"), "OR"),
}


def similar_operator(word: str) -> str | None:
    """The operator that `word` was probably meant to be, in the same spelling; None when nothing is near."""
    dashed = word[0] in "-‐‑‒–—−"
    bare = word.lstrip("-‐‑‒–—−").casefold()
    meant = _MEANT.get(f"-{bare}" if dashed else bare)
    if meant:
        return meant
    known = _ENTRA_WORDS if dashed else (*OPERATOR_WORDS, *_ENTRA_WORDS)
    spelled = {operator.casefold(): operator for operator in known}
    near = get_close_matches(bare, spelled, n=1, cutoff=0.7)
    return f"{'-' if dashed else ''}{spelled[near[0]]}" if near else None


def is_attribute(name: str) -> bool:
    """Whether a rule may use this name."""
    return find(name) is not None
