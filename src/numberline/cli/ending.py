"""Ctrl-C and SIGTERM while a command works: what Microsoft was asked for is finished first; a second one ends at once."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SHOW_CURSOR = b"\x1b[?25h"
FINISHING = b"\r\nFinishing what was sent to Microsoft, ten seconds at most; Ctrl-C again ends at once.\r\n"


class ToldToEnd(BaseException):
    """A signal ended the command. The text is the sentence for who reads stderr."""

    def __init__(self, number: int, go_on: str = "run the command again to go on") -> None:
        how = "by Ctrl-C" if number == signal.SIGINT else "by a signal"
        super().__init__(f"stopped {how}: {go_on}")
        self.code = 128 + number


class Ending:
    """What the signals of a command lead to. `stop` is for the run; `number` is the signal that came, if one did."""

    def __init__(self) -> None:
        from numberline.assignments.stopsign import StopSign

        self.stop: StopSign = StopSign()
        self.number: int | None = None

    def told(self, number: int, _frame: FrameType | None) -> None:
        """A signal came: interrupt reading as usual; end assigning in its own time, and leave the next one deadly."""
        if not self.stop.assigning:
            raise ToldToEnd(number)
        self.number = number
        self.stop.ask()
        deadly()
        tell(FINISHING)

    def check(self, go_on: str) -> None:
        """Raise ToldToEnd if the run was ended by a signal."""
        if self.number is not None:
            raise ToldToEnd(self.number, go_on)


@contextmanager
def ending() -> Iterator[Ending]:
    """Listen to the signals while a run is at work."""
    made = Ending()
    before = {number: signal.signal(number, made.told) for number in SIGNALS}
    try:
        yield made
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def deadly() -> None:
    """From now on a signal ends the process at once."""

    def end(number: int, _frame: FrameType | None) -> None:
        tell(SHOW_CURSOR)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in SIGNALS:
        signal.signal(number, end)


def tell(text: bytes) -> None:
    """Something for whoever sits at the terminal, past Python's buffers: a signal may come in the midst of writing."""
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), text)
