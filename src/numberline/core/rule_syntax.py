"""Why the parser stopped: an unexpected word turned into one sentence that says what to write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from lark import Lark, Token, UnexpectedToken

from numberline.core.rule_builder import at
from numberline.core.rule_errors import (
    OPERATOR_WORDS,
    RuleError,
    is_attribute,
    refusal,
    similar_operator,
    unknown_attribute,
)

_CURLY = re.compile("[“”„‟]")
_LOOSE = ("WORD", "DASHED", "SINGLE_QUOTED")
_OPERATOR = "an operator such as =, IN or STARTS WITH"
_PLAIN_WORDS = (
    ("WORD", "an attribute such as City"),
    ("OPERATOR", _OPERATOR),
    ("LITERAL", "a text in double quotes"),
    ("LSQB", "a list in parentheses"),
    ("_COMMA", "a comma"),
    ("_AND", "AND"),
    ("_OR", "OR"),
    ("RPAR", "a closing parenthesis"),
    ("RSQB", "a closing bracket"),
    ("$END", "the end of the rule"),
)


def refused_words(tokens: Sequence[Token]) -> RuleError | None:
    """The error for the first word that Microsoft's rules know and ours do not; None when there is none."""
    for token, following in zip_longest(tokens, tokens[1:]):
        if token.type != "WORD":
            continue
        direct = token.lower() == "direct" and following is not None and following.lower() == "reports"
        sentence = refusal("DirectReports" if direct else token)
        if sentence:
            return at(token, sentence, "an attribute such as City")
    return None


def diagnose(error: UnexpectedToken, parser: Lark, tokens: Sequence[Token], text: str) -> RuleError:
    """The sentence for the parser's complaint. `tokens` are all of the text's; the parser stopped at one of them."""
    ended = error.token.type == "$END"
    index = len(tokens) if ended else _index(tokens, error.token)
    accepted = _accepted(parser, tokens[:index])
    if ended:
        return _ended(tokens, accepted, text)
    token = tokens[index]
    before = tokens[index - 1] if index else None
    if token.type == "UNCLOSED":
        return at(token, "The text that begins here has no closing double quote.", "a closing double quote")
    if (
        before is not None
        and before.type == "TEXT"
        and before[0] == '"'
        and before[-1] == '"'
        and _CURLY.search(before)
    ):
        message = (
            "This text begins with one kind of quote and ends with another: use the same kind on both sides."
        )
        return at(before, message, "a text in double quotes")
    if "OPERATOR" in accepted and before is not None:
        return _no_operator(tokens, index, before)
    if "LITERAL" in accepted and "OPERATOR" not in accepted and token.type in _LOOSE:
        written = _run(tokens, index, text).strip("'‘’‚")
        return at(token, f'Text must stand in double quotes: write "{written}".', "a text in double quotes")
    if token.type == "RPAR" and "$END" in accepted:
        return at(token, "This closing parenthesis was never opened.", *_expected(accepted))
    return _plainly(token, accepted)


def _index(tokens: Sequence[Token], token: Token) -> int:
    return next(i for i, other in enumerate(tokens) if other.start_pos == token.start_pos)


def _accepted(parser: Lark, before: Sequence[Token]) -> set[str]:
    """What could follow these tokens. The error itself no longer knows: its parser had already closed conditions."""
    state = parser.parse_interactive("")
    for token in before:
        state.feed_token(token)
    return set(state.accepts())  # type: ignore[no-untyped-call]  # lark leaves it unannotated


def _expected(accepted: set[str]) -> tuple[str, ...]:
    words = [plain for terminal, plain in _PLAIN_WORDS if terminal in accepted]
    if "WORD" in accepted:
        words = [word for word in words if word != "a text in double quotes"]
    if words == ["a text in double quotes", "a list in parentheses"]:
        words = ["a text in double quotes"]
    return tuple(words or ["an opening parenthesis"])


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _plainly(token: Token, accepted: set[str]) -> RuleError:
    expected = _expected(accepted)
    meant = (
        similar_operator(token)
        if "_AND" in accepted and token.type in ("WORD", "DASHED", "SYMBOLS")
        else None
    )
    if meant in ("AND", "OR", "-and", "-or"):
        return at(token, f"{_shown(token)} joins no conditions; did you mean {meant}?", *expected)
    return at(token, f"{_shown(token)} cannot stand here: {_either(expected)} was expected.", *expected)


def _shown(token: Token) -> str:
    return str(token) if token.startswith('"') else f'"{token}"'


def _ended(tokens: Sequence[Token], accepted: set[str], text: str) -> RuleError:
    lines = text.split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    if not tokens:
        message = 'The rule is empty: write a condition such as City = "London", or EVERYONE.'
        return RuleError(message, 1, 1, ("a condition",))
    last = tokens[-1]
    if "OPERATOR" in accepted:
        unknown = _unknown(last)
        if unknown:
            return unknown
    expected = _expected(accepted)
    if "RPAR" in accepted and "_AND" in accepted:
        opening = _unclosed(tokens)
        place = f"line {opening.line}, column {opening.column}"
        return RuleError(f"The parenthesis opened at {place} is never closed.", line, column, expected)
    return RuleError(f"The rule ends too early: {_either(expected)} was expected.", line, column, expected)


def _unclosed(tokens: Sequence[Token]) -> Token:
    opened: list[Token] = []
    for token in tokens:
        if token.type == "LPAR":
            opened.append(token)
        elif token.type == "RPAR" and opened:
            opened.pop()
    return opened[-1]


def _unknown(token: Token) -> RuleError | None:
    written = token[1:-1] if token.type == "TEXT" else str(token)
    if is_attribute(written):
        return None
    return unknown_attribute(written, token.line or 1, token.column or 1)


def _no_operator(tokens: Sequence[Token], index: int, before: Token) -> RuleError:
    token = tokens[index]
    for count in (3, 2):
        words = tokens[index - 1 : index - 1 + count]
        joined = " ".join(words)
        if len(words) == count and all(word.type == "WORD" for word in words) and is_attribute(joined):
            message = f'A name of several words must stand in double quotes: write "{joined}".'
            return at(before, message, f'"{joined}"')
    unknown = _unknown(before)
    if unknown:
        return unknown
    if token.type in ("WORD", "DASHED", "SYMBOLS", "NOT"):
        meant = "IS EMPTY" if _is_null(tokens[index : index + 2]) else similar_operator(token)
        if meant:
            return at(token, f'Unknown operator "{token}"; did you mean {meant}?', meant)
        message = f'Unknown operator "{token}": the operators are {_either(OPERATOR_WORDS)}.'
        return at(token, message, *OPERATOR_WORDS)
    return at(token, f"{_shown(token)} cannot stand here: {_OPERATOR} was expected.", _OPERATOR)


def _is_null(words: Sequence[Token]) -> bool:
    return [word.lower() for word in words] == ["is", "null"]


def _run(tokens: Sequence[Token], index: int, text: str) -> str:
    """The words that stand together from this token on, as they are written."""
    last = tokens[index]
    for token in tokens[index + 1 :]:
        if token.type not in _LOOSE:
            break
        last = token
    return text[tokens[index].start_pos : last.end_pos]
