"""Ending a run on purpose before it is through: a worker that is told to end, Ctrl-C."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class StopSign:
    """Whoever shows it wants the runs that know it to end. Safe in signal handlers and for several threads.

    Nothing new is asked of Microsoft from then on, and what was asked is finished for a few seconds more; what is left
    stands in the database for the next run. `assigning` says whether a run has anything of that kind under way: else
    it may as well be interrupted.
    """

    def __init__(self) -> None:
        self._asked = threading.Event()
        self.assigning = False

    @property
    def asked(self) -> bool:
        """Whether somebody wants the end."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Want the end."""
        self._asked.set()

    def wait(self, seconds: float) -> None:
        """Return when the end is wanted, at the latest after so many seconds."""
        self._asked.wait(seconds)

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Around work that looks at this sign by itself."""
        self.assigning = True
        try:
            yield
        finally:
            self.assigning = False
