"""The promises that the database itself keeps, as triggers on SQLite and PostgreSQL.

- a number moves only along the legal moves of numberline.core.states;
- audit entries are never updated, deleted or (PostgreSQL) truncated, and the head of a trail only moves forward;
- a number's range, and the number of an assignment or a change, are of the same tenant;
- the tally of numbers is right (numberline.tally_triggers).

SQLite drops triggers silently whenever a migration rebuilds a table, so `install` runs after every
migrate (numberline.database) and is written to be run again and again.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from numberline import tally_triggers
from numberline.core.states import MOVES

OWNED = (
    ("inventory_number", "range_id", "inventory_range"),
    ("assignments_assignment", "number_id", "inventory_number"),
    ("assignments_change", "number_id", "inventory_number"),
    ("alerts_delivery", "alert_id", "alerts_alert"),
    ("policies_personpolicy", "holding_id", "assignments_assignment"),
    ("assignments_change", "from_number_id", "inventory_number"),
    ("assignments_change", "leader_id", "assignments_change"),
    ("jobs_task", "run_id", "runs_run"),
)
APPEND_ONLY = "the audit trail is append-only"
BACKWARDS = "(NEW.seq <= OLD.seq OR NEW.tenant_id <> OLD.tenant_id)"


def install(connection: BaseDatabaseWrapper) -> None:
    """Create or renew every trigger. Idempotent."""
    statements = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    statements += tally_triggers.statements(connection.vendor)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _illegal_move(new: str, old: str) -> str:
    moves = sorted((a.value, b.value) for a, b in MOVES)
    legal = " OR ".join(f"({old}='{a}' AND {new}='{b}')" for a, b in moves)
    return f"{new} <> {old} AND NOT ({legal})"


def _there(table: str, *key: str) -> str:
    same = " AND ".join(f"t.{column} = NEW.{column}" for column in key)
    return f"EXISTS (SELECT 1 FROM {table} t WHERE {same})"


def _sqlite() -> list[str]:
    made: list[str] = []

    def trigger(name: str, event: str, table: str, condition: str, message: str) -> None:
        made.append(f"DROP TRIGGER IF EXISTS {name}")
        made.append(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

    trigger(
        "number_moves",
        "UPDATE OF state",
        "inventory_number",
        _illegal_move("NEW.state", "OLD.state"),
        "illegal move of a number",
    )
    for event in ("UPDATE", "DELETE"):
        trigger(f"audit_no_{event.lower()}", event, "audit_entry", "1", APPEND_ONLY)
    trigger("audit_head_forward", "UPDATE", "audit_head", BACKWARDS, APPEND_ONLY)
    trigger("audit_head_no_delete", "DELETE", "audit_head", "1", APPEND_ONLY)
    # INSERT OR REPLACE deletes without asking the triggers of DELETE.
    trigger(
        "audit_no_replace", "INSERT", "audit_entry", _there("audit_entry", "tenant_id", "seq"), APPEND_ONLY
    )
    trigger("audit_head_no_replace", "INSERT", "audit_head", _there("audit_head", "tenant_id"), APPEND_ONLY)
    for table, column, target in OWNED:
        condition = (
            f"NEW.{column} IS NOT NULL AND NOT EXISTS "
            f"(SELECT 1 FROM {target} t WHERE t.id = NEW.{column} AND t.tenant_id = NEW.tenant_id)"
        )
        for event, suffix in (("INSERT", "insert"), (f"UPDATE OF {column}, tenant_id", "update")):
            trigger(
                f"{table}_{column}_{suffix}", event, table, condition, f"{table}.{column} of another tenant"
            )
    return made


def _postgresql() -> list[str]:
    made: list[str] = []

    def trigger(name: str, event: str, table: str, condition: str, message: str, each: str = "ROW") -> None:
        made.append(
            f"CREATE OR REPLACE FUNCTION numberline_{name}() RETURNS trigger LANGUAGE plpgsql AS $body$ "
            f"BEGIN IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $body$"
        )
        made.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        made.append(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} "
            f"EXECUTE FUNCTION numberline_{name}()"
        )

    trigger(
        "number_moves",
        "UPDATE OF state",
        "inventory_number",
        _illegal_move("NEW.state", "OLD.state"),
        "illegal move of a number",
    )
    for event in ("UPDATE", "DELETE"):
        trigger(f"audit_no_{event.lower()}", event, "audit_entry", "TRUE", APPEND_ONLY)
    trigger("audit_no_truncate", "TRUNCATE", "audit_entry", "TRUE", APPEND_ONLY, "STATEMENT")
    trigger("audit_head_forward", "UPDATE", "audit_head", BACKWARDS, APPEND_ONLY)
    trigger("audit_head_no_delete", "DELETE", "audit_head", "TRUE", APPEND_ONLY)
    trigger("audit_head_no_truncate", "TRUNCATE", "audit_head", "TRUE", APPEND_ONLY, "STATEMENT")
    for table, column, target in OWNED:
        condition = (
            f"NEW.{column} IS NOT NULL AND NOT EXISTS "
            f"(SELECT 1 FROM {target} t WHERE t.id = NEW.{column} AND t.tenant_id = NEW.tenant_id)"
        )
        trigger(
            f"{table}_{column}_owner",
            f"INSERT OR UPDATE OF {column}, tenant_id",
            table,
            condition,
            f"{table}.{column} of another tenant",
        )
    return made
