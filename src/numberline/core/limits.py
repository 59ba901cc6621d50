"""How much automation may do by itself: the tenant's mode, and limits over a rolling 24 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

WINDOW = timedelta(hours=24)
"""The rolling time that the limits count over."""


class Mode(StrEnum):
    """The switch of a tenant. `observe` plans and changes nothing; `assign` gives numbers and never takes them."""

    OFF = "off"
    OBSERVE = "observe"
    ASSIGN = "assign"
    FULL = "full"


class Limit(StrEnum):
    """What holds a change back."""

    ASSIGN = "assign"
    CHANGE = "change"
    RELEASE = "release"
    MODE = "mode"
    LISTING = "listing"


@dataclass(frozen=True, slots=True)
class Limits:
    """The tenant's limits: numbers of assignments, changes and releases; `percent` of the held numbers raises the
    latter two up to `most`."""

    assign: int = 500
    change: int = 10
    release: int = 10
    percent: float = 1
    most: int = 100

    def raised(self, least: int, held_numbers: int) -> int:
        """How many changes or releases may be made: the greater of `least` and the percentage, at most `most`."""
        return min(max(least, int(held_numbers * self.percent / 100)), self.most)


@dataclass(frozen=True, slots=True)
class Done:
    """How many of each automation has made in the last 24 hours."""

    assign: int = 0
    change: int = 0
    release: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """How many of one kind a limit allows in the window, how many automation has made (those under way count), and how
    many it wants to make now."""

    allowed: int
    used: int
    wanted: int
