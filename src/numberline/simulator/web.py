"""Requests, answers, and the shapes of Graph's errors."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from . import timestamps
from .operations import Operation

JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

HTML = {"Content-Type": "text/html"}


class Request:
    """One request, read to its end."""

    __slots__ = (
        "application",
        "base",
        "body",
        "headers",
        "id",
        "method",
        "now",
        "path",
        "query",
        "raw_query",
        "roles",
    )

    def __init__(
        self, method: str, path: str, raw_query: str, headers: Mapping[str, str], body: bytes, id: str
    ) -> None:
        self.method = method
        self.path = path
        self.raw_query = raw_query
        self.query = dict(parse_qsl(raw_query, keep_blank_values=True))
        self.headers = headers
        self.body = body
        self.id = id
        self.now = 0.0
        self.base = ""
        self.roles: frozenset[str] = frozenset()
        self.application = ""

    @property
    def client_id(self) -> str:
        """The id that the client gave the request, else our own."""
        return self.headers.get("client-request-id", self.id)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; refused with 400 when it is none."""
        try:
            document = msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise Problem(400, "BadRequest", "Unable to read JSON request payload.") from error
        if not isinstance(document, dict):
            raise Problem(400, "BadRequest", "The request payload must be a JSON object.")
        return document


class Answer:
    """One answer; `distorted` says that a fault spoilt it on purpose, so that no contract can be asked of it.

    `afterwards` is called when the answer has left: work ahead for the request that is likely to follow. `operation` is what
    a 202 has set going. `settle` gives the answer in its place when something must be waited for first; it may raise Problem.
    """

    __slots__ = ("afterwards", "body", "distorted", "headers", "operation", "settle", "status")

    def __init__(
        self, status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.body = body
        self.headers: dict[str, str] = dict(headers or {})
        self.distorted = False
        self.operation: Operation | None = None
        self.afterwards: Callable[[], object] | None = None
        self.settle: Callable[[], Awaitable[Answer]] | None = None
        if body:
            self.headers.setdefault("Content-Type", JSON)


def answer(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, msgspec.json.encode(document), headers)


class Problem(Exception):
    """An error that Graph would answer with."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        inner: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.inner = dict(inner or {})

    def answer(self, request: Request) -> Answer:
        """The error in Graph's shape."""
        date = timestamps.text(request.now).removesuffix("Z")
        inner = {"date": date, "request-id": request.id, "client-request-id": request.client_id, **self.inner}
        error = {"code": self.code, "message": self.message, "innerError": inner}
        return answer({"error": error}, self.status, self.headers)


def missing(id: str) -> Problem:
    """404 as the directory spells it."""
    return Problem(
        404,
        "Request_ResourceNotFound",
        f"Resource '{id}' does not exist or one of its queried reference-property objects are not present.",
    )


def bad_request(message: str) -> Problem:
    """400 with Graph's general code."""
    return Problem(400, "BadRequest", message)
