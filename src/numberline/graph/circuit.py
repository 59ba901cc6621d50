"""When Microsoft is down nobody asks: a circuit for each host that opens, says so, and closes by itself.

It opens after several failures in a row that look like Microsoft being down (no connection, or 502, 503, 504 of
different calls, with no good answer between them for a while). Failures of one tenant alone stop that tenant alone.
While it is open no call leaves; then one reading call tries, and its answer closes the circuit or keeps it open for
longer. The state stands in the store, so that all processes know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import structlog

from numberline.graph.answers import wait
from numberline.graph.errors import GraphError
from numberline.graph.store import BACK, Store, changed, decoded

log = structlog.get_logger("numberline.graph")

EVERYBODY = ""
"""The name of the part that stops all tenants."""
LOOK = 1.0
"""A process looks at the state again after so many seconds; what it finds out itself it knows at once."""
DOWN = (502, 503, 504)
MOST_KEPT = 50
OPEN = "microsoft_down"


@dataclass(frozen=True)
class Bounds:
    """When a circuit opens: after `failures` in a row of at least `calls` different calls over at least `seconds`; for
    everybody if they are of at least `tenants`, or no connection could be made at all. A row that rests for `forget`
    seconds is over. It tries again after `pause` seconds, twice as long after each try that fails, at most `most`; a
    try that gives no answer within `trial` seconds is nobody's."""

    failures: int = 6
    calls: int = 2
    seconds: float = 5.0
    tenants: int = 2
    forget: float = 900.0
    pause: float = 15.0
    most: float = 120.0
    trial: float = 90.0


class Row(msgspec.Struct, omit_defaults=True):
    """Failures in a row."""

    first: float
    last: float
    count: int = 0
    unconnected: int = 0
    calls: list[str] = []
    tenants: list[str] = []


class Opened(msgspec.Struct, omit_defaults=True):
    """A part that is open: since when, when it is tried next, and until when somebody tries."""

    since: float
    until: float
    pause: float
    trial: float = 0.0


class Weather(msgspec.Struct, omit_defaults=True):
    """How a host does, for each tenant that has trouble and for everybody."""

    rows: dict[str, Row] = {}
    opened: dict[str, Opened] = {}
    at: float = 0.0

    def stands(self, tenant: str) -> Opened | None:
        """What keeps this tenant's calls from leaving, if anything does."""
        found = [self.opened[part] for part in (EVERYBODY, tenant) if part in self.opened]
        return max(found, key=lambda one: one.until, default=None)

    def troubled(self, tenant: str) -> bool:
        """Whether a good answer to this tenant changes anything."""
        return any(part in where for part in (EVERYBODY, tenant) for where in (self.rows, self.opened))

    def failed(self, bounds: Bounds, tenant: str, call: str, now: float, *, connected: bool) -> bool:
        """A call failed as if Microsoft were down. Gives whether something opened now, or stays open for longer."""
        open_now = self.stands(tenant)
        if open_now is not None:
            return self._tried(bounds, tenant, now)
        news = False
        for part in (EVERYBODY, tenant):
            row = self.rows.get(part)
            if row is None or row.last < now - bounds.forget:
                row = self.rows[part] = Row(now, now)
            row.last, row.count, row.unconnected = now, row.count + 1, row.unconnected + (not connected)
            row.calls = _with(row.calls, call, bounds.calls)
            row.tenants = _with(row.tenants, tenant, bounds.tenants)
            if _is_down(bounds, row, part):
                self.opened[part] = Opened(row.first, now + bounds.pause, bounds.pause)
                del self.rows[part]
                news = True
        self._prune()
        return news

    def succeeded(self, tenant: str) -> bool:
        """The host answered this tenant. Gives whether something closed."""
        closed = False
        for part in (EVERYBODY, tenant):
            self.rows.pop(part, None)
            closed = self.opened.pop(part, None) is not None or closed
        return closed

    def may_try(self, bounds: Bounds, tenant: str, now: float) -> bool:
        """Whether this call is the one that tries; nobody else does meanwhile."""
        parts = [self.opened[part] for part in (EVERYBODY, tenant) if part in self.opened]
        if any(now < max(one.until, one.trial) for one in parts):
            return False
        for one in parts:
            one.trial = now + bounds.trial
        return True

    def _tried(self, bounds: Bounds, tenant: str, now: float) -> bool:
        """The call that tried failed too; one that left before the circuit opened tells nothing new."""
        news = False
        for part in (EVERYBODY, tenant):
            one = self.opened.get(part)
            if one is not None and one.trial > 0.0:
                one.pause, one.trial = min(bounds.most, one.pause * 2), 0.0
                one.until, news = now + one.pause, True
        return news

    def _prune(self) -> None:
        while len(self.rows) > MOST_KEPT:
            del self.rows[min(self.rows, key=lambda part: self.rows[part].last)]


