"""Telephone numbers as values: E.164 with an optional extension, their order, country and area code.

Text is parsed and checked once, where it enters; from then on a number is its text (``+442079460012`` or
``+442079460012;ext=12``), which `PhoneNumber.stored` takes apart without checking again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, total_ordering
from typing import Any

import phonenumbers

_NUMBER = re.compile(r"(\+[1-9][0-9]{6,14})(?:;ext=([0-9]{1,15}))?", re.IGNORECASE)
_SEPARATORS = re.compile(
    r"\(0\)|[\s.()\[\]\u2010-\u2015-]|[;,]?\s*(?:ext(?:ension)?\.?|x)[\s=]*", re.IGNORECASE
)
"""What people write between the digits of a number, and before its extension, that means nothing."""
_NON_GEOGRAPHIC = "001"
_LENGTHS = {
    phonenumbers.ValidationResult.TOO_SHORT: "too short",
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "too short",
    phonenumbers.ValidationResult.TOO_LONG: "too long",
}
LONGEST_ECHO = 60
"""How much of a text that is no number its error repeats."""


class NumberError(ValueError):
    """A text that is not a number or a block of numbers; the message is one sentence that says how to write it."""


SortKey = tuple[int, int, str]
"""Orders numbers by value; a number without extension stands before those with one."""


@total_ordering
@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """An E.164 number with an optional extension. Numbers with extensions differ by their exact text."""

    e164: str
    extension: str | None = None

    @classmethod
    def stored(cls, text: str) -> PhoneNumber:
        """The number of a text that was checked before (our own rows, Teams' listings): splits, checks nothing."""
        e164, _, extension = text.partition(";ext=")
        return cls(e164, extension or None)

    @property
    def value(self) -> int:
        """The digits after the ``+`` as a whole number."""
        return int(self.e164[1:])

    @property
    def country(self) -> str | None:
        """ISO 3166 alpha-2 code of the number's country, or None for numbers that belong to no one country."""
        return _place(self.e164)[0]

    @property
    def area_code(self) -> str | None:
        """The national destination code without trunk prefix ("20", "1235", "206"), or None where there is none."""
        return _place(self.e164)[1]

    @property
    def subscriber(self) -> str:
        """The digits after country and area code: what people in the same town dial ("79460012")."""
        return self.e164[1 + len(calling_code(self.e164)) + len(self.area_code or "") :]

    @property
    def sort_key(self) -> SortKey:
        """Key for sorting by numeric value, then by extension."""
        if self.extension is None:
            return (self.value, -1, "")
        return (self.value, int(self.extension), self.extension)

    def __str__(self) -> str:
        return self.e164 if self.extension is None else f"{self.e164};ext={self.extension}"

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, PhoneNumber):
            return NotImplemented
        return self.sort_key < other.sort_key


def parse(text: str) -> PhoneNumber:
    """The number that the text writes: ``+`` and digits, optionally ``tel:`` before and ``;ext=`` after.

    Raises:
        NumberError: the text is not E.164, or no country has its calling code.
    """
    bare = text.strip()
    match = _NUMBER.fullmatch(bare[4:] if bare[:4].lower() == "tel:" else bare)
    if match is None:
        raise NumberError(f'"{_short(bare)}" is not an E.164 number: write {_suggestion(bare)}.')
    number = PhoneNumber(match[1], match[2])
    if _place(number.e164) == (None, None) and not calling_code(number.e164):
        raise NumberError(
            f'"{_short(bare)}" is not an E.164 number: no country has a calling code that starts it.'
        )
    return number


def impossible(number: PhoneNumber) -> str | None:
    """Why no country gives such a number (`too short for GB (+44)`); None when one might. What can only be dialled within a
    town is too short: E.164 has no form without the area code."""
    reason = phonenumbers.is_possible_number_with_reason(phonenumbers.parse(number.e164))
    if reason == phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return f"{_LENGTHS.get(reason, 'of a length that is none')} for {_whose(number)}"


def doubt(number: PhoneNumber) -> str | None:
    """Why a number is likely mistyped; None when it stands in its country's numbering plan. New ranges and numbers of
    services may not stand there, and Teams may list a number that is impossible."""
    if (why := impossible(number)) is not None:
        return why
    parsed = phonenumbers.parse(number.e164)
    if (written := phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)) != number.e164:
        return f"not as one writes it from abroad, which is {written}"
    if phonenumbers.is_valid_number(parsed):
        return None
    return f"not in the numbering plan of {_whose(number)} as it is known here"


def _whose(number: PhoneNumber) -> str:
    code = f"+{calling_code(number.e164)}"
    return f"{number.country} ({code})" if number.country else code


def calling_code(e164: str) -> str:
    """The country calling code that a number begins with ("44"); empty where there is none."""
    starts = (e164[1 : 1 + size] for size in (1, 2, 3))
    return next((code for code in starts if int(code or 0) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), "")


def calling_code_of(country: str) -> str:
    """The calling code of a country (ISO alpha-2), empty where there is no such country."""
    return str(phonenumbers.country_code_for_region(country) or "")


def grouped(text: str) -> str:
    """A stored number as people write it: ``+44 20 7946 0012``, an extension after it; what is no number as it is."""
    number = PhoneNumber.stored(text)
    try:
        parsed = phonenumbers.parse(number.e164)
    except phonenumbers.NumberParseException:
        return text
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{written} ext. {number.extension}" if number.extension else written


def sort_key(text: str) -> SortKey:
    """The sort key of a number's stored text."""
    return PhoneNumber.stored(text).sort_key


def meant(text: str) -> PhoneNumber | None:
    """The number that somebody surely meant who wrote it as people do (``+44 20 7946 0001``, ``+44 (0)20 ...``): the
    text holds this number and nothing but separators and a trunk (0) besides. Else None: a guess would be another
    number."""
    if not text.startswith("+"):
        return None
    try:
        found = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(found):
        return None
    e164 = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    if _SEPARATORS.sub("", text) != e164 + (found.extension or ""):
        return None
    return PhoneNumber(e164, found.extension or None)


def _short(text: str) -> str:
    """The text, cut where it is far too long for any number, so that what is wrong with it is still seen."""
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"


def _suggestion(text: str) -> str:
    """How to write what was meant, or a general example."""
    number = meant(text) if len(text) <= LONGEST_ECHO else None
    if number is None:
        return "a plus sign, the country code and digits only, such as +442079460012 or +442079460012;ext=12"
    return str(number)


@lru_cache(maxsize=65536)
def _place(e164: str) -> tuple[str | None, str | None]:
    """Country and area code. A number outside its country's numbering plan (fictional, or not yet in the plan)
    falls to the main country of its calling code, because Teams treats it as that country's too."""
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None, None
    country = phonenumbers.region_code_for_number(parsed) or phonenumbers.region_code_for_country_code(
        parsed.country_code or 0
    )
    if country in (None, _NON_GEOGRAPHIC, phonenumbers.UNKNOWN_REGION):
        return None, None
    national = phonenumbers.national_significant_number(parsed)
    return country, national[: phonenumbers.length_of_national_destination_code(parsed)] or None
