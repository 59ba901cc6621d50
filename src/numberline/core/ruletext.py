"""Text to rule and back. The grammar is ``rule.lark``; the language is described in docs/reference/rules.md."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from lark import Lark, Token, UnexpectedToken

from numberline.core.rule_builder import Builder, Part
from numberline.core.rule_errors import RuleError
from numberline.core.rule_syntax import diagnose, refused_words
from numberline.core.rule_tree import Rule

__all__ = ["MAX_LENGTH", "RuleError", "parse"]

MAX_LENGTH = 20_000
"""Characters that a rule may have; Microsoft allows 3,072 (Microsoft: groups-dynamic-membership)."""


class _KeepStrays:
    """Keeps the terminals that no rule of the grammar uses, so that any text has tokens for `diagnose` to point at."""

    always_accept = ("UNCLOSED", "SINGLE_QUOTED", "DASHED", "SYMBOLS", "STRAY")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files("numberline.core").joinpath("rule.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer="basic",
        transformer=Builder(),
        maybe_placeholders=False,
        postlex=_KeepStrays(),
    )


def parse(text: str) -> Rule:
    """The rule that `text` says, in the plain spelling, in Entra's, or mixed.

    Raises:
        RuleError: the text is no rule; nothing else is ever raised.
    """
    if len(text) > MAX_LENGTH:
        message = f"The rule has {len(text):,} characters: {MAX_LENGTH:,} are allowed."
        raise RuleError(message, 1, 1, ("a shorter rule",))
    parser = _parser()
    tokens = list(parser.lex(text))
    refused = refused_words(tokens)
    if refused:
        raise refused
    try:
        part: Part = parser.parse(text)  # type: ignore[assignment]  # the transformer gives Part, not Tree
    except UnexpectedToken as error:
        raise diagnose(error, parser, tokens, text) from None
    return part.rule
