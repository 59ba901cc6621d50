"""The triggers that keep the tally of numbers (inventory.models.Tally), inside every transaction that changes numbers.

SQLite has one writer at a time, so a row of the tally is simply counted up and down. On PostgreSQL that would make
all who change numbers of one kind wait for each other, and some of them for ever; so each statement adds rows that say
by how much it changed the tally, one for each kind, and numberline.inventory.tally folds them together later.
"""

KIND = ("range_key", "country", "area_code", "type", "provider", "state")
COLUMNS = ("tenant_id", "range_id", *KIND[1:])
"""What of a number decides where it is counted."""


def statements(vendor: str) -> list[str]:
    """What makes or renews the triggers in a database of this vendor."""
    return _sqlite() if vendor == "sqlite" else _postgresql()


def _values(row: str) -> list[str]:
    """The kind of a row of numbers."""
    return [f"COALESCE({row}range_id, 0)" if name == "range_key" else f"{row}{name}" for name in KIND]


def _sqlite() -> list[str]:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in COLUMNS)
    return [
        *_each("insert", "INSERT", "", _count("NEW.", 1)),
        *_each("delete", "DELETE", "", _count("OLD.", -1)),
        *_each(
            "update",
            f"UPDATE OF {', '.join(COLUMNS)}",
            f"WHEN {changed} ",
            _count("OLD.", -1) + _count("NEW.", 1),
        ),
    ]


def _each(name: str, event: str, when: str, body: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS number_tally_{name}",
        f"CREATE TRIGGER number_tally_{name} AFTER {event} ON inventory_number FOR EACH ROW {when}BEGIN {body}END",
    ]


def _count(row: str, by: int) -> str:
    values = _values(row)
    same = " AND ".join(f"{name} = {value}" for name, value in zip(KIND, values, strict=True))
    return (
        f"UPDATE inventory_tally SET count = count + {by} WHERE tenant_id = {row}tenant_id AND {same}; "
        f"INSERT INTO inventory_tally (tenant_id, {', '.join(KIND)}, count) "
        f"SELECT {row}tenant_id, {', '.join(values)}, {by} WHERE changes() = 0; "
    )


def _postgresql() -> list[str]:
    made: list[str] = []
    new = f"SELECT tenant_id, {_as_kind()}, 1 AS n FROM new_rows"
    old = f"SELECT tenant_id, {_as_kind()}, -1 AS n FROM old_rows"
    for event, rows, tables in (
        ("INSERT", new, "NEW TABLE AS new_rows"),
        ("DELETE", old, "OLD TABLE AS old_rows"),
        ("UPDATE", f"{new} UNION ALL {old}", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    ):
        name, kind = f"number_tally_{event.lower()}", ", ".join(KIND)
        made.append(
            f"CREATE OR REPLACE FUNCTION numberline_{name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
            f"INSERT INTO inventory_tally (tenant_id, {kind}, count) SELECT tenant_id, {kind}, SUM(n) "
            f"FROM ({rows}) AS changed GROUP BY tenant_id, {kind} HAVING SUM(n) <> 0; RETURN NULL; END $body$"
        )
        made.append(f"DROP TRIGGER IF EXISTS {name} ON inventory_number")
        made.append(
            f"CREATE TRIGGER {name} AFTER {event} ON inventory_number REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION numberline_{name}()"
        )
    return made


def _as_kind() -> str:
    return ", ".join(f"{value} AS {name}" for name, value in zip(KIND, _values(""), strict=True))
