"""Django's backend for PostgreSQL, which writes what is pending before it commits (numberline.commit)."""

from django.db.backends.postgresql import base

from numberline.commit import finish


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def init_connection_state(self) -> None:
        """Leave out what pays for reports over whole tables alone: compiling a query, and workers to share it, take
        longer to start than any of ours takes to answer."""
        super().init_connection_state()
        with self.cursor() as cursor:
            cursor.execute("SET jit = off; SET max_parallel_workers_per_gather = 0")

    def commit(self) -> None:
        """Write what is pending, then commit."""
        finish(self)
        super().commit()
