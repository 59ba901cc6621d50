"""Runs a command as a shell does with job control: in a process group of its own that owns the terminal.

Ctrl-C then reaches the command alone and not `make`, which would report an interrupt although the command ended
as it should. Signals sent to this process are handed on; Ctrl-Z stops the command and us, and both go on again.

An interrupt that only `make` hears is handed on too: `make` would wait for us without a word to anybody. It is known by
what `make` does first, which is to catch interrupts no more. A command that Ctrl-C ended has ended as its user wanted:
that is no error for `make` to report.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
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
    """Run the command to its end and return its exit code (128 and the signal's number when one ended it; 0 for Ctrl-C)."""
    tty = terminal()
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    parent = os.getppid()
    # Asked before the command is there: whoever interrupts as soon as it runs is heard.
    listened = _catches_interrupts(parent)
    signal.pthread_sigmask(signal.SIG_BLOCK, HANDED_ON)
    process = subprocess.Popen(command, process_group=0, preexec_fn=_ready)

    def hand_on(number: int, _frame: FrameType | None) -> None:
        os.killpg(process.pid, number)

    for number in HANDED_ON:
        signal.signal(number, hand_on)
    if listened:
        threading.Thread(target=_watch, args=(parent, process.pid), daemon=True).start()
    give(tty, process.pid)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDED_ON)
    try:
        while True:
            _, status = os.waitpid(process.pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                code = os.waitstatus_to_exitcode(status)
                code = code if code >= 0 else 128 - code
                return 0 if code == 128 + signal.SIGINT else code
            give(tty, os.getpgrp())
            os.killpg(os.getpgrp(), signal.SIGSTOP)
            give(tty, process.pid)
            os.killpg(process.pid, signal.SIGCONT)
    finally:
        give(tty, os.getpgrp())


def _catches_interrupts(process: int) -> bool:
    """Whether a process has a handler of its own for Ctrl-C, as far as this system tells."""
    try:
        told = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    masks = (line.split()[1] for line in told.splitlines() if line.startswith("SigCgt:"))
    return bool(int(next(masks, "0"), 16) >> (signal.SIGINT - 1) & 1)


def _watch(parent: int, group: int) -> None:
    """Hand an interrupt on that only our parent heard, who caught interrupts until then."""
    while os.getppid() == parent:
        if not _catches_interrupts(parent):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGINT)
            return
        time.sleep(0.2)


def _ready() -> None:
    """In the child: the terminal's signals mean again what they mean to any program."""
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDED_ON)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
