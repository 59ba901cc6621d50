"""How fast we may ask: one governor a tenant, shared by all threads, that finds the level the tenant bears.

Microsoft documents no limits for the Teams administration endpoints, so writes start slowly, rise while nobody
complains and halve at a complaint; `Retry-After` holds the whole tenant (Microsoft: throttling). What is learned stands
in a store, which several processes may share; above the tenant stands the application, which has a limit of its own.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from numberline import clock
from numberline.graph.lanes import Kind as Kind
from numberline.graph.lanes import Pace, Taken, settled
from numberline.graph.store import MemoryStore, Store, changed

T = TypeVar("T")
MOST_LEASED = 1000
"""So many moments a process takes at once, at most."""


@dataclass(frozen=True)
class Rates:
    """Requests a second to one tenant, and how long a call may be held back.

    Writes start at `writes`, rise by `rise` each second to at most `writes_most` and halve on a complaint; reads
    start at their most, lose a quarter on a complaint and rise the same way. `total` bounds both together (None:
    no bound of its own). `patience` is how many seconds one call waits for a throttled tenant before it gives up.
    `app_reads` and `app_writes` bound all tenants of one application together: half of what Microsoft documents for
    Teams (1,500 reads), and less than it does for writes of any kind (117).
    """

    reads: float = 25.0
    writes: float = 5.0
    writes_most: float = 20.0
    rise: float = 1.0
    least: float = 1.0
    total: float | None = None
    patience: float = 300.0
    app_reads: float = 750.0
    app_writes: float = 100.0

    def __post_init__(self) -> None:
        least = min(self.reads, self.writes, self.writes_most, self.least, self.total or 1.0)
        if min(least, self.app_reads, self.app_writes) <= 0:
            raise ValueError("Every rate must be more than 0 requests a second.")

    def of_application(self) -> Rates:
        """The rates of all tenants of one application together: they begin at their most."""
        return Rates(
            reads=self.app_reads,
            writes=self.app_writes,
            writes_most=self.app_writes,
            rise=max(self.rise, self.app_writes / 20),
            least=self.least,
            patience=self.patience,
        )


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
class _Lease:
    """Moments that this process took from the store and has not used yet."""

    slots: deque[float] = field(default_factory=deque)
    holds: int = 0
    given: int = 0
    step: float = 0.0
    until: float = 0.0
    left: float = float("-inf")

    def next(self, now: float) -> float | None:
        """The next moment, none of them sooner after another than they were taken; None when all are used or stale."""
        if not self.slots or now > self.until:
            return None
        self.left = max(self.slots.popleft(), self.left + self.step)
        return self.left

    def wanted(self) -> int:
        """How many to take next time: twice as many when all were used, else as many as were."""
        return min(MOST_LEASED, 2 * self.given) if not self.slots else max(1, self.given - len(self.slots))


class RateGovernor:
    """Hands out the moments at which requests may leave. Thread-safe; share one among all clients of a tenant, and one
    `store` among all processes. `above` is the governor of all tenants of the application.

    Moments are seconds on the store's clock.
    """

    def __init__(
        self,
        rates: Rates | None = None,
        clock: Clock | None = None,
        *,
        store: Store | None = None,
        key: str = "tenant",
        above: RateGovernor | None = None,
    ) -> None:
        self.rates = rates or Rates()
        self.clock = clock or Clock()
        self.store = store or MemoryStore(lambda: self.clock.monotonic())
        self.key = key
        self.above = above
        self._lock = threading.Lock()
        self._turns = {
            (kind, person): threading.Lock() for kind in ("read", "write") for person in (True, False)
        }
        self._leases: dict[tuple[Kind, bool], _Lease] = {}
        self._held_here = 0
        self._update(lambda _pace, _now: None)  # from now on it is known, and may rise

    def rate(self, kind: Kind) -> float:
        """The present rate of reads or writes, in requests a second."""
        return self._pace().lane(kind).rate

    def held_for(self) -> float:
        """Seconds for which Microsoft still asks this tenant to stay away."""
        return max(0.0, self._pace().held_until - self.store.time())

    def wait(self, kind: Kind, patience: float | None = None, *, person: bool = False) -> float:
        """Sleep until a request of this kind may leave; returns when it left.

        `person`: somebody waits for the answer, and goes before background work. Raises `HeldTooLong` at once when the
        tenant is held for longer than `patience` (default: the rates').
        """
        limit = self.rates.patience if patience is None else patience
        with self._turns[kind, person]:  # only one of a kind waits for a slot, so that slots follow the rate
            while not self._leaves(kind, limit, person=person):
                pass  # it slept, and the moment was taken from it
        return self.store.time() if self.above is None else self.above.wait(kind, limit, person=person)

    def hold(self, after: float) -> None:
        """Microsoft asks to stay away for `after` seconds (`Retry-After`): nothing of this tenant leaves before."""
        self._update(lambda pace, now: pace.hold(now + after))
        self._let_go()

    def complain(self, after: float, left_at: float) -> None:
        """Microsoft answered 429: hold the tenant for `after` seconds and ease the rates.

        `left_at` is when the request left: answers to requests that were on their way before the last easing do
        not ease the rates again.
        """

        def eased(pace: Pace, now: float) -> None:
            pace.hold(now + after)
            pace.ease(self.rates, now, left_at, reads=0.75, writes=0.5)

        self._update(eased)
        self._let_go()

    def near(self, share: float, left_at: float) -> None:
        """Microsoft says which share of its limit is used (`x-ms-throttle-limit-percentage`, from 0.8 on): rates rise no
        more for a while, and from 1.0 on are eased before it has to refuse."""
        self._update(lambda pace, now: pace.near(self.rates, now, left_at, share))

    def _leaves(self, kind: Kind, limit: float, *, person: bool) -> bool:
        """Sleep until the next moment; False when it was none, or was taken back meanwhile."""
        with self._lock:
            here = self._held_here
            taken = self._next(kind, limit, person=person)
        moment = taken.slots[0] if taken.slots else taken.again
        pause = moment - taken.now
        if pause <= 0:
            return bool(taken.slots)
        self.clock.sleep(pause)
        if not taken.slots or self._held_here != here:
            return False
        return pause < self.store.lease or self._pace().holds == taken.holds

    def _next(self, kind: Kind, limit: float, *, person: bool) -> Taken:
        """A moment of this process's lease, or new ones from the store."""
        now = self.store.time()
        for ahead in (
            (True, False) if person else (False,)
        ):  # what background work has in hand serves people first
            lease = self._leases.get((kind, ahead))
            slot = None if lease is None else lease.next(now)
            if lease is not None and slot is not None:
                return Taken([slot], slot, lease.holds, 0.0, now)
        wanted = self._leases.get((kind, person), _Lease(given=1)).wanted()

        def take(pace: Pace, now: float) -> Taken:
            if pace.held_until - now > limit:
                return Taken([], now, pace.holds, pace.held_until, now)
            return pace.take(self.rates, kind, now, self.store.lease, wanted, person)

        taken = self._update(take)
        if taken.held_until - taken.now > limit:
            raise HeldTooLong(taken.held_until - taken.now)
        if taken.slots:
            self._leases[kind, person] = self._lease(taken)
        return taken

    def _lease(self, taken: Taken) -> _Lease:
        """Keep what was taken beyond the first moment."""
        slots = taken.slots
        step = slots[1] - slots[0] if len(slots) > 1 else 0.0
        until = slots[-1] + self.store.lease
        return _Lease(deque(slots[1:]), taken.holds, len(slots), step, until, slots[0])

    def _let_go(self) -> None:
        """Forget what was taken: those who sleep for a moment take a new one."""
        with self._lock:
            self._held_here += 1
            self._leases.clear()

    def _pace(self) -> Pace:
        return settled(self.store.read(self.key), self.rates, self.store.time())

    def _update(self, do: Callable[[Pace, float], T]) -> T:
        def make(state: bytes | None, now: float) -> tuple[Pace, T]:
            pace = settled(state, self.rates, now)
            return pace, do(pace, now)

        return changed(self.store, self.key, make)
