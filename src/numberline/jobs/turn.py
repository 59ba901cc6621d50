"""When a tenant's next pass is due: by its schedule, later after errors. Pure: seconds in, seconds out."""

from dataclasses import dataclass

LONGEST_PAUSE = 3600.0
DOUBLINGS = 10
BUSY = 5.0
"""Seconds after which a tenant is tried again in which somebody else's run was at work, unless it comes sooner anyway."""


@dataclass(slots=True)
class Turn:
    """One tenant's place in the loop. Times are monotonic seconds; `failures` counts passes that failed in a row."""

    due: float
    began: float = 0.0
    failures: int = 0
    running: bool = False

    def begin(self, now: float) -> None:
        """A pass begins."""
        self.began, self.running = now, True

    def lend(self) -> bool:
        """Something else than a pass is to be done for the tenant. Gives whether that may begin: not during a pass."""
        if self.running:
            return False
        self.running = True
        return True

    def give_back(self) -> None:
        """What was done in place of a pass is over; the pass stays due when it was."""
        self.running = False

    def succeed(self, now: float, every: float) -> None:
        """A pass ended well: the next begins `every` seconds after this one began, or at once if it took longer."""
        self.running, self.failures = False, 0
        self.due = max(now, self.began + every)

    def busy(self, now: float, every: float) -> None:
        """Another run was at work in the tenant: look again soon. Nothing failed, and nothing is known to work either."""
        self.running = False
        self.due = now + min(every, BUSY)

    def hand_over(self, now: float) -> None:
        """A pass ended before it was through: whoever comes next goes on with it at once, behind those who wait."""
        self.running, self.failures, self.due = False, 0, now

    def fail(self, now: float, every: float, after: float = 0.0) -> float:
        """A pass failed: wait twice as long each time, at most an hour, and at least `after` seconds. Gives the pause."""
        self.running = False
        self.failures += 1
        pause: float = max(after, min(LONGEST_PAUSE, every * 2 ** min(self.failures - 1, DOUBLINGS)))
        self.due = now + pause
        return pause

    def put_off(self, now: float, after: float) -> float:
        """Microsoft is down, which is no failure of this tenant's: the pass comes when it is asked again. Gives the pause."""
        self.running = False
        self.due = now + max(1.0, after)
        return self.due - now
