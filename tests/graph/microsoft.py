"""A small strict stand-in for Microsoft over HTTPS: signs the application in and answers what a test tells it to.

It answers nothing else: an unexpected request is refused and fails the test. For edge shapes that no honest
tenant shows; real flows run against the simulator.
"""

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

import trustme

TENANT = "8b1f0000-0000-4000-8000-000000000001"
CLIENT = "c11e0000-0000-4000-8000-000000000002"
SECRET = "RECOGNISABLE~secret+value/with=signs"
ROLES = ["User.Read.All", "TeamsTelephoneNumber.ReadWrite.All", "TeamsUserConfiguration.Read.All"]
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Asked:
    """A request as it came in; `target` is the raw path and query."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: float
    port: int

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """An answer. `cut` closes the connection before it, `after` waits that many seconds first."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    after: float = 0.0

    def content(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answer = Reply | Callable[[Asked], Reply]


def error(status: int, code: str, message: str, **headers: str) -> Reply:
    """An error in Graph's form."""
    return Reply(status, {"error": {"code": code, "message": message}}, {**JSON, **headers})


def listed(*items: Any, **links: str) -> Reply:
    """A page of a collection; `nextLink=` and `deltaLink=` as given."""
    return Reply(
        200, {**{f"@odata.{name}": link for name, link in links.items()}, "value": list(items)}, JSON
    )


def token_text(roles: list[str], number: int = 0) -> str:
    """A token shaped like Microsoft's, with a mark that a search finds."""
    payload = (
        base64.urlsafe_b64encode(json.dumps({"roles": roles, "n": number}).encode()).rstrip(b"=").decode()
    )
    return f"eyJhbGciOiJub25lIn0.{payload}.RECOGNISABLETOKEN{number}"


class Microsoft:
    """`on(method, path, *answers)` scripts a path: answers are used in turn, the last one again and again."""

    def __init__(self, authority: trustme.CA | None = None) -> None:
        authority = authority or trustme.CA()
        self.ca_pem = authority.cert_pem.bytes().decode()
        self.asked: list[Asked] = []
        self.unexpected: list[Asked] = []
        self.sign_ins: list[Asked] = []
        self.roles = list(ROLES)
        self.token_life = 3600
        self.sign_in_answers: list[Answer] = []
        self.discovery_answers: list[Answer] = []
        self._scripts: dict[tuple[str, str], list[Answer]] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def on(self, method: str, path: str, *answers: Answer) -> None:
        """Script a path below /v1.0; the query is not looked at."""
        self._scripts[method, f"/v1.0{path}"] = list(answers)

    def to(self, path: str) -> list[Asked]:
        """The requests to this path below /v1.0."""
        return [asked for asked in self.asked if asked.path == f"/v1.0{path}"]

    def answer(self, asked: Asked) -> Reply:
        """The reply to a request, scripted or built in."""
        with self._lock:
            found = self._choose(asked)
        return found if isinstance(found, Reply) else found(asked)

    def _choose(self, asked: Asked) -> Answer:
        if asked.path == f"/{TENANT}/v2.0/.well-known/openid-configuration":
            return self.discovery_answers.pop(0) if self.discovery_answers else self._discovery()
        if asked.path == f"/{TENANT}/oauth2/v2.0/token":
            self.sign_ins.append(asked)
            return self.sign_in_answers.pop(0) if self.sign_in_answers else self._token()
        self.asked.append(asked)
        script = self._scripts.get((asked.method, asked.path))
        if script is None:
            self.unexpected.append(asked)
            return error(418, "Unexpected", f"{asked.method} {asked.path}")
        return script.pop(0) if len(script) > 1 else script[0]

    def _discovery(self) -> Reply:
        root = f"{self.url}/{TENANT}"
        paths = {
            "issuer": "v2.0",
            "authorization_endpoint": "authorize",
            "token_endpoint": "oauth2/v2.0/token",
        }
        return Reply(200, {name: f"{root}/{path}" for name, path in paths.items()}, JSON)

    def _token(self) -> Reply:
        text = token_text(self.roles, len(self.sign_ins))
        return Reply(200, {"token_type": "Bearer", "expires_in": self.token_life, "access_token": text}, JSON)


def form(asked: Asked) -> dict[str, str]:
    """The fields of a posted form."""
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], microsoft: Microsoft) -> None:
        super().__init__(address, _Handler)
        self.microsoft = microsoft

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        now, port = time.monotonic(), self.client_address[1]
        reply = self.server.microsoft.answer(Asked(self.command, self.path, headers, body, now, port))
        time.sleep(reply.after)
        if reply.cut:
            self.close_connection = True
            self.connection.close()
            return
        content = reply.content()
        head = [f"HTTP/1.1 {reply.status} Scripted", f"Content-Length: {len(content)}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        self.wfile.write("\r\n".join([*head, "", ""]).encode() + content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
