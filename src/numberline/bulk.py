"""Writing thousands of rows at once, several times as fast as through the ORM: one statement, many rows of values.

The wall between tenants (numberline.scope) stands here as well: every inserted row belongs to the tenant that the
caller names, and only rows of this tenant are updated. All rows are written, or none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from django.db import connection, models, transaction

Row = Sequence[Any]
TENANT = "tenant_id"
WORTH_COPYING = 200
"""Rows from which on PostgreSQL takes them faster as a copy."""


def insert(model: type[models.Model], tenant_id: int, fields: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows of values in the order of `fields`; every other field gets its default."""
    statement = _Insert(model, tenant_id, fields)
    values = list(statement.values(rows))
    if connection.vendor == "postgresql" and len(values) >= WORTH_COPYING:
        _copy(statement.copy, values)
    else:
        _run(statement.sql, values)


def upsert(
    model: type[models.Model],
    tenant_id: int,
    fields: Sequence[str],
    rows: Iterable[Row],
    *,
    unique: str,
    update: Sequence[str],
) -> None:
    """Insert rows, or bring the fields `update` up to date where the tenant has a row of the same `unique` field.

    The database must have a unique constraint over the tenant and that field.
    """
    statement = _Insert(model, tenant_id, fields)
    new = ", ".join(f"{column} = excluded.{column}" for column in _columns(model, update))
    (key,) = _columns(model, [unique])
    _run(f"{statement.sql} ON CONFLICT ({_tenant(model)}, {key}) DO UPDATE SET {new}", statement.values(rows))


def update(model: type[models.Model], tenant_id: int, fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Update rows by primary key: each row has the values in the order of `fields`, then the key. Gives how many
    rows were there to be updated."""
    new = ", ".join(f"{column} = %s" for column in _columns(model, fields))
    table = connection.ops.quote_name(model._meta.db_table)
    (key,) = _columns(model, ["pk"])
    sql = f"UPDATE {table} SET {new} WHERE {key} = %s AND {_tenant(model)} = %s"
    return _run(sql, _prepared(model, fields, rows, [tenant_id]))


def delete(model: type[models.Model], tenant_id: int, fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Delete the tenant's rows that have these values in `fields`, each found by itself: a condition that lists
    hundreds of pairs makes SQLite read all that the tenant has. Gives how many there were."""
    table = connection.ops.quote_name(model._meta.db_table)
    met = " AND ".join(f"{column} = %s" for column in (*_columns(model, fields), _tenant(model)))
    return _run(f"DELETE FROM {table} WHERE {met}", _prepared(model, fields, rows, [tenant_id]))


class _Insert:
    """An INSERT of some fields, the tenant, and the defaults of all other fields."""

    def __init__(self, model: type[models.Model], tenant_id: int, fields: Sequence[str]) -> None:
        self._model, self._fields = model, fields
        given = {_field(model, name) for name in fields}
        others = [
            f for f in model._meta.concrete_fields if f not in given and not isinstance(f, models.AutoField)
        ]
        self._defaults = [
            tenant_id if f.column == TENANT else f.get_db_prep_save(f.get_default(), connection)
            for f in others
        ]
        columns = [*_columns(model, fields), *map(_column, others)]
        table = connection.ops.quote_name(model._meta.db_table)
        gaps = ", ".join(["%s"] * len(columns))
        into = f"{table} ({', '.join(columns)})"
        self.sql = f"INSERT INTO {into} VALUES ({gaps})"
        self.copy = f"COPY {into} FROM STDIN"

    def values(self, rows: Iterable[Row]) -> Iterator[list[Any]]:
        return _prepared(self._model, self._fields, rows, self._defaults)


def _run(sql: str, values: Iterable[list[Any]]) -> int:
    every = list(values)
    if not every:
        return 0
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.executemany(sql, every)
        return int(cursor.rowcount)


def _copy(sql: str, values: list[list[Any]]) -> None:
    with (
        transaction.atomic(savepoint=False),
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(sql) as copy,
    ):
        for row in values:
            copy.write_row(row)


def _prepared(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Row], last: list[Any]
) -> Iterator[list[Any]]:
    """The values as the database takes them: times and JSON are converted, everything else goes as it is."""
    converted = [
        (place, convert)
        for place, name in enumerate(fields)
        if (convert := _converter(_field(model, name))) is not None
    ]
    if not converted:
        return ([*row, *last] for row in rows)
    return _converted(rows, last, converted)


def _converted(
    rows: Iterable[Row], last: list[Any], converted: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Iterator[list[Any]]:
    for row in rows:
        values = [*row, *last]
        for place, convert in converted:
            if values[place] is not None:
                values[place] = convert(values[place])
        yield values


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    if isinstance(field, models.DateTimeField):
        # Of thousands of rows most have the same few moments.
        return lru_cache(maxsize=256)(connection.ops.adapt_datetimefield_value)
    if isinstance(field, models.JSONField):
        return partial(field.get_db_prep_save, connection=connection)
    return None


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    found = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(found, models.Field), f"{name} is a field of {model.__name__}"
    return found


def _columns(model: type[models.Model], names: Sequence[str]) -> list[str]:
    return [_column(_field(model, name)) for name in names]


def _column(field: "models.Field[Any, Any]") -> str:
    assert field.column is not None, f"{field.name} is a column"
    return connection.ops.quote_name(field.column)


def _tenant(model: type[models.Model]) -> str:
    assert any(field.column == TENANT for field in model._meta.concrete_fields), f"{model} has a tenant"
    return connection.ops.quote_name(TENANT)
