"""Makes the database ready at the start of every command, or says in one sentence why it can't be used."""

import fcntl
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DEFAULT_DB_ALIAS
from django.db.utils import Error as DjangoDatabaseError

from numberline import clock
from numberline.environment import StartError, make_data_dir

MIGRATION_LOCK = 0x6E756D62
PATIENCE_SECONDS = 60.0
_fits: set[str] = set()
"""Databases that were seen to be of this version, which they stay while this process lives."""


class DatabaseError(StartError):
    """The database can't be used. The message is one sentence that says what to do."""


def _silent(_text: str) -> None:
    return None


def prepare(report: Callable[[str], None] = _silent) -> None:
    """Set Django up and bring the database to this release: create it on first use, upgrade it later.

    `report` gets one line when there is something to tell. Raises `StartError` (a bad setting, or a
    database that can't be used) and nothing else; after that nothing was changed.
    """
    connection = _setup()
    try:
        if connection.vendor == "sqlite":
            _check_file(Path(connection.settings_dict["NAME"]))
        _bring_up_to_date(connection, report)
    except DjangoDatabaseError as error:
        raise DatabaseError(explain(error, connection)) from error


def _setup() -> BaseDatabaseWrapper:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "numberline.settings")
    import django
    from django.conf import settings
    from django.db import connections

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise DatabaseError(f"The settings can't be used: {error}") from error
    make_data_dir(settings.DATA_DIR)
    _collect_seldom()
    return connections[DEFAULT_DB_ALIAS]


