"""What Microsoft thinks of an address that it notifies: good, slow, or one whose notifications are dropped.

Microsoft: change-notifications-delivery-webhooks, section Throttling.
"""

from collections import deque
from enum import StrEnum

WINDOW = 600.0
LATE, SLOW_SHARE = 3.0, 0.10
VERY_LATE, DROP_SHARE = 10.0, 0.15


class Standing(StrEnum):
    """`slow`: new notifications are delayed. `drop`: they are thrown away."""

    GOOD = "good"
    SLOW = "slow"
    DROP = "drop"


class Endpoint:
    """The answers of the last ten minutes; judged only by `least` of them or more."""

    def __init__(self) -> None:
        self._answers: deque[tuple[float, float]] = deque()
        self._dropped_until = 0.0

    def answered(self, now: float, seconds: float) -> None:
        """An answer took so long; one that never came took as long as it was waited for."""
        self._answers.append((now, seconds))

    def standing(self, now: float, least: int = 1) -> Standing:
        """What holds for a notification that is made now."""
        while self._answers and self._answers[0][0] <= now - WINDOW:
            self._answers.popleft()
        if now < self._dropped_until:
            return Standing.DROP
        if len(self._answers) < least:
            return Standing.GOOD
        if self._share(VERY_LATE) > DROP_SHARE:
            self._dropped_until = now + WINDOW
            self._answers.clear()
            return Standing.DROP
        return Standing.SLOW if self._share(LATE) > SLOW_SHARE else Standing.GOOD

    def _share(self, seconds: float) -> float:
        return (
            sum(took >= seconds for _, took in self._answers) / len(self._answers) if self._answers else 0.0
        )
