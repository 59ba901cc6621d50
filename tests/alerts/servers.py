"""Receivers of alerts on this machine: an HTTPS server that remembers what it was sent, and an SMTP server that speaks
the real protocol, with STARTTLS and sign-in."""

import base64
import email
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme


@cache
def authority() -> trustme.CA:
    """The authority of every server here."""
    return trustme.CA()


@cache
def certificate() -> trustme.LeafCert:
    """What they show."""
    return authority().issue_cert("127.0.0.1", "localhost")


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate().configure_cert(context)
    return context


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """A webhook. `answers` are the statuses of the next requests, 200 when there are none; `headers` go with each."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@contextmanager
def webhook(*, tls: bool = True) -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            hook.received.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(hook.answers.pop(0) if hook.answers else 200)
            for name, value in {"content-length": str(len(hook.body)), **hook.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(hook.body)

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = server_tls().wrap_socket(server.socket, server_side=True)
    hook.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/hook"
    with serving(server):
        yield hook


@dataclass
class Post:
    """A mail server. `refuse` maps addresses to the answer for them; `user` and `password` are asked for if set."""

    port: int = 0
    mails: list[tuple[str, str, Message]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    user: str = ""
    password: str = ""
    starttls: bool = True
    encrypted: list[bool] = field(default_factory=list)


@contextmanager
def post_office(*, tls: bool = False) -> Iterator[Post]:
    """`tls`: from the first byte."""
    post = Post()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _Conversation(post, self.request, secure=tls).run()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def get_request(self) -> tuple[socket.socket, object]:
            request, address = super().get_request()
            return (server_tls().wrap_socket(request, server_side=True) if tls else request), address

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust us hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    post.port = server.server_address[1]
    with serving(server):
        yield post


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Conversation:
    """One client of the mail server (RFC 5321, 3207, 4954)."""

    def __init__(self, post: Post, connection: socket.socket, *, secure: bool) -> None:
        self.post, self.connection, self.secure = post, connection, secure
        self.known = not post.user
        self.sender, self.recipients = "", list[str]()
        self.reader = connection.makefile("rb")

    def run(self) -> None:
        self.say("220 post.example ESMTP")
        while line := self.reader.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                self.say("221 bye")
                break
            getattr(self, f"do_{verb.lower()}", self.unknown)(rest)
        self.connection.close()

    def say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def unknown(self, rest: str) -> None:
        self.say("500 what?")

    def do_ehlo(self, rest: str) -> None:
        offers = ["post.example"]
        offers += ["STARTTLS"] if self.post.starttls and not self.secure else []
        offers += ["AUTH PLAIN"] if self.post.user else []
        self.say(*(f"250{'-' if offer is not offers[-1] else ' '}{offer}" for offer in offers))

    def do_starttls(self, rest: str) -> None:
        self.say("220 go ahead")
        self.connection = server_tls().wrap_socket(self.connection, server_side=True)
        self.reader, self.secure = self.connection.makefile("rb"), True

    def do_auth(self, rest: str) -> None:
        given = base64.b64decode(rest.split()[1]).decode()
        self.known = given == f"\0{self.post.user}\0{self.post.password}"
        self.say("235 welcome" if self.known else "535 5.7.8 wrong password")

    def do_mail(self, rest: str) -> None:
        self.sender = rest.partition("<")[2].partition(">")[0]
        self.say("250 ok" if self.known else "530 5.7.0 sign in first")

    def do_rcpt(self, rest: str) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        if address in self.post.refuse:
            self.say(self.post.refuse[address])
            return
        self.recipients.append(address)
        self.say("250 ok")

    def do_data(self, rest: str) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.reader.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines))
        self.post.mails += [(self.sender, address, message) for address in self.recipients]
        self.post.encrypted.append(self.secure)
        self.recipients = []
        self.say("250 taken")

    def do_rset(self, rest: str) -> None:
        self.say("250 ok")
