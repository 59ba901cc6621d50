"""Keeps the tables of the queue out of databases that have no queue."""

from typing import Any

from django.db import connections

QUEUE = "procrastinate"
"""The label of the application that brings the tables of the queue."""


class QueueTables:
    """A database router: the migrations of the queue are PostgreSQL's alone (they fail on SQLite)."""

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool | None:
        """Refuse them elsewhere; of everything else others decide."""
        if app_label == QUEUE and connections[db].vendor != "postgresql":
            return False
        return None
