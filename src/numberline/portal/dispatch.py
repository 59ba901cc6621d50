"""Who makes what the portal answers: threads for pages, and one apart for the address that anybody may write to.

However much strangers send there, they hold no thread that makes pages, and what they sent waits while one is made.
"""

import time
from typing import Any, Protocol

from waitress.task import ThreadedTaskDispatcher

from numberline.environment import NOTIFICATION_PATH

LONGEST_WAIT = 0.02
"""Seconds that one post waits for pages at most: Microsoft's are taken in however busy the portal is."""
STEP = 0.001


class Task(Protocol):
    """A connection with requests that wait (waitress: HTTPChannel)."""

    requests: list[Any]

    def service(self) -> None:
        """Answer the first of them."""

    def cancel(self) -> None:
        """Answer none of them."""


class Pages(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """The threads that make pages."""

    def at_work(self) -> bool:
        """Whether a page is being made or waits for a thread."""
        return bool(self.queue) or self.active_count > 0


class Dispatcher:
    """Gives each request to the threads that answer it, as waitress' own dispatcher would to its only ones."""

    def __init__(self, threads: int) -> None:
        self._pages, self._public = Pages(), ThreadedTaskDispatcher()
        self._pages.set_thread_count(threads)
        self._public.set_thread_count(1)

    def add_task(self, task: Task) -> None:
        """Answer the first request of a connection as soon as a thread is free."""
        # A request that could not be read has no path.
        if getattr(task.requests[0], "path", None) == NOTIFICATION_PATH:
            self._public.add_task(_Behind(task, self._pages))
        else:
            self._pages.add_task(task)

    def shutdown(self) -> None:
        """Finish what is being answered, and answer no more."""
        self._public.shutdown()
        self._pages.shutdown()


class _Behind:
    """A task that lets pages go first."""

    def __init__(self, task: Task, pages: Pages) -> None:
        self._task, self._pages = task, pages

    def service(self) -> None:
        ends = time.monotonic() + LONGEST_WAIT
        while self._pages.at_work() and time.monotonic() < ends:
            time.sleep(STEP)
        self._task.service()

    def cancel(self) -> None:
        self._task.cancel()
