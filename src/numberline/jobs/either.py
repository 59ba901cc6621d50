"""Which of the two serves: the loop on SQLite, the queue on PostgreSQL."""

from typing import Protocol

from django.db import connection


class Automation(Protocol):
    """What serves all tenants in the background."""

    def run(self) -> None:
        """Go on until `stop`; returns when the last work has ended."""

    def stop(self) -> None:
        """End soon. May be called from a signal handler or another thread."""


def automation(at_once: int) -> Automation:
    """What serves on this database, so many tenants at once."""
    if connection.vendor == "postgresql":
        from numberline.jobs.queue import Queue

        return Queue(at_once=at_once)
    from numberline.jobs.loop import Loop

    return Loop(at_once=at_once)
