"""The ASGI application, and the protocol that can cut a connection."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast
from urllib.parse import unquote
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .control import Control
from .service import Service
from .web import Answer, Request

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
EXTENSION = "numberline.transport"


class CuttableProtocol(HttpToolsProtocol):
    """Lets the application reach the transport, so that it can close a connection without an answer."""

    def on_message_begin(self) -> None:
        """Called by the parser for every new request."""
        super().on_message_begin()
        cast(MutableMapping[str, Any], self.scope)["extensions"] = {EXTENSION: self.transport}


class Application:
    """Reads the request, lets the service or the control answer it, and sends the answer."""

    def __init__(self, service: Service, control: Control) -> None:
        self._service = service
        self._control = control
        self.root = ""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            return
        transport = scope["extensions"][EXTENSION]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("ascii")
        request = Request(
            scope["method"], _unquoted(path), query, headers, await _body(receive), str(uuid4())
        )
        request.base = f"{self.root}/v1.0"
        if request.path.startswith("/_control/"):
            await _send(send, request, self._control.answer(request))
            return
        answer = await self._service.serve(request, transport.is_closing)
        if answer is None:
            transport.abort()
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await _send(send, request, answer)
        if answer.afterwards is not None:
            answer.afterwards()


def _unquoted(path: str) -> str:
    """Slashes inside a segment stay encoded: they belong to an id, not to the path."""
    return "%2F".join(unquote(part) for part in path.replace("%2f", "%2F").split("%2F"))


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    return b"".join(parts)


async def _send(send: Send, request: Request, answer: Answer) -> None:
    headers = {"request-id": request.id, "client-request-id": request.client_id, **answer.headers}
    headers["Content-Length"] = str(len(answer.body))
    if answer.status == 204:
        del headers["Content-Length"]
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
    await send({"type": "http.response.body", "body": answer.body})
