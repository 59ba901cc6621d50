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
        environment = [f"{name}={value}" for name, value in os.environ.items()]
        texts = [os.getcwd(), str(len(words)), *words, *environment]
        asked = "\0".join(texts).encode(errors="surrogateescape")
        socket.send_fds(server, [len(asked).to_bytes(4, "big")], [0, 1, 2])
        server.sendall(asked)
        pid = int.from_bytes(server.recv(4, socket.MSG_WAITALL), "big")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: os.kill(pid, number))
        code = int.from_bytes(server.recv(4, socket.MSG_WAITALL), "big", signed=True)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL) if -code != signal.SIGKILL else None
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()
