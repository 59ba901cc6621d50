"""What the tenant will do later: operations that finish, licences that reach Teams, effects that become visible."""

import heapq
import itertools
from collections.abc import Callable


class Agenda:
    """Actions with their due times, carried out in order of time, then of entry."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = itertools.count()

    def at(self, due: float, action: Callable[[float], None]) -> None:
        """Enter `action`; it is called with its own due time, never earlier than that."""
        heapq.heappush(self._entries, (due, next(self._order), action))

    def run(self, now: float) -> None:
        """Carry out everything that is due at `now`, including what those actions enter in turn."""
        while self._entries and self._entries[0][0] <= now:
            due, _, action = heapq.heappop(self._entries)
            action(due)

    def next_due(self) -> float | None:
        """When the next action is due, or None when there is nothing to do."""
        return self._entries[0][0] if self._entries else None

    def __len__(self) -> int:
        return len(self._entries)
