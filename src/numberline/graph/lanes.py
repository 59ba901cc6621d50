"""The arithmetic of slots: pure, so that whoever keeps the state (numberline.graph.store) may be one process or many.

A lane is a kind of request and hands out evenly spaced moments. A person who waits takes a moment ahead of background
work that has none yet; that work's next moment moves back by as much, so that the rate stays what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from numberline.graph.store import BACK, decoded

if TYPE_CHECKING:
    from numberline.graph.rates import Rates

Kind = Literal["read", "write"]

SOON = 0.25
"""Background work takes a moment at most so many seconds ahead; else it comes again, so that nobody meets a queue."""
NEAR_LIMIT, OVER_LIMIT = 0.8, 1.0
"""Of `x-ms-throttle-limit-percentage`: from the first on rates rise no more, from the second on they are eased."""
FORGIVEN = 600.0
"""Seconds after its last easing from which a rate is no lower than one that begins anew."""
CALM = 5.0
"""Seconds for which rates do not rise after Microsoft said that a limit is near."""


class Lane(msgspec.Struct, omit_defaults=True):
    """One kind of request: its rate, its next free moment, and the next that a person may take."""

    rate: float
    next_slot: float = 0.0
    person: float = 0.0
    risen: float = 0.0

    def rise(self, now: float, by: float, most: float) -> None:
        """The rate rises once a second, but not above the most."""
        if now - self.risen >= 1.0:
            self.rate = min(most, self.rate + by)
            self.risen = now

    def first(self, earliest: float, *, person: bool) -> float:
        """The first moment that is free."""
        return max(earliest, self.person if person else self.next_slot)

    def take(self, earliest: float, count: int, *, person: bool) -> list[float]:
        """Take so many moments in a row."""
        step, begin = 1.0 / self.rate, self.first(earliest, person=person)
        slots = [begin + step * index for index in range(count)]
        if person:
            self.person = slots[-1] + step
            self.next_slot = max(self.next_slot, earliest) + step * count
        else:
            self.next_slot = slots[-1] + step
            self.person = max(self.person, earliest)
        return slots


class Taken(msgspec.Struct):
    """What was handed out: moments, or none and the moment at which to come again."""

    slots: list[float]
    again: float
    holds: int
    held_until: float
    now: float


class Pace(msgspec.Struct, omit_defaults=True):
    """How fast one tenant (or one application) may be asked now."""

    read: Lane
    write: Lane
    total: Lane | None = None
    held_until: float = 0.0
    holds: int = 0
    eased_at: float = float("-inf")
    at: float = 0.0

    def lane(self, kind: Kind) -> Lane:
        """The lane of this kind."""
        return self.read if kind == "read" else self.write

    def lanes(self) -> list[Lane]:
        """All lanes."""
        return [self.read, self.write, *([self.total] if self.total else [])]

    def take(self, rates: Rates, kind: Kind, now: float, lease: float, wanted: int, person: bool) -> Taken:
        """Moments for this kind: `wanted` of them, but of background work at most so many as leave within `lease`."""
        lane, earliest = self.lane(kind), max(now, self.held_until)
        lane.rise(earliest, rates.rise, most_of(rates, kind))
        first = max(one.first(earliest, person=person) for one in self._both(lane))
        if first > now + SOON and not person:
            return Taken([], first, self.holds, self.held_until, now)
        slowest = min(one.rate for one in self._both(lane))
        count = (
            1 if self.total else max(1, min(wanted, int(slowest * lease)))
        )  # what is not used is lost to both
        taken = [one.take(earliest, count, person=person) for one in self._both(lane)]
        slots = [max(moments) for moments in zip(*taken, strict=True)]
        return Taken(slots, slots[-1], self.holds, self.held_until, now)

    def hold(self, until: float) -> None:
        """Nothing leaves before this moment; who waits for a slot takes a new one after it."""
        self.held_until = max(self.held_until, until)
        self.holds += 1
        for lane in self.lanes():
            lane.next_slot = lane.person = self.held_until

    def ease(self, rates: Rates, now: float, left_at: float, reads: float, writes: float) -> bool:
        """Multiply the rates; not again for requests that were on their way before the last easing."""
        if left_at <= self.eased_at:
            return False
        self.eased_at = now
        for kind, factor in (("read", reads), ("write", writes)):
            lane: Lane = self.read if kind == "read" else self.write
            least = min(rates.least, most_of(rates, "read" if kind == "read" else "write"))
            lane.rate = max(least, lane.rate * factor)
            lane.risen = now
        return True

    def near(self, rates: Rates, now: float, left_at: float, share: float) -> None:
        """Microsoft says how much of its limit is used: rise no more, or ease before it has to refuse."""
        if share >= OVER_LIMIT:
            self.ease(rates, now, left_at, 0.9, 0.8)
        if share >= NEAR_LIMIT:
            for lane in (self.read, self.write):
                lane.risen = now + CALM

    def _both(self, lane: Lane) -> list[Lane]:
        return [lane, self.total] if self.total else [lane]


def most_of(rates: Rates, kind: Kind) -> float:
    """The highest rate of this kind."""
    return rates.reads if kind == "read" else max(rates.writes, rates.writes_most)


def fresh(rates: Rates, now: float) -> Pace:
    """How a tenant begins of which nothing is known."""
    total = Lane(rates.total) if rates.total else None
    return Pace(Lane(rates.reads, risen=now), Lane(rates.writes, risen=now), total, at=now)


def settled(state: bytes | None, rates: Rates, now: float) -> Pace:
    """The pace as it stands, within these rates. One that was written by a clock that has gone back begins anew, with
    what was learned of its rates."""
    found = decoded(Pace, state)
    if found is None:
        return fresh(rates, now)
    if found.at > now + BACK:
        begun = fresh(rates, now)
        begun.read.rate, begun.write.rate, begun.holds = found.read.rate, found.write.rate, found.holds + 1
        begun.eased_at = now if found.eased_at > 0.0 else begun.eased_at
        found = begun
    for lane, begin, kind in ((found.read, rates.reads, "read"), (found.write, rates.writes, "write")):
        if found.eased_at < now - FORGIVEN:
            lane.rate = max(lane.rate, begin)
        lane.rate = min(lane.rate, most_of(rates, "read" if kind == "read" else "write"))
    if (rates.total is None) != (found.total is None) or (found.total and found.total.rate != rates.total):
        found.total = Lane(rates.total) if rates.total else None
    found.at = now
    return found
