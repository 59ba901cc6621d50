"""How tests start programs of the product without waiting for their imports: from a process that has made them.

There is one such process for each process that runs tests, started when it is first asked for.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numberline.simulator import process
from tests.support import session

SHIM = Path(__file__).with_name("warm.py")
_servers: dict[Path, subprocess.Popen[bytes]] = {}


def warm(program: str) -> list[str]:
    """The line that starts `module:function` of the product or the tests; arguments go behind it."""
    return [sys.executable, "-I", "-S", str(SHIM), str(_socket()), program]


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
