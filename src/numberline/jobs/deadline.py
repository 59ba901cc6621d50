"""A time by which a job begins nothing more."""

from numberline import clock
from numberline.assignments.stopsign import StopSign


class Deadline(StopSign):
    """A stop sign that also shows after so many seconds, or when the sign that it hangs on does."""

    def __init__(self, above: StopSign, seconds: float) -> None:
        super().__init__()
        self._above, self._until = above, clock.monotonic() + seconds

    @property
    def asked(self) -> bool:
        """Whether somebody wants the end, or the time is over."""
        return super().asked or self._above.asked or clock.monotonic() >= self._until

    def wait(self, seconds: float) -> None:
        """Return when the end is wanted, at the latest after so many seconds."""
        self._above.wait(max(0.0, min(seconds, self._until - clock.monotonic())))
