"""Runs a command as a shell does with job control: in a process group of its own that owns the terminal.

Ctrl-C then reaches the command alone and not `make`, which would report an interrupt although the command ended
as it should. Signals sent to this process are handed on; Ctrl-Z stops the command and us, and both go on again.
"""

import os
import signal
import subprocess
import sys
from types import FrameType

HANDED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def terminal() -> int | None:
    """The controlling terminal, if we are in its foreground."""
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
        return descriptor if os.tcgetpgrp(descriptor) == os.getpgrp() else None
    except OSError:
        return None


def give(descriptor: int | None, group: int) -> None:
    """Make a process group the terminal's foreground."""
    if descriptor is not None:
        os.tcsetpgrp(descriptor, group)


def run(command: list[str]) -> int:
    """Run the command to its end and return its exit code (128 and the signal's number when one ended it)."""
    tty = terminal()
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    process = subprocess.Popen(command, process_group=0, preexec_fn=_ready)
    give(tty, process.pid)

    def hand_on(number: int, _frame: FrameType | None) -> None:
        os.killpg(process.pid, number)

    for number in HANDED_ON:
        signal.signal(number, hand_on)
    try:
        while True:
            _, status = os.waitpid(process.pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            give(tty, os.getpgrp())
            os.killpg(os.getpgrp(), signal.SIGSTOP)
            give(tty, process.pid)
            os.killpg(process.pid, signal.SIGCONT)
    finally:
        give(tty, os.getpgrp())


def _ready() -> None:
    """In the child: the terminal's signals mean again what they mean to any program."""
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
