"""How rules compare texts: ignoring case, accents, and outer and repeated inner spaces; patterns keep accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

from numberline.core.rule_tree import Operator, Value

TextTest = Callable[[str], bool]

# Only the marks that serve as accents in Latin, Greek and Cyrillic: in Japanese, Thai or Hindi a combining mark
# makes another letter, and ignoring it would make one office out of two.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# Letters with a stroke have no accent that Unicode could take off, but people type them without it.
_STROKES = str.maketrans("øłđħŧı", "oldhti")
_PATTERN_MEMORY = 2 << 20


def fold(text: str) -> str:
    """The text as it is compared: lower case, without accents, outer spaces and repeated inner spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    bare = _without_accents(_without_accents(text).casefold()).translate(_STROKES)
    return " ".join(unicodedata.normalize("NFC", bare).split())


cached_fold = lru_cache(maxsize=32_768)(fold)
"""`fold`, remembered: for attributes whose values many people share."""


def _without_accents(text: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text))


def texts(value: Any) -> tuple[str, ...]:
    """The texts of an attribute's value, blank ones left out: none, one, or several."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,) if value and not value.isspace() else ()
    if isinstance(value, (list, tuple)):
        return tuple(text for item in value for text in texts(item))
    return (str(value),)


def compile_pattern(pattern: str) -> Any:
    """A pattern of MATCHES, ready to search: RE2, case-insensitive. Raises `re2.error` (see `pattern_problem`)."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    return re2.compile(unicodedata.normalize("NFC", pattern).encode(), options)


def pattern_problem(pattern: str) -> str | None:
    """What is wrong with a pattern of MATCHES, in a few words; None when nothing is."""
    try:
        compile_pattern(pattern)
    except re2.error as error:
        raw = error.args[0] if error.args else b"it is not a valid pattern"
        words = raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)
        reason, _, culprit = words.partition(": ")
        hint = "; RE2 has no look-ahead or look-behind" if "(?" in culprit else ""
        return f'{reason} in "{culprit}"{hint}' if culprit else reason
    return None


def _pattern_test(pattern: str) -> TextTest:
    search = compile_pattern(pattern).search

    def matches(text: str) -> bool:
        composed = text if text.isascii() else unicodedata.normalize("NFC", text)
        shown = " ".join(composed.split())
        return search(shown.encode(errors="replace")) is not None

    return matches


def text_test(operator: Operator, value: Value, folded: Callable[[str], str] = fold) -> TextTest:
    """A test of one text that is not blank. `folded` is `fold` or `cached_fold`."""
    if isinstance(value, tuple):
        wanted = frozenset(fold(item) for item in value)
        return lambda text: folded(text) in wanted
    word = fold(str(value))
    if operator is Operator.MATCHES:
        return _pattern_test(str(value))
    if operator is Operator.STARTS_WITH:
        return lambda text: folded(text).startswith(word)
    if operator is Operator.ENDS_WITH:
        return lambda text: folded(text).endswith(word)
    if operator is Operator.CONTAINS:
        return lambda text: word in folded(text)
    return lambda text: folded(text) == word


def true_of_nothing(operator: Operator, value: Value) -> bool:
    """Whether the comparison, not negated, is true of an attribute without any value."""
    if operator is Operator.EQUALS:
        return value is None or (isinstance(value, str) and not fold(value))
    if operator is Operator.IN:
        return isinstance(value, tuple) and any(not fold(item) for item in value)
    return operator is Operator.IS_EMPTY
