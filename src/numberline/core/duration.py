"""Durations as the configuration file writes them: one whole number and ``s``, ``m``, ``h`` or ``d``."""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=3650)
"""The longest duration that may be written: ten years."""

_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,10})([smhd])")


class DurationError(ValueError):
    """A text that is not a duration; the message is one sentence that says how to write one."""


def parse(text: str) -> timedelta:
    """The duration that the text writes: ``60s``, ``15m``, ``24h``, ``30d``.

    Raises:
        DurationError: anything else, or more than ten years.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise DurationError(
            f'"{text}" is not a duration: write one whole number and s, m, h or d, such as 24h.'
        )
    seconds = int(match[1]) * _UNIT_SECONDS[match[2]]
    if seconds > LONGEST.total_seconds():
        raise DurationError(f'"{text}" is too long: the longest duration is {LONGEST.days}d.')
    return timedelta(seconds=seconds)


def write(duration: timedelta) -> str:
    """The duration in the largest unit that divides it; a fraction of a second is dropped."""
    seconds = int(duration.total_seconds())
    if seconds == 0:
        return "0s"
    unit = next(unit for unit in "dhms" if seconds % _UNIT_SECONDS[unit] == 0)
    return f"{seconds // _UNIT_SECONDS[unit]}{unit}"
