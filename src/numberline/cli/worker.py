"""`numberline worker`: the background loop alone."""

import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from numberline.cli.ending import SIGNALS, deadly
from numberline.cli.start import note, ready

if TYPE_CHECKING:
    from numberline.jobs.either import Automation


def worker(
    at_once: Annotated[
        int, typer.Option(metavar="N", min=1, max=64, help="How many tenants to work on at the same time.")
    ] = 4,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", hidden=True, help="End when standard input closes.")
    ] = False,
) -> None:
    """Run automation for every tenant until it is told to end (Ctrl-C or SIGTERM).

    Each tenant is polled by its own schedule, with a full round every day; what somebody asks for in the portal is
    begun within a second, in every mode. Errors are logged to stderr and tried
    again later. Being told to end, it finishes what it has sent to Microsoft, for ten seconds at most, and sends
    nothing more; the next run goes on from there. A second signal ends it at once.
    """
    ready()
    from numberline.jobs.either import automation

    loop = automation(at_once)

    def end(_number: int, _frame: FrameType | None) -> None:
        loop.stop()
        deadly()

    for number in SIGNALS:
        signal.signal(number, end)
    if with_parent:
        threading.Thread(target=_stop_when_closed, args=(loop,), daemon=True).start()
        loop.run()
        return
    note("Watching; Ctrl-C ends it.")
    loop.run()
    note("Ended.")


def _stop_when_closed(loop: "Automation") -> None:
    """Whoever started this process holds the other end of its standard input for as long as it lives."""
    while os.read(sys.stdin.fileno(), 64):
        pass
    loop.stop()
