"""Starts programs from a process that has imported them already: a fork instead of half a second of imports each time.

What it starts are processes like any others, with an environment, a folder, streams, signals and an end of their own:
they may be killed, and none leaves anything behind for the next. `python -m tests.support.warm_server SOCKET` serves
until its standard input closes; tests.support.warm asks it.
"""

import faulthandler
import gc
import importlib
import os
import pkgutil
import selectors
import signal
import socket
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

BESIDES = (
    "cryptography.hazmat.backends.openssl.backend",
    "django.db.models.sql.compiler",
    "httpcore2",
    "phonenumbers.data.region_GB",
    "rich.console",
    "rich.live",
    "rich.table",
    "tests.support.quick",
    "typer._adapters",
    "uvicorn.lifespan.off",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)
"""What is imported late, besides the product itself."""


class Asked(NamedTuple):
    """A program to start: `module:function`, what it is given, and its streams."""

    folder: str
    words: list[str]
    environment: dict[str, str]
    streams: list[int]


def warm_up() -> None:
    """Import all of the product, with Django set up, but open nothing.

    The driver of the other database stays away, as it does for a user: PostgreSQL's brings a TLS library of its own.
    """
    import django
    import django.db
    from django.db.migrations.loader import MigrationLoader

    import numberline

    django.setup()
    for module in pkgutil.walk_packages(numberline.__path__, "numberline."):
        if not module.name.endswith("__main__") and not module.name.startswith("numberline.backends."):
            importlib.import_module(module.name)
    for name in BESIDES:
        importlib.import_module(name)
    MigrationLoader(None)  # reads the migrations, as each command does to see whether the database has them
    importlib.import_module(f"{django.db.connection.settings_dict['ENGINE']}.base")
    from numberline.cli.commands import command
    from numberline.core import ruletext
    from numberline.simulator.login import signing_key

    command()
    ruletext.parse("Everyone")
    signing_key()
    gc.collect()
    gc.freeze()  # what is there stays: collecting must not write to it, and so copy it, in every program
    if threading.active_count() != 1 or django.db.connection.connection is not None:
        raise RuntimeError("Something was begun that a fork can't take along.")


def serve(where: str) -> None:
    """Start what is asked for until standard input closes."""
    waiting: dict[int, socket.socket] = {}
    ended, bell = socket.socketpair()
    for end in (ended, bell):
        end.setblocking(False)
    signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening, selectors.DefaultSelector() as selector:
        listening.bind(where)
        listening.listen(64)
        for source in (listening, ended, 0):
            selector.register(source, selectors.EVENT_READ)
        sys.stdout.write("ready\n")
        while True:
            for key, _ in selector.select():
                if key.fileobj == 0:
                    return
                elif key.fileobj is listening:
                    asker, _ = listening.accept()
                    pid = _start(_asked(asker), (listening, asker, ended, bell, *waiting.values()))
                    asker.sendall(pid.to_bytes(4, "big"))
                    waiting[pid] = asker
                    selector.register(asker, selectors.EVENT_READ, pid)
                elif key.data is not None:  # whoever asked is gone before the program ended
                    selector.unregister(key.fileobj)
                    os.kill(key.data, signal.SIGKILL)
                else:
                    ended.recv(64)
                    _tell(waiting, selector)


def _tell(waiting: dict[int, socket.socket], selector: selectors.BaseSelector) -> None:
    """Give the exit codes of the programs that have ended to those who asked for them."""
    while waiting:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        asker = waiting.pop(pid)
        if asker in selector.get_map():
            selector.unregister(asker)
            asker.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))
        asker.close()


def _asked(asker: socket.socket) -> Asked:
    size, streams, _, _ = socket.recv_fds(asker, 4, 3)
    text = asker.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL).decode(errors="surrogateescape")
    folder, count, *rest = text.split("\0")
    environment = dict(pair.split("=", 1) for pair in rest[int(count) :])
    return Asked(folder, rest[: int(count)], environment, streams)


def _start(asked: Asked, ours: tuple[socket.socket, ...]) -> int:
    pid = os.fork()
    if not pid:
        for each in ours:
            each.close()
        _become(asked)
    for stream in asked.streams:
        os.close(stream)
    return pid


def _become(asked: Asked) -> NoReturn:
    """Be the program, as if the interpreter had just started it."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(asked.streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environment)
    program, *arguments = asked.words
    module, _, function = program.partition(":")
    sys.argv = [module, *arguments]
    tempfile.tempdir = None
    faulthandler.enable()
    _forget_settings()
    code = _end_of(getattr(importlib.import_module(module), function))
    threading._shutdown()  # type: ignore[attr-defined]
    sys.stdout.flush()
    os._exit(code)


def _forget_settings() -> None:
    """Let the settings be read again, from the environment of the program, and connections be made by them."""
    from asgiref.local import Local
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    sys.modules.pop("numberline.settings")
    settings._wrapped = empty
    vars(settings).pop("_explicit_settings", None)
    for name in [name for name in vars(settings) if name.isupper()]:
        del vars(settings)[name]
    connections._settings = None  # type: ignore[assignment]
    vars(connections).pop("settings", None)
    connections._connections = Local(connections.thread_critical)  # type: ignore[attr-defined]


def _end_of(main: Callable[[], Any]) -> int:
    """The exit code of a program, as the interpreter gives it."""
    try:
        sys.exit(main())
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException:  # noqa: BLE001 - what the interpreter would print before it ends
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    warm_up()
    serve(sys.argv[1])
