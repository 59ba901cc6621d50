"""What would mend a refusal: a verb that a human can use, which the command line names and the portal leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Way:
    """A verb of hands (`adopt`, `release`, `unreserve`, `unblock`, `unlock` of a number; `assign`, `change` of a person; `edit` of a
    range), and what it is about: the number, the object id, the name of the range."""

    verb: str
    about: str


class Why(str):
    """Why something can't be, or what would let it be, as a sentence that knows the ways on; it is a text like any other
    wherever nobody asks for these."""

    ways: tuple[Way, ...]

    def __new__(cls, text: str, *ways: Way) -> Self:
        """The sentence and its ways."""
        made = super().__new__(cls, text)
        made.ways = ways
        return made


def ways_of(text: object) -> tuple[Way, ...]:
    """The ways that a sentence, or the error that says it, knows."""
    if isinstance(text, Exception):
        return tuple(way for part in text.args for way in ways_of(part))
    return text.ways if isinstance(text, Why) else ()


def edits(range_name: str | None) -> tuple[Way, ...]:
    """The way to a range's settings; none for no range."""
    return (Way("edit", range_name),) if range_name is not None else ()