@dataclass(frozen=True, slots=True)
class Outage:
    """What is told of an open circuit: the host, since when it does not answer, when it is tried next, whom it stops."""

    host: str
    since: datetime
    again: datetime
    everybody: bool


def outage(store: Store, host: str, tenant: str, wall: float) -> Outage | None:
    """Whether a circuit keeps this tenant's calls from the host now; `wall` is the time of day in seconds."""
    now = store.time()
    weather = _settled(store.read(_key(host)), now)
    stands = weather.stands(tenant)
    if stands is None:
        return None
    again = max(stands.until, stands.trial if stands.trial > now else 0.0, now)
    return Outage(
        host, _day(wall + stands.since - now), _day(wall + again - now), EVERYBODY in weather.opened
    )


class Circuit:
    """The circuit of one host as one client sees it. Thread-safe."""

    def __init__(self, store: Store, host: str, tenant: str, bounds: Bounds | None = None) -> None:
        self._store = store
        self._host = host
        self._tenant = tenant
        self._bounds = bounds or Bounds()
        self._seen = Weather()
        self._looked: float | None = None

    def enter(self, wall: float, *, reading: bool) -> None:
        """Raise `Wait` when the call must not leave. When the time to try has come, one reading call leaves."""
        weather = self._look()
        if weather.stands(self._tenant) is None:
            return
        self._looked = None
        if reading and self._update(lambda found, now: found.may_try(self._bounds, self._tenant, now)):
            log.info("microsoft.tried", host=self._host)
            return
        found = outage(self._store, self._host, self._tenant, wall)
        if found is not None:
            after = max(1.0, found.again.timestamp() - wall)
            raise wait(
                OPEN,
                after,
                host=self._host,
                detail=f"since {_clock(found.since)}, next try at {_clock(found.again)}",
                never_sent=True,
            )

    def good(self) -> None:
        """The host answered."""
        if self._look().troubled(self._tenant) and self._update(
            lambda found, _now: found.succeeded(self._tenant)
        ):
            log.warning("microsoft.answers", host=self._host)

    def bad(self, call: str, *, connected: bool) -> None:
        """A call failed as if Microsoft were down; `call` tells repetitions of one call from others."""
        if self._update(
            lambda found, now: found.failed(self._bounds, self._tenant, call, now, connected=connected)
        ):
            stands = self._seen.stands(self._tenant)
            whom = "everybody" if EVERYBODY in self._seen.opened else "one tenant"
            pause = 0 if stands is None else round(stands.pause)
            log.warning("microsoft.down", host=self._host, whom=whom, again_in_seconds=pause)

    def _look(self) -> Weather:
        now = self._store.time()
        if self._looked is None or not 0 <= now - self._looked < LOOK:
            self._looked, self._seen = now, _settled(self._store.read(_key(self._host)), now)
        return self._seen

    def _update(self, do: Callable[[Weather, float], bool]) -> bool:
        def make(state: bytes | None, now: float) -> tuple[Weather, tuple[Weather, bool]]:
            weather = _settled(state, now)
            result = do(weather, now)
            return weather, (weather, result)

        self._seen, result = changed(self._store, _key(self._host), make)
        self._looked = self._store.time()
        return result


def looks_down(error: GraphError) -> bool:
    """Whether a failed connection is one as when Microsoft, or the way to it, is down."""
    return error.code in ("unreachable", "connection_lost")


def _is_down(bounds: Bounds, row: Row, part: str) -> bool:
    enough = row.count >= bounds.failures and len(row.calls) >= bounds.calls
    if not enough or row.last - row.first < bounds.seconds:
        return False
    return part != EVERYBODY or len(row.tenants) >= bounds.tenants or row.unconnected == row.count


def _with(kept: list[str], one: str, most: int) -> list[str]:
    return kept if one in kept or len(kept) >= most else [*kept, one]


def _settled(state: bytes | None, now: float) -> Weather:
    """The state as it stands; one that was written by a clock that has gone back begins anew."""
    found = decoded(Weather, state)
    if found is None or found.at > now + BACK:
        return Weather(at=now)
    found.at = now if found.rows or found.opened else found.at
    return found


def _key(host: str) -> str:
    return f"host {host}"


def _day(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S} UTC"
