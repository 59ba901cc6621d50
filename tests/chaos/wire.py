"""The simulated tenant behind the product's own HTTP client, without sockets: what is asked is answered on the spot.

The machine lives through thousands of syncs, and a connection costs more than all that happens behind it. Everything
above the connection is the product's and everything below it the simulator's own; the rest of the suite speaks HTTPS.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import httpx2

from numberline.graph import client as graph
from numberline.graph.credentials import Credentials
from numberline.simulator.server import _unquoted
from numberline.simulator.service import Service
from numberline.simulator.web import Answer, Request
from tests.chaos.deaths import Killed, Reaper

ROOT = "https://simulator.example"
WRITES = ("/assignNumber", "/unassignNumber")


async def no_time(seconds: float) -> None:
    """Latency: it takes none, for the clock of the machine stands while a request is answered."""


class Wire(httpx2.BaseTransport):
    """Carries requests to a service one at a time; `seen` is told of every request to assign or unassign before it
    arrives. `death` may end the process right before such a request leaves, or right after it was carried out."""

    def __init__(self, service: Service, seen: Callable[[Request], None]) -> None:
        self.service = service
        self.death: Reaper | None = None
        self._seen = seen
        self._turn = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request; a connection that the service cuts is an error, as on a real one."""
        asked = _request(request)
        writing = request.method == "POST" and asked.path.endswith(WRITES)
        with self._turn:
            self._die("")
            if writing:
                self._die("before")
                self._seen(asked)
            answer = _now(self.service.serve(asked, lambda: False))
            if writing:
                self._die("after")
        if answer is None:
            raise httpx2.RemoteProtocolError("Server disconnected without sending a response.")
        return httpx2.Response(answer.status, headers=answer.headers, content=answer.body)

    def _die(self, when: str) -> None:
        if self.death is not None and self.death.comes(when):
            raise Killed


def _request(request: httpx2.Request) -> Request:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    asked = Request(request.method, _unquoted(path), query, headers, request.read(), str(uuid4()))
    asked.base = f"{ROOT}/v1.0"
    return asked


def _now(answering: Coroutine[Any, Any, Answer | None]) -> Answer | None:
    """The answer of a service that never has to wait."""
    try:
        answering.send(None)
    except StopIteration as done:
        answer: Answer | None = done.value
        return answer
    raise AssertionError("the service waited for something")


@contextmanager
def connected(wire: Wire) -> Iterator[None]:
    """Whatever Graph client is opened here talks over this wire."""

    def opened(credentials: Credentials, timeout: httpx2.Timeout) -> httpx2.Client:
        return httpx2.Client(transport=wire, follow_redirects=False)

    with patch.object(graph, "open_client", opened):
        yield
