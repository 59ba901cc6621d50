"""How fast we may ask: one governor a tenant, shared by all threads, that finds the level the tenant bears.

Microsoft documents no limits for the Teams administration endpoints, so writes start slowly, rise while nobody
complains and halve at a complaint; `Retry-After` holds the whole tenant (Microsoft: throttling).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from numberline import clock

Kind = Literal["read", "write"]


@dataclass(frozen=True)
class Rates:
    """Requests a second to one tenant, and how long a call may be held back.

    Writes start at `writes`, rise by `rise` each second to at most `writes_most` and halve on a complaint; reads
    start at their most, lose a quarter on a complaint and rise the same way. `total` bounds both together (None:
    no bound of its own). `patience` is how many seconds one call waits for a throttled tenant before it gives up.
    """

    reads: float = 25.0
    writes: float = 5.0
    writes_most: float = 20.0
    rise: float = 1.0
    least: float = 1.0
    total: float | None = None
    patience: float = 300.0

    def __post_init__(self) -> None:
        if min(self.reads, self.writes, self.writes_most, self.least, self.total or 1.0) <= 0:
            raise ValueError("Every rate must be more than 0 requests a second.")


@dataclass(frozen=True)
class Clock:
    """Time as the client sees it: `monotonic` for waiting, `wall` for dates in headers (seconds), `sleep`."""

    monotonic: Callable[[], float] = clock.monotonic
    wall: Callable[[], float] = lambda: clock.now().timestamp()
    sleep: Callable[[float], None] = clock.sleep


class HeldTooLong(Exception):
    """The tenant is held back for longer than the call is willing to wait; `after` seconds remain."""

    def __init__(self, after: float) -> None:
        super().__init__(f"held for another {after:.0f} s")
        self.after = after


@dataclass
class _Lane:
    """Slots of one kind of request, evenly spaced."""

    rate: float
    most: float
    next_slot: float = 0.0
    risen: float = field(default=0.0)

    def reserve(self, now: float, rise: float) -> float:
        """Take the next slot and return when it is; the rate may rise once a second on the way."""
        if now - self.risen >= 1.0:
            self.rate = min(self.most, self.rate + rise)
            self.risen = now
        slot = max(now, self.next_slot)
        self.next_slot = slot + 1.0 / self.rate
        return slot


class RateGovernor:
    """Hands out the moments at which requests may leave. Thread-safe; share one among all clients of a tenant."""

    def __init__(self, rates: Rates | None = None, clock: Clock | None = None) -> None:
        self.rates = rates or Rates()
        self.clock = clock or Clock()
        now = self.clock.monotonic()
        most = max(self.rates.writes, self.rates.writes_most)
        self._lanes: dict[Kind, _Lane] = {
            "read": _Lane(self.rates.reads, self.rates.reads, risen=now),
            "write": _Lane(self.rates.writes, most, risen=now),
        }
        self._total = _Lane(self.rates.total, self.rates.total) if self.rates.total else None
        self._lock = threading.Lock()
        self._turns: dict[Kind, threading.Lock] = {"read": threading.Lock(), "write": threading.Lock()}
        self._held_until = 0.0
        self._eased_at = float("-inf")
        self._holds = 0

    def rate(self, kind: Kind) -> float:
        """The present rate of reads or writes, in requests a second."""
        with self._lock:
            return self._lanes[kind].rate

    def held_for(self) -> float:
        """Seconds for which Microsoft still asks this tenant to stay away."""
        with self._lock:
            return max(0.0, self._held_until - self.clock.monotonic())

    def wait(self, kind: Kind, patience: float | None = None) -> float:
        """Sleep until a request of this kind may leave; returns when it left (monotonic seconds).

        Raises `HeldTooLong` at once when the tenant is held for longer than `patience` (default: the rates').
        """
        limit = self.rates.patience if patience is None else patience
        with self._turns[kind]:  # only one of a kind waits for a slot, so that slots follow the present rate
            while True:
                with self._lock:
                    now = self.clock.monotonic()
                    if self._held_until - now > limit:
                        raise HeldTooLong(self._held_until - now)
                    holds = self._holds
                    slot = self._reserve(kind, max(now, self._held_until))
                if slot > now:
                    self.clock.sleep(slot - now)
                with self._lock:
                    if holds == self._holds:
                        return self.clock.monotonic()

    def hold(self, after: float) -> None:
        """Microsoft asks to stay away for `after` seconds (`Retry-After`): nothing of this tenant leaves before."""
        with self._lock:
            self._hold(after)

    def complain(self, after: float, left_at: float) -> None:
        """Microsoft answered 429: hold the tenant for `after` seconds and ease the rates.

        `left_at` is when the request left: answers to requests that were on their way before the last easing do
        not ease the rates again.
        """
        with self._lock:
            self._hold(after)
            now = self.clock.monotonic()
            if left_at > self._eased_at:
                self._eased_at = now
                self._ease("write", 0.5, now)
                self._ease("read", 0.75, now)

    def _hold(self, after: float) -> None:
        """Move the end of the hold, and let those who wait for a slot take a new one after it."""
        self._held_until = max(self._held_until, self.clock.monotonic() + after)
        self._holds += 1
        for lane in (*self._lanes.values(), *([self._total] if self._total else [])):
            lane.next_slot = self._held_until

    def _reserve(self, kind: Kind, earliest: float) -> float:
        slot = self._lanes[kind].reserve(earliest, self.rates.rise)
        if self._total is None:
            return slot
        return max(slot, self._total.reserve(earliest, 0.0))

    def _ease(self, kind: Kind, factor: float, now: float) -> None:
        lane = self._lanes[kind]
        lane.rate = max(min(self.rates.least, lane.most), lane.rate * factor)
        lane.risen = now
