"""How tables are made in SQLite."""

from typing import Any

from django.db import models
from django.db.backends.sqlite3 import schema


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Django's, but for tables of which the key is all there is."""

    def table_sql(self, model: type[models.Model]) -> tuple[str, Any]:
        """Such a table is kept as the tree of its key, and not beside it once more: half the size, half the writing."""
        sql, params = super().table_sql(model)
        # A table that has more than its key would carry all of it through its tree: the audit trail keeps its rows apart.
        key = model._meta.pk
        if isinstance(key, models.CompositePrimaryKey) and len(key.fields) == len(
            model._meta.local_concrete_fields
        ):
            sql += " WITHOUT ROWID"
        return sql, params
