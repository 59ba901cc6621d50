"""Asks the warm server of this run to become a program, and is that program to whoever started it.

`python -I -S warm.py SOCKET MODULE:FUNCTION ARGUMENTS...` has the arguments, environment, folder, standard streams and
exit code of the program. It imports nothing but what it needs to ask: starting it takes hundredths of a second.
"""

import os
import signal
import socket
import sys

MOST = 1 << 20
"""More bytes than the arguments and the environment of a program have."""


def main() -> None:
    """Ask, hand signals on, and end as the program ends. When this process is killed, so is the program."""
    where, *words = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(where)
        pid = ask(server, words, os.getcwd(), dict(os.environ), [0, 1, 2])
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: os.kill(pid, number))
        code = end(server)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL) if -code != signal.SIGKILL else None
        os.kill(os.getpid(), -code)
    os._exit(code)


def ask(
    server: socket.socket,
    words: list[str],
    folder: str,
    environment: dict[str, str],
    streams: list[int],
) -> int:
    """Have a program started: these words, in this folder, with these streams; gives its process id."""
    texts = [folder, str(len(words)), *words, *(f"{name}={value}" for name, value in environment.items())]
    asked = "\0".join(texts).encode(errors="surrogateescape")
    socket.send_fds(server, [len(asked).to_bytes(4, "big")], streams)
    server.sendall(asked)
    return int.from_bytes(server.recv(4, socket.MSG_WAITALL), "big")


def end(server: socket.socket) -> int:
    """Wait for the end of the program that was asked for: its exit code, or the signal below zero."""
    return int.from_bytes(server.recv(4, socket.MSG_WAITALL), "big", signed=True)


if __name__ == "__main__":
    main()
