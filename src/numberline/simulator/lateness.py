"""Time that is behind, so that a month can be lived in seconds: it goes on as time does, and can be advanced."""

import time


class LateClock:
    """Tells the time of so many seconds ago. It never goes back, and never passes the present."""

    def __init__(self, behind: float = 0.0) -> None:
        self._behind = behind

    def __call__(self) -> float:
        """Seconds since 1970."""
        return time.time() - self._behind

    def advance(self, seconds: float) -> float:
        """Go on by so many seconds, at most to the present; gives how far it is still behind."""
        if seconds < 0:
            raise ValueError("Time never goes back: advance by zero seconds or more.")
        self._behind = max(0.0, self._behind - seconds)
        return self._behind
