"""The demo's portal, in this process, on a port of this machine alone."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


def listening(wanted: int) -> socket.socket:
    """A socket on the wanted port, or on another one if it is taken."""
    try:
        return socket.create_server(("127.0.0.1", wanted))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))


def address(of: socket.socket) -> str:
    """Where browsers find it. They offer passkeys on localhost, and not on an address in figures."""
    return f"http://localhost:{of.getsockname()[1]}"


@contextmanager
def answering(on: socket.socket) -> Iterator[None]:
    """Let the portal answer until the end."""
    from numberline.portal.server import Server
    from numberline.wsgi import application

    server = Server(application, [on])
    thread = threading.Thread(target=server.run, name="portal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join()
