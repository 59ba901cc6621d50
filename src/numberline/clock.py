"""The one clock. No other module asks the system for the time, so that a month can be lived in a test.

with clock.travel(datetime(2026, 1, 31, 9, 0, tzinfo=UTC)) as time:
    ...
    time.advance(timedelta(days=30))
"""

import threading
import time as system_time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Protocol


class Clock(Protocol):
    """What tells the time: the system, or a `FakeClock`."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a scale that never goes back; only differences mean anything."""
        return system_time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let this thread rest for so many seconds."""
        system_time.sleep(seconds)


class FakeClock:
    """A clock that stands still until it is told to go on. Safe to use from several threads."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("A clock needs an aware time: give the start with its time zone.")
        self._lock = threading.Lock()
        self._start = start.astimezone(UTC)
        self._gone = timedelta()

    def now(self) -> datetime:
        """The moment at which this clock stands, in UTC."""
        with self._lock:
            return self._start + self._gone

    def monotonic(self) -> float:
        """The seconds that this clock was advanced by since it was made."""
        with self._lock:
            return self._gone.total_seconds()

    def sleep(self, seconds: float) -> None:
        """Go on by so many seconds, without waiting; by a microsecond more rather than less."""
        self.advance(timedelta(microseconds=ceil(seconds * 1_000_000)))

    def advance(self, by: timedelta) -> datetime:
        """Go on by this much and return the new time. A clock never goes back: ValueError."""
        if by < timedelta():
            raise ValueError("A clock never goes back: advance by a duration of zero or more.")
        with self._lock:
            self._gone += by
            return self._start + self._gone


_clock: Clock = SystemClock()


def now() -> datetime:
    """The present moment, aware and in UTC."""
    return _clock.now()


def monotonic() -> float:
    """Seconds on a scale that never goes back, for durations and deadlines; only differences mean anything."""
    return _clock.monotonic()


def sleep(seconds: float) -> None:
    """Rest for so many seconds; under `travel` the clock goes on instead, at once."""
    _clock.sleep(seconds)


@contextmanager
def travel(to: datetime | None = None) -> Iterator[FakeClock]:
    """Replace the clock of the whole process by one that stands at `to` (default: now), for tests."""
    global _clock
    before = _clock
    fake = FakeClock(to or before.now())
    _clock = fake
    try:
        yield fake
    finally:
        _clock = before
