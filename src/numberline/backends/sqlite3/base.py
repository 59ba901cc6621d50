"""Django's backend for SQLite, which writes what is pending before it commits (numberline.commit)."""

from django.db.backends.sqlite3 import base

from numberline.commit import finish


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to SQLite."""

    def commit(self) -> None:
        """Write what is pending, then commit."""
        finish(self)
        super().commit()