def _collect_seldom() -> None:
    """Python looks for rubbish that refers to itself after every 700 new objects; a page of people makes thousands that
    do not, and a sixth of a sync's time went into looking. What is loaded by now stays, and is not gone through at all."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _check_file(file: Path) -> None:
    """A file that may be read but not written would fail only at the first change: say so at once."""
    if not file.parent.is_dir():
        raise DatabaseError(
            f"The folder of the database {file} is not there: make it, or change NUMBERLINE_DATABASE_URL."
        )
    if file.is_dir():
        raise DatabaseError(f"The database {file} is a folder: name a file in NUMBERLINE_DATABASE_URL.")
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise DatabaseError(
            f"The folder of the database {file} is not writable: SQLite needs to write there, make it so."
        )
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        raise DatabaseError(
            f"The database {file} is read-only: make it writable for the user who runs Numberline."
        )


def _bring_up_to_date(connection: BaseDatabaseWrapper, report: Callable[[str], None]) -> None:
    from numberline import promises

    if not _pending(connection) and promises.kept(connection):
        return
    with _migration_lock(connection):
        pending = _pending(connection)
        if pending:
            _migrate(connection, pending, report)
        elif not promises.kept(connection):
            promises.keep(connection)


def schema() -> str:
    """`ok`, or in a few words why the tables are not those of this version."""
    from django.db import connection

    if connection.alias in _fits:
        return "ok"
    try:
        pending = _pending(connection)
    except DatabaseError:
        return "of a newer version"
    if pending:
        return f"{pending} {'step is' if pending == 1 else 'steps are'} missing: restart to upgrade it"
    _fits.add(connection.alias)
    return "ok"


def _pending(connection: BaseDatabaseWrapper) -> int:
    """How many migrations are to be applied. A database of a newer release is refused."""
    executor = MigrationExecutor(connection)
    disk = executor.loader.disk_migrations
    labels = {label for label, _name in disk}
    unknown = sorted(
        key for key in executor.loader.applied_migrations if key[0] in labels and key not in disk
    )
    if unknown:
        raise DatabaseError(
            f"The database is of a newer version of Numberline (it has {'.'.join(unknown[0])}): "
            "use that version or a newer one."
        )
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrate(connection: BaseDatabaseWrapper, pending: int, report: Callable[[str], None]) -> None:
    from django.core.management import call_command

    new = not connection.introspection.table_names()
    steps = "1 step" if pending == 1 else f"{pending} steps"
    report(f"Creating the database {place(connection)}." if new else f"Upgrading the database: {steps}.")
    call_command("migrate", database=connection.alias, interactive=False, verbosity=0)


@contextmanager
def _migration_lock(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """One process migrates at a time; the others wait and then find nothing to do."""
    if connection.vendor == "sqlite":
        with _file_lock(Path(f"{connection.settings_dict['NAME']}.lock")):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


@contextmanager
def _file_lock(file: Path) -> Iterator[None]:
    """A lock beside the database file, never on it: SQLite's own locks would go with ours."""
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseError(
            f"The lock {file} can't be opened ({error.strerror}): make it writable."
        ) from error
    try:
        deadline = clock.monotonic() + PATIENCE_SECONDS
        while not _locked(descriptor):
            if clock.monotonic() > deadline:
                raise DatabaseError(
                    f"Another process has been upgrading the database for {PATIENCE_SECONDS:.0f} s: "
                    f"wait for it, or end it, and try again (its lock is {file})."
                )
            clock.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def place(connection: BaseDatabaseWrapper) -> str:
    """Where the database is, without user or password: a file, or host, port and name."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(settings["NAME"])
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"{settings['NAME']} at {settings['HOST'] or 'the local socket'}{port}"


Causes = tuple[tuple[str, str], ...]

SQLITE_CAUSES: Causes = (
    (
        "readonly database",
        "is read-only: make the file and its folder writable for the user who runs Numberline.",
    ),
    (
        "database is locked",
        "is locked by another program: end that program, or wait until it is done, and try again.",
    ),
    ("unable to open", "can't be opened: look whether its folder exists and may be written to."),
    ("not a database", "is not a SQLite database: name another file in NUMBERLINE_DATABASE_URL."),
    ("malformed", "is damaged: restore it from a backup."),
    ("disk is full", "can't grow because the disk is full: make room and try again."),
    ("disk I/O error", "can't be read or written (disk I/O error): look after the disk, then try again."),
)
POSTGRESQL_CAUSES: Causes = (
    (
        "password authentication failed",
        "refuses the user or password: correct them in NUMBERLINE_DATABASE_URL.",
    ),
    ("no password supplied", "asks for a password: give user:password@ in NUMBERLINE_DATABASE_URL."),
    ("no pg_hba.conf entry", "does not admit this machine or user: allow it in the server's pg_hba.conf."),
    (
        "does not exist",
        "does not exist as named: create the database and user, or correct NUMBERLINE_DATABASE_URL.",
    ),
    ("permission denied", "does not let this user make tables: make the user the owner of the database."),
    ("read-only transaction", "is read-only: name the primary server in NUMBERLINE_DATABASE_URL."),
    ("too many", "has no connection left: end other programs or raise max_connections, and try again."),
    (
        "certificate",
        "offers a certificate that is not trusted: name its authority with sslrootcert in NUMBERLINE_DATABASE_URL.",
    ),
    ("SSL", "does not agree on TLS: look at sslmode in NUMBERLINE_DATABASE_URL."),
    ("failed to resolve", "is on a host whose name is not known: correct NUMBERLINE_DATABASE_URL."),
    ("Name or service not known", "is on a host whose name is not known: correct NUMBERLINE_DATABASE_URL."),
    ("connection", "can't be reached: start PostgreSQL there, or correct NUMBERLINE_DATABASE_URL."),
    ("timeout", "does not answer: start PostgreSQL there, or correct NUMBERLINE_DATABASE_URL."),
)


def explain(error: Exception, connection: BaseDatabaseWrapper) -> str:
    """One sentence for an error of the database itself: what is wrong with it and what to do."""
    text = " ".join(str(error).split())
    sqlite = connection.vendor == "sqlite"
    kind, causes = ("database", SQLITE_CAUSES) if sqlite else ("PostgreSQL database", POSTGRESQL_CAUSES)
    for sign, meaning in causes:
        if sign.casefold() in text.casefold():
            return f"The {kind} {place(connection)} {meaning}"
    return f"The {kind} {place(connection)} can't be used: {text.rstrip('.')}."
