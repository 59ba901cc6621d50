"""Django's backend for SQLite, which writes what is pending before it commits (numberline.commit)."""

from django.db.backends.sqlite3 import base

from numberline.backends.sqlite3.schema import SchemaEditor
from numberline.commit import finish


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to SQLite."""

    SchemaEditorClass = SchemaEditor

    def commit(self) -> None:
        """Write what is pending, then commit."""
        finish(self)
        super().commit()
