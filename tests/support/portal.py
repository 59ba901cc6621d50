"""The portal on a port of this process, so that a test's clock and database are the portal's too."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.core.handlers.wsgi import WSGIHandler

from numberline.portal.server import Server


@contextmanager
def live() -> Iterator[str]:
    """The portal, answering on the database that Django is pointed at; gives its address.

    Its host is called localhost: browsers allow passkeys there, and not on an address in figures.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = Server(_application(), [listening])
    thread = threading.Thread(target=server.run, name="portal")
    thread.start()
    try:
        yield f"http://localhost:{port}"
    finally:
        server.stop()
        thread.join()


@cache
def _application() -> WSGIHandler:
    from numberline.wsgi import application

    return application
