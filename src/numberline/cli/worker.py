"""`numberline worker`: the background loop alone."""

import signal
from types import FrameType
from typing import Annotated

import typer

from numberline.cli.start import note, ready


def worker(
    at_once: Annotated[
        int, typer.Option(metavar="N", min=1, max=64, help="How many tenants to work on at the same time.")
    ] = 4,
) -> None:
    """Run automation for every tenant until it is told to end (Ctrl-C or SIGTERM).

    Each tenant is polled by its own schedule, with a full round every day. Errors are logged to stderr and tried
    again later. Ending waits for the present step; a second signal ends at once, and the next run goes on from there.
    """
    ready()
    from numberline.jobs.loop import Loop

    loop = Loop(at_once=at_once)

    def end(number: int, _frame: FrameType | None) -> None:
        loop.stop()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    note("Watching; Ctrl-C ends it.")
    loop.run()
    note("Ended.")
