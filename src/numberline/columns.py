"""A column of text that both databases order alike."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class PlainText(models.CharField):  # type: ignore[type-arg]
    """Text that is ordered by the values of its characters, whatever language the database was made for.

    So its index also answers "begins with" (`beginning`), and lists that are paged by it go on where they ended.
    SQLite orders all text like this; PostgreSQL must be told.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """The collation that orders so."""
        given: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            given["collation"] = "C"
        return given


LAST = "\U0010ffff"
"""No text that anybody writes has a character behind this one."""


def beginning(column: str, text: str) -> models.Q:
    """Rows whose plain text `column` begins with `text`: a stretch of its index on both databases."""
    return models.Q(**{f"{column}__gte": text, f"{column}__lte": text + LAST})
