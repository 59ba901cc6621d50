"""Databases for tests: one migrated template a run, and a copy of it for each test that asks.

Copies, because audit entries can be neither deleted nor truncated, and because tests of crashes and of two
processes need real commits. Which database: NUMBERLINE_TEST_DATABASE, `sqlite` (default) or `postgresql`.
"""

import atexit
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
from django.db import connection, connections
from psycopg import sql

from numberline import database, database_url

TEMPLATE = "numberline_template"


def kind() -> str:
    """The database of this run."""
    chosen = os.environ.get("NUMBERLINE_TEST_DATABASE", "sqlite")
    if chosen not in ("sqlite", "postgresql"):
        raise ValueError(f"NUMBERLINE_TEST_DATABASE is {chosen!r}: use sqlite or postgresql.")
    return chosen


def url_of(name: str, folder: Path) -> str:
    """The address of a database of a test. No fsync on SQLite: tests kill processes, not machines."""
    if kind() == "sqlite":
        return f"sqlite:///{folder / name}.sqlite3?synchronous=off"
    return os.environ["NUMBERLINE_TEST_SERVER"] + name


def migrated_template(session_folder: Path) -> str:
    """The URL of the template, made by whichever worker comes first."""
    url = url_of(TEMPLATE, session_folder)
    ready = session_folder / "template-is-ready"
    with (session_folder / "template-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            if kind() == "postgresql":
                _on_server("CREATE DATABASE {}", TEMPLATE)
            with pointed_at(url):
                database.prepare()
                if kind() == "sqlite":
                    with connection.cursor() as cursor:
                        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            ready.touch()
    return url


@contextmanager
def copy_of(template: str, folder: Path) -> Iterator[str]:
    """A copy of the template for one test; gives its URL."""
    name = f"numberline_{uuid4().hex[:12]}"
    url = url_of(name, folder)
    if kind() == "sqlite":
        shutil.copyfile(_file(template), _file(url))
        yield url
        return
    # From 15 on PostgreSQL writes a copy into its log too unless told not to, which takes three times as long.
    strategy = " STRATEGY FILE_COPY" if _server().info.server_version >= 150000 else ""
    _on_server("CREATE DATABASE {} TEMPLATE {}" + strategy, name, TEMPLATE)
    try:
        yield url
    finally:
        _on_server("DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def empty(folder: Path) -> Iterator[str]:
    """A database as a new user has it: no file yet, or nothing in it; gives its URL."""
    name = f"numberline_{uuid4().hex[:12]}"
    if kind() == "sqlite":
        yield url_of(name, folder)
        return
    _on_server("CREATE DATABASE {}", name)
    try:
        yield url_of(name, folder)
    finally:
        _on_server("DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """Django's connection, in every thread, leads to this database until the end."""
    settings = connections.settings["default"]
    before = {key: settings[key] for key in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    connection.close()
    settings.update(database_url.databases(url, Path()))
    try:
        yield
    finally:
        connection.close()
        settings.update(before)


def _file(url: str) -> str:
    return str(database_url.databases(url, Path())["NAME"])


@cache
def _server() -> psycopg.Connection:
    """This process's connection for making and dropping databases."""
    server = psycopg.connect(os.environ["NUMBERLINE_TEST_SERVER"] + "postgres", autocommit=True)
    atexit.register(server.close)
    return server


def _on_server(statement: str, *names: str) -> None:
    _server().execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def fingerprint() -> str:
    """A digest of everything that the database holds, but for sessions and attempts to sign in."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.endswith(
                ("_session", "_attempt", "_usersession", "_sharedstate", "sqlite_sequence")
            ):
                cursor.execute(f'SELECT * FROM "{table}"')
                found.update(repr((table, sorted(map(repr, cursor.fetchall())))).encode())
    return found.hexdigest()
