"""A web server of a test's own, for what is sent to addresses: it keeps what comes and answers as it is told."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    """An answer."""

    status: int = 202
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Arrived:
    """One request."""

    path: str
    token: str | None
    type: str
    body: bytes

    @property
    def items(self) -> list[dict[str, Any]]:
        """The notifications in it."""
        return list(json.loads(self.body)["value"])


def agrees(request: Arrived) -> Reply:
    """Answer the handshake and take everything."""
    if request.token is None:
        return Reply()
    return Reply(200, request.token, {"Content-Type": "text/plain"})


@dataclass
class Listener:
    """A running server; `answer` may be changed while it runs."""

    url: str
    answer: Callable[[Arrived], Reply] = agrees
    arrived: list[Arrived] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def posts(self, count: int, seconds: float = 10.0) -> list[Arrived]:
        """The posts that are no handshakes, when there are so many."""
        with self.came:
            assert self.came.wait_for(lambda: len(self._told()) >= count, seconds), self.arrived
            return self._told()

    def items(self, count: int, seconds: float = 10.0) -> list[dict[str, Any]]:
        """The notifications, when there are so many."""

        def have() -> list[dict[str, Any]]:
            return [item for post in self._told() for item in post.items]

        with self.came:
            assert self.came.wait_for(lambda: len(have()) >= count, seconds), self.arrived
            return have()

    def handshakes(self) -> list[Arrived]:
        """The handshakes."""
        return [one for one in self.arrived if one.token is not None]

    def take(self, request: Arrived) -> Reply:
        """Keep it, and say what to answer."""
        reply = self.answer(request)
        with self.came:
            self.arrived.append(request)
            self.came.notify_all()
        return reply

    def _told(self) -> list[Arrived]:
        return [one for one in self.arrived if one.token is None]


@contextmanager
def listen(certificate: Path | None = None) -> Iterator[Listener]:
    """Serve on loopback until the block ends; with a certificate over TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = parse_qs(urlsplit(self.path).query).get("validationToken", [None])[0]
            came = Arrived(self.path, token, self.headers.get("Content-Type", ""), body)
            reply = listener.take(came)
            self.send_response(reply.status)
            content = reply.body.encode()
            for name, value in {**reply.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "http" if certificate is None else "https"
    listener = Listener(f"{scheme}://127.0.0.1:{server.server_port}/hear")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
