"""Columns and conditions that both databases take alike: text in the order of its characters, one of many values."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler


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


class _Many:
    """Values that are one parameter of a statement."""

    def __init__(self, values: Iterable[str] | Iterable[int]) -> None:
        self.values = list(values)


@models.Field.register_lookup
class _Among(models.Lookup):
    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        values = self.rhs.values
        if not values:
            raise EmptyResultSet
        if connection.vendor == "postgresql":
            return f"{left} = ANY(%s)", (*params, values)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(values))


def among(column: str, values: Iterable[str] | Iterable[int]) -> models.Q:
    """Rows whose `column` (texts or numbers, no reference) is one of the values: `__in` in a fraction of the time where
    these are hundreds, because they are one parameter."""
    return models.Q(**{f"{column}__among": _Many(values)})
