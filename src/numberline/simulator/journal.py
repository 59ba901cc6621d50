"""The log of requests, and how many of which kind there were."""

from collections import Counter, deque
from typing import Any

import msgspec

KEPT = 50_000


class Entry(msgspec.Struct):
    """One request; `status` 0 is an answer that never left."""

    number: int
    at: float
    kind: str
    method: str
    path: str
    query: str
    body: Any = None
    status: int | None = None
    seconds: float = 0.0
    detail: str | None = None


class Journal:
    """The latest requests, all writes, and counts of everything."""

    def __init__(self) -> None:
        self.latest: deque[Entry] = deque(maxlen=KEPT)
        self.writes: list[Entry] = []
        self.by_kind: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()
        self._total = 0
        self._first: float | None = None
        self._last = 0.0
        self._seconds: deque[tuple[int, int]] = deque(maxlen=3600)

    def arrived(self, at: float, kind: str, method: str, path: str, query: str, body: Any) -> Entry:
        """Write a request down as it comes in."""
        self._total += 1
        entry = Entry(self._total, at, kind, method, path, query, body)
        self.latest.append(entry)
        if body is not None:
            self.writes.append(entry)
        self.by_kind[kind] += 1
        self._first = at if self._first is None else self._first
        self._last = at
        second = int(at)
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds[-1] = (second, self._seconds[-1][1] + 1)
        else:
            self._seconds.append((second, 1))
        return entry

    def answered(self, entry: Entry, status: int, now: float) -> None:
        """Write down what became of it."""
        entry.status = status
        entry.seconds = round(now - entry.at, 6)
        self.by_status[str(status)] += 1

    def forget(self) -> None:
        """Begin the log and the counts anew."""
        self.__init__()  # type: ignore[misc]

    def rate(self) -> dict[str, float]:
        """Requests served: all of them, a second on average and in the busiest second."""
        span = max(1.0, self._last - (self._first or 0.0)) if self._total else 1.0
        busiest = max((count for _, count in self._seconds), default=0)
        return {
            "requests": self._total,
            "per_second": round(self._total / span, 2),
            "busiest_second": busiest,
        }

    def counts(self) -> dict[str, Any]:
        """Requests by kind and by status, and the rate."""
        return {"by_kind": dict(self.by_kind), "by_status": dict(self.by_status), **self.rate()}
