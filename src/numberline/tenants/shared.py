"""What all processes know together of Microsoft's bearing: rates, holds and circuits (numberline.graph.store).

On PostgreSQL a row a key, changed by compare-and-set on a connection beside Django's, so that no transaction of a
caller touches it and no process that dies leaves anything locked. On SQLite, which has one writer, a small file a key
beside the database, under an flock. Losing all of it costs nothing but learning anew.
"""

import atexit
import fcntl
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import structlog
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error as DatabaseError
from django.db.utils import load_backend

from numberline import clock
from numberline.graph.store import Change, MemoryStore, Store

LEASE = 0.5
"""Seconds of slots that a process takes at once where taking them costs statements. Who dies with them loses as much."""
FILE_LEASE = 0.25
"""The same on files: writing one may wait for what the disk is made to keep."""
OFFSET_HOLDS = 60.0
"""So often the clock of the database is compared with ours."""
CONFLICTS = 100

READ = "SELECT state, version FROM tenants_sharedstate WHERE key = %s"
WRITE = (
    "INSERT INTO tenants_sharedstate AS kept (key, state, version) VALUES (%s, %s, 1) ON CONFLICT (key) DO UPDATE "
    "SET state = excluded.state, version = kept.version + 1 WHERE kept.version = %s"
)

T = TypeVar("T")
log = structlog.get_logger("numberline.tenants")
_stores: "dict[str, FileStore | DatabaseStore]" = {}
_lock = threading.Lock()


def store() -> Store:
    """The store that all processes on this database share."""
    database = connection.settings_dict
    place = f"{database.get('HOST', '')}:{database.get('PORT', '')}/{database['NAME']}"
    with _lock:
        kept = _stores.get(place)
        if kept is None:
            for other in _stores.values():  # this process was led to another database
                other.close()
            _stores.clear()
            kept = (
                FileStore(Path(str(database["NAME"]))) if connection.vendor == "sqlite" else DatabaseStore()
            )
            _stores[place] = kept
        return kept


@atexit.register
def close() -> None:
    """Close what the store keeps open; it is made anew when it is needed."""
    with _lock:
        for kept in _stores.values():
            kept.close()


class FileStore:
    """A file a key beside the SQLite file; the clock is this machine's."""

    lease = FILE_LEASE

    def __init__(self, database: Path) -> None:
        self._database = database

    def time(self) -> float:
        """Seconds of this machine's time of day."""
        return clock.now().timestamp()

    def read(self, key: str) -> bytes | None:
        """The state as it stands."""
        try:
            file = os.open(self._path(key), os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_SH)
            return _content(file)
        finally:
            os.close(file)

    def change(self, key: str, do: Change) -> None:
        """Change a state under the file's lock, which ends with the process that holds it."""
        file = os.open(self._path(key), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            state = do(_content(file), self.time())
            if state is not None:
                os.pwrite(file, len(state).to_bytes(4) + state, 0)
        finally:
            os.close(file)

    def close(self) -> None:
        """Nothing is kept open."""

    def _path(self, key: str) -> Path:
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        return self._database.with_name(f"{self._database.name}.rates-{digest}")


def _content(file: int) -> bytes | None:
    """The state: its length stands before it, so that what is left of a longer one does not matter."""
    held = os.pread(file, 4, 0)
    return os.pread(file, int.from_bytes(held), 4) if len(held) == 4 else None


class DatabaseStore:
    """A row a key; the clock is the server's. While the database is away this process goes by its own memory: an answer
    of Microsoft's is never lost because its rate could not be noted."""

    lease = LEASE

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._own: BaseDatabaseWrapper | None = None
        self._offset = 0.0
        self._compared: float | None = None
        self._memory = MemoryStore(self.time)
        self._away = False

    def time(self) -> float:
        """Seconds of the server's time of day."""
        with self._lock:
            if self._compared is None or clock.monotonic() - self._compared >= OFFSET_HOLDS:
                self._compared = clock.monotonic()
                self._offset = self._asked(self._difference, lambda: self._offset)
            return clock.now().timestamp() + self._offset

    def read(self, key: str) -> bytes | None:
        """The state as it stands."""
        return self._asked(lambda own: self._row(own, key)[0], lambda: self._memory.read(key))

    def change(self, key: str, do: Change) -> None:
        """Change a state: read it, and write it if nobody has written it meanwhile; else again."""
        self._asked(lambda own: self._compare_and_set(own, key, do), lambda: self._memory.change(key, do))

    def close(self) -> None:
        """Close the connection; it is made anew when it is needed."""
        with self._lock:
            self._drop()

    def _asked(self, ask: Callable[[BaseDatabaseWrapper], T], alone: Callable[[], T]) -> T:
        """What the database says; a connection that broke is made anew once."""
        with self._lock:
            for _ in range(2):
                try:
                    answer = ask(self._connection())
                except DatabaseError as error:
                    self._drop()
                    told = str(error)
                    continue
                self._away = False
                return answer
            if not self._away:
                log.warning("rates are not shared while the database does not answer", error=told)
            self._away = True
            return alone()

    def _compare_and_set(self, own: BaseDatabaseWrapper, key: str, do: Change) -> None:
        for _ in range(CONFLICTS):
            found, version = self._row(own, key)
            state = do(found, self.time())
            if state is None:
                return
            with own.cursor() as cursor:
                cursor.execute(WRITE, [key, state, version])
                if cursor.rowcount == 1:
                    return
        raise DatabaseError(f"{key} was changed by others again and again")

    def _row(self, own: BaseDatabaseWrapper, key: str) -> tuple[bytes | None, int]:
        with own.cursor() as cursor:
            cursor.execute(READ, [key])
            row = cursor.fetchone()
        return (None, 0) if row is None else (bytes(row[0]), row[1])

    def _difference(self, own: BaseDatabaseWrapper) -> float:
        """By how much the server's clock is ahead of ours; half of the way there and back is the answer's."""
        before = clock.now().timestamp()
        with own.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            told = float(cursor.fetchone()[0])
        return told - (before + clock.now().timestamp()) / 2

    def _connection(self) -> BaseDatabaseWrapper:
        """A connection of its own, that any thread may use under the lock. A power cut may cost the last second."""
        if self._own is None:
            database = dict(connection.settings_dict)
            own: BaseDatabaseWrapper = load_backend(str(database["ENGINE"])).DatabaseWrapper(
                database, "rates"
            )
            own.inc_thread_sharing()
            with own.cursor() as cursor:
                cursor.execute("SET synchronous_commit TO off")
            self._own = own
        return self._own

    def _drop(self) -> None:
        own, self._own = self._own, None
        if own is not None:
            own.close()
