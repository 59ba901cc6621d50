"""How tests start programs of the product without waiting for their imports: from a process that has made them.

There is one such process for each process that runs tests, started when it is first asked for.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from numberline.simulator import process
from tests.support import session
from tests.support import warm as asking

SHIM = Path(asking.__file__)
_servers: dict[Path, subprocess.Popen[bytes]] = {}


def warm(program: str) -> list[str]:
    """The line that starts `module:function` of the product or the tests; arguments go behind it."""
    return [*_shim(), program]


def run(
    line: list[str], *, text: str, folder: Path, environment: dict[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run a line to its end with this text as its input; a warm one is asked for from here, which is sooner.

    After `timeout` seconds it is killed: subprocess.TimeoutExpired.
    """
    shim = _shim()
    if line[: len(shim)] == shim:
        return _run_warm(line, line[len(shim) :], text, folder, environment, timeout)
    return subprocess.run(
        line,
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=timeout,
        cwd=folder,
        env=environment,
    )


def _run_warm(
    line: list[str], words: list[str], text: str, folder: Path, environment: dict[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    with ExitStack() as closing:
        given, out, err = streams = [closing.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        given.write(text.encode())
        given.seek(0)
        server = closing.enter_context(socket.socket(socket.AF_UNIX))
        server.connect(str(_socket()))
        asking.ask(server, words, str(folder), environment, [stream.fileno() for stream in streams])
        server.settimeout(timeout)
        try:
            code = asking.end(server)
        except TimeoutError:  # closing the connection has the server kill the program
            raise subprocess.TimeoutExpired(line, timeout) from None
        return subprocess.CompletedProcess(line, code, _all_of(out), _all_of(err))


def _all_of(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode().replace("\r\n", "\n").replace("\r", "\n")  # as pipes of text give it


@contextmanager
def simulator(**options: Any) -> Iterator[process.SimulatorProcess]:
    """A simulator as `numberline.simulator.process.start` gives it, started warm."""
    with process.start(program=warm("numberline.simulator.main:main"), **options) as running:
        yield running


def stop() -> None:
    """End the server of this process, if it has one."""
    while _servers:
        _, server = _servers.popitem()
        server.communicate()


def _shim() -> list[str]:
    return [sys.executable, "-I", "-S", str(SHIM), str(_socket())]


def _socket() -> Path:
    """Where the server of this process listens; it is started if need be."""
    where = session.folder() / f"warm-{os.getpid()}"
    if where not in _servers:
        path = [str(session.ROOT / "src"), str(session.ROOT), os.environ.get("PYTHONPATH", "")]
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.support.warm_server", where],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=session.ROOT,
            env=os.environ
            | session.settings()
            | {"PYTHONPATH": os.pathsep.join(path), "PYTHONUNBUFFERED": "1"},
        )
        assert server.stdout is not None
        if server.stdout.readline() != b"ready\n":
            raise RuntimeError("The server that starts programs warm did not start: see what it says above.")
        _servers[where] = server
    return where
