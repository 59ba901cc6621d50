"""When something that an administrator set shall end: a date, a moment, or a duration from now. And dates asked about."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from numberline.core import duration

_SPELLINGS = "write a date (2026-12-31), a moment (2026-12-31T18:00:00Z) or a duration (30d)"


class UntilError(ValueError):
    """A text that is no end in the future; the message is one sentence that says how to write one."""


def parse(text: str, now: datetime) -> datetime:
    """The moment, in UTC, that the text writes.

    A date means the end of that day and a moment without an offset is in UTC; a duration counts from `now`.

    Raises:
        UntilError: anything else, or what is already past.
    """
    until = _moment(text.strip(), now)
    if until <= now:
        raise UntilError(f'"{text}" is already past: name an end that is still to come.')
    return until


def on(text: str) -> datetime:
    """The moment as of which something is asked: the end of a day, or a moment; in UTC unless the text says otherwise.

    Raises:
        UntilError: anything else.
    """
    bare = text.strip()
    try:
        return datetime.combine(date.fromisoformat(bare), time.max, UTC)
    except ValueError:
        pass  # not a day: perhaps a moment
    try:
        moment = datetime.fromisoformat(bare)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UntilError(f"{text!r} is not a date: write 2026-03-31 or 2026-03-31T09:00:00Z") from None


def _moment(text: str, now: datetime) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    except ValueError:
        pass  # not a day: perhaps a moment
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise UntilError(f'"{text}" is outside the calendar: {_SPELLINGS}.') from None
    except ValueError:
        pass  # not a moment: perhaps a duration
    try:
        return now + duration.parse(text)
    except duration.DurationError:
        raise UntilError(f'"{text}" is not an end: {_SPELLINGS}.') from None
