"""The background loop as a process beside the portal: started, watched, started again, told to end.

It is a process and not a thread: a pass over a large tenant computes for seconds, during which the threads of one Python
process would keep pages waiting; and what ends the loop for good (memory, a library that crashes) leaves the portal as
it is. It ends with the portal, however that ends: its standard input is a pipe that closes then.
"""

import os
import signal
import subprocess
import sys

import structlog

from numberline import clock

PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before it is started again: twice as long each time that it did not live for `STEADY` seconds."""
STEADY = 120.0
PATIENCE = 20.0
"""Seconds that it has to end in; it needs ten for what it has sent to Microsoft."""

log = structlog.get_logger("numberline.serve")


class Beside:
    """`numberline worker` in a process of its own. `command` is the line that starts it."""

    def __init__(self, command: tuple[str, ...] = (sys.executable, "-m", "numberline")) -> None:
        self._command = [*command, "worker", "--with-parent"]
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._due = 0.0
        self._pause = PAUSE
        self._ending = False

    def watch(self) -> None:
        """Start it when it does not run, unless it has only just ended. To be called a few times a second."""
        if self._ending:
            return
        now = clock.monotonic()
        if self._process is None:
            if now >= self._due:
                self._start(now)
            return
        code = self._process.poll()
        if code is not None:
            self._ended(code, now)

    def ask_to_end(self) -> None:
        """Tell it to finish; safe in a signal handler. It is not started again."""
        self._ending = True
        if self._process is not None and self._process.returncode is None:
            os.kill(self._process.pid, signal.SIGTERM)

    def end(self) -> None:
        """Tell it to finish, unless that was done, and wait for its end; what takes too long is killed."""
        if not self._ending:
            self.ask_to_end()
        if self._process is None:
            return
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            log.warning("the worker did not end in time and is killed; the next run goes on from there")
            self._process.kill()
            self._process.wait()
        self._close()

    def _start(self, now: float) -> None:
        # A group of its own: Ctrl-C reaches the portal alone, which passes it on once.
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, process_group=0)
        self._began = now

    def _ended(self, code: int, now: float) -> None:
        self._close()
        if now - self._began >= STEADY:
            self._pause = PAUSE
        self._due = now + self._pause
        log.error(
            "the worker ended and is started again", exit_code=code, again_in_seconds=round(self._pause)
        )
        self._pause = min(LONGEST_PAUSE, self._pause * 2)

    def _close(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
