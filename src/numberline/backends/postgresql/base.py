"""Django's backend for PostgreSQL, which writes what is pending before it commits (numberline.commit)."""

from django.db.backends.postgresql import base

from numberline.commit import finish


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def commit(self) -> None:
        """Write what is pending, then commit."""
        finish(self)
        super().commit()
