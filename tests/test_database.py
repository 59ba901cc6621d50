import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from pytest_django.plugin import DjangoDbBlocker

from numberline import database, promises
from numberline.database import DatabaseError
from numberline.environment import StartError
from tests.support import databases

ROOT = Path(__file__).resolve().parents[1]
PREPARE = """
import sys
from numberline.database import prepare
from numberline.environment import StartError
try:
    prepare(print)
except StartError as error:
    sys.exit(str(error))
"""
# Root may write everywhere: without this capability a file that is read-only is so for root too.
AS_AN_ORDINARY_USER = """
import ctypes, os, sys
for capability in (1, 2):
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) != 0:
        sys.exit("this process can't give up a capability")
os.execv(sys.executable, [sys.executable, "-c", sys.argv[1]])
"""


@pytest.fixture
def unprepared(empty_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """An empty database to which Django's connection leads."""
    with django_db_blocker.unblock(), databases.pointed_at(empty_database):
        yield empty_database


def prepare_elsewhere(url: str, data_dir: Path, *words: str) -> subprocess.Popen[str]:
    """Make the database ready in a process of its own."""
    environ = {**os.environ, "NUMBERLINE_DATABASE_URL": url, "NUMBERLINE_DATA_DIR": str(data_dir)}
    environ["PYTHONPATH"] = str(ROOT / "src")
    return subprocess.Popen(
        [sys.executable, "-c", *(words or (PREPARE,))],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite://").split("?", maxsplit=1)[0])


def refuse(url: str) -> str:
    """The sentence with which this database is refused."""
    with databases.pointed_at(url), pytest.raises(StartError) as refused:
        database.prepare()
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_the_first_use_makes_the_database_and_says_so_once(unprepared: str) -> None:
    said: list[str] = []
    database.prepare(said.append)
    database.prepare(said.append)
    assert len(said) == 1
    assert said[0].startswith("Creating the database ")
    assert "tenants_tenant" in connection.introspection.table_names()
    assert promises.kept(connection)


def test_two_first_uses_at_once_both_find_the_database_ready(empty_database: str, data_dir: Path) -> None:
    both = [prepare_elsewhere(empty_database, data_dir) for _ in range(2)]
    answers = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    assert sum("Creating" in out for out, _ in answers) == 1


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('inventory', '9999_later', CURRENT_TIMESTAMP)"
        )
    before = connection.introspection.table_names()
    sentence = refuse(database)
    assert "of a newer version of Numberline (it has inventory.9999_later): use that version" in sentence
    assert connection.introspection.table_names() == before


def test_migrations_of_other_programs_in_the_same_database_do_not_matter(database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('phonebook', '0007_x', CURRENT_TIMESTAMP)"
        )
    said: list[str] = []
    import numberline.database

    numberline.database.prepare(said.append)
    assert said == []


def test_an_upgrade_from_the_oldest_schema_has_every_trigger_again(unprepared: str) -> None:
    oldest: dict[str, str] = {}
    for label, name in sorted(MigrationLoader(connection).disk_migrations):
        oldest.setdefault(label, name)
    for label, name in oldest.items():
        call_command("migrate", label, name, verbosity=0, interactive=False)
    database.prepare()
    assert promises.kept(connection)
    assert the_trigger_of_moves_stands()


@pytest.mark.sqlite
def test_a_table_whose_key_is_all_of_it_is_kept_once(database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA table_list")
        without_rowid = {row[1] for row in cursor.fetchall() if row[4]}
    assert "directory_term" in without_rowid
    assert "audit_entry" not in without_rowid, "what is beside the key stands apart, and indexes lead to it"


@pytest.mark.sqlite
def test_a_migration_that_rebuilds_a_table_keeps_the_promises(unprepared: str) -> None:
    from numberline.inventory.models import Number, Range

    database.prepare()
    promises.lift(connection)
    with connection.schema_editor() as editor:
        for model in (Range, Number):
            editor._remake_table(model)  # type: ignore[attr-defined]
    promises.keep(connection)
    assert promises.kept(connection)
    assert the_trigger_of_moves_stands()


def test_numbers_that_changed_while_the_triggers_were_lifted_are_counted(unprepared: str) -> None:
    from numberline.inventory.models import Number
    from numberline.inventory.tally import tally
    from tests import factories as make

    database.prepare()
    tenant = make.tenant()
    row = make.number(tenant, make.N1)
    with connection.cursor() as cursor:
        tables = " ON inventory_number" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER number_tally_update{tables}")
    Number.objects.of(tenant.pk).filter(pk=row.pk).update(state="blocked")
    promises.keep(connection)
    assert tally(tenant.pk, "state") == {("blocked",): 1}


def test_triggers_that_a_killed_upgrade_left_out_are_made_at_the_next_start(unprepared: str) -> None:
    database.prepare()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            promises.lift(connection)
        else:
            cursor.execute("DROP TRIGGER number_moves ON inventory_number")
            cursor.execute("COMMENT ON TABLE django_migrations IS NULL")
    assert not promises.kept(connection)
    said: list[str] = []
    database.prepare(said.append)
    assert promises.kept(connection)
    assert said == []
    assert the_trigger_of_moves_stands()


def the_trigger_of_moves_stands() -> bool:
    """Whether the database holds the trigger that refuses illegal moves of numbers (tested with its rows elsewhere)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM inventory_number")
        assert cursor.fetchone() == (0,)
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = 'number_moves'"
            )
        else:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'number_moves'")
        return bool(cursor.fetchone() == (1,))


@pytest.mark.sqlite
def test_the_database_file_is_durable_and_keeps_foreign_keys(unprepared: str) -> None:
    url = unprepared.replace("synchronous=off", "synchronous=full")
    with databases.pointed_at(url):
        database.prepare()
        with connection.cursor() as cursor:
            found = {}
            for pragma in ("journal_mode", "synchronous", "foreign_keys"):
                cursor.execute(f"PRAGMA {pragma}")
                found[pragma] = cursor.fetchone()[0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.sqlite
def test_a_locked_database_file_is_refused_after_the_timeout(unprepared: str) -> None:
    holder = sqlite3.connect(file_of(unprepared), isolation_level=None)
    holder.execute("CREATE TABLE x (y)")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert "is locked by another program: end that program" in refuse(f"{unprepared}&timeout=0.1")
    finally:
        holder.close()


@pytest.mark.sqlite
@pytest.mark.skipif(sys.platform != "linux", reason="uses Linux capabilities when run as root")
@pytest.mark.parametrize(("what", "mode"), [("file", 0o444), ("folder", 0o555)])
def test_a_read_only_database_is_refused(unprepared: str, data_dir: Path, what: str, mode: int) -> None:
    database.prepare()
    connections["default"].close()
    target = file_of(unprepared) if what == "file" else file_of(unprepared).parent
    target.chmod(mode)
    try:
        process = prepare_elsewhere(unprepared, data_dir.parent, AS_AN_ORDINARY_USER, PREPARE)
        _, error = process.communicate(timeout=60)
    finally:
        target.chmod(0o755)
    assert process.returncode == 1
    assert (
        "is read-only: make it writable" if what == "file" else "is not writable: SQLite needs to write"
    ) in error
    assert len(error.splitlines()) == 1


@pytest.mark.sqlite
def test_what_is_not_a_database_file_is_refused(unprepared: str) -> None:
    file_of(unprepared).write_bytes(b"This is a letter to my bank about something else. " * 100)
    assert "is not a SQLite database: name another file" in refuse(unprepared)


@pytest.mark.sqlite
def test_a_folder_that_is_missing_or_stands_in_for_the_file_is_refused(
    unprepared: str, tmp_path: Path
) -> None:
    assert "is not there: make it, or change NUMBERLINE_DATABASE_URL" in refuse(
        f"sqlite:///{tmp_path}/no/where.db"
    )
    assert "is a folder: name a file in NUMBERLINE_DATABASE_URL" in refuse(f"sqlite:///{tmp_path}")


@pytest.mark.postgresql
def test_a_server_that_cannot_be_used_is_refused_with_the_reason(unprepared: str) -> None:
    password = psycopg.conninfo.conninfo_to_dict(unprepared)["password"]
    wrong = unprepared.replace(str(password), "wrong")
    assert "refuses the user or password: correct them in NUMBERLINE_DATABASE_URL" in refuse(wrong)
    assert str(password) not in refuse(wrong)
    assert "does not exist as named: create the database and user" in refuse(f"{unprepared}_other")
    unreachable = "postgresql://ann:secret@127.0.0.1:1/numberline"
    sentence = refuse(unreachable)
    assert sentence.startswith(
        "The PostgreSQL database numberline at 127.0.0.1:1 can't be reached: start PostgreSQL"
    )
    assert "secret" not in sentence


def test_an_error_nobody_foresaw_is_told_with_its_text(database: str) -> None:
    from numberline.database import explain

    sentence = explain(DatabaseError("the moon\nis full"), connections["default"])
    assert sentence.endswith(" can't be used: the moon is full.")
