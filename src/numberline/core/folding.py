"""Texts as searches compare them: without case, accents and the spellings that keyboards lack."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The text in small letters without accents, its spaces single: `Łukasz  Müller` is `lukasz muller`."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(one for one in apart if not unicodedata.combining(one)).casefold().translate(_LETTERS)
    return " ".join(text.lower().split())


def words(text: str) -> list[str]:
    """The folded words of a text: what stands between spaces, dots, dashes and other signs."""
    return _WORD.findall(fold(text))
