"""Where the demo lives: a fresh folder with a database of its own, and settings that point nowhere else."""

import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from numberline import environment


class Ended(Exception):
    """The demo was told to end before it had begun."""


THEIRS = ("NUMBERLINE_LOG", "NUMBERLINE_GRAPH_RATES")
"""Settings of the user that the demo keeps to. All others are of their own tenants: no alert of the demo may reach a real
receiver."""


@contextmanager
def fresh_folder(keep: bool) -> Iterator[Path]:
    """A new data folder that this process uses from now on; removed at the end unless it is to be kept."""
    folder = Path(tempfile.mkdtemp(prefix="numberline-demo-"))
    for name in {setting.name for setting in environment.SETTINGS}.difference(THEIRS):
        os.environ.pop(name, None)
    os.environ["NUMBERLINE_DATA_DIR"] = str(folder)
    # Nothing here has to live through a power cut, and the disk of a laptop is slow to promise that it would.
    os.environ["NUMBERLINE_DATABASE_URL"] = f"sqlite:///{folder / 'numberline.sqlite3'}?synchronous=off"
    os.environ.setdefault("NUMBERLINE_LOG", "error")
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def reached_at(url: str) -> None:
    """The address of the demo's portal, in which a password alone is enough."""
    os.environ["NUMBERLINE_URL"] = url
    os.environ["NUMBERLINE_MFA"] = "optional"


@contextmanager
def ending() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; a second one interrupts as usual."""
    end = threading.Event()

    def told_to_end(number: int, _frame: FrameType | None) -> None:
        end.set()
        signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, told_to_end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def free_port(wanted: int) -> int:
    """The wanted port if nobody has it, else 0: any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
    return wanted
