"""One call to Microsoft: its turn, its token, its headers, its retries, its errors."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import uniform
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2
import msgspec
import stamina
import structlog

from numberline import __version__
from numberline.graph.answers import error_of, error_text, limit_used, of_application, retry_after, stop
from numberline.graph.circuit import DOWN, OPEN, Circuit, looks_down
from numberline.graph.connection import connection_error
from numberline.graph.credentials import Credentials
from numberline.graph.errors import GraphError, Wait
from numberline.graph.rates import HeldTooLong, Kind, RateGovernor
from numberline.graph.token import TokenSource

log = structlog.get_logger("numberline.graph")

_HEADERS = {
    "User-Agent": f"numberline/{__version__}",
    "Accept": "application/json",
    "Prefer": "include-unknown-enum-members",
}
Priority = Literal["low", "normal", "high"]
"""What Microsoft is told of a call: `low` for background work, the others for a person who waits."""


@dataclass(frozen=True)
class Retries:
    """Bounds of the client's own repetition: `attempts` in all, `connects` when no connection can be made; waits from
    `initial` doubling to `most` seconds, jittered."""

    attempts: int = 5
    connects: int = 3
    initial: float = 0.5
    most: float = 10.0

    def pause(self, failed: int) -> float:
        """Seconds before the next attempt after this many failed ones."""
        longest = min(self.most, self.initial * 2 ** (failed - 1))
        return uniform(longest / 2, longest)


class Transport:
    """Sends requests for one tenant. Reads are repeated after 5xx and broken connections, within bounds; writes only
    when they surely never reached Microsoft, or were answered 429."""

    def __init__(
        self,
        credentials: Credentials,
        http: httpx2.Client,
        governor: RateGovernor,
        retries: Retries,
        priority: Priority = "normal",
    ) -> None:
        self.root = credentials.graph_url
        self._http = http
        self._governor = governor
        self._retries = retries
        self._priority: Priority = priority
        self._graph, self._login = (
            Circuit(governor.store, urlsplit(url).netloc, credentials.tenant_id)
            for url in (credentials.graph_url, credentials.login_url)
        )
        self.tokens = TokenSource(credentials, http, self._send_sign_in, governor.clock.monotonic)

    def get(self, url: str, accept: Collection[int] = ()) -> httpx2.Response:
        """Read `url` (absolute, or a path below /v1.0). Statuses in `accept` are returned, any other non-2xx raised."""
        call = str(uuid.uuid4())
        return self._repeat(lambda: self._once("GET", self._absolute(url), None, accept, call), writing=False)

    def post(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        """Ask for a change. Errors say by `in_doubt` whether Microsoft may have accepted it."""
        return self.send("POST", path, body)

    def send(
        self, method: str, path: str, body: dict[str, Any] | None, accept: Collection[int] = ()
    ) -> httpx2.Response:
        """Ask for a change by any method; `accept` as for reading."""
        content, call = b"" if body is None else msgspec.json.encode(body), str(uuid.uuid4())
        return self._repeat(
            lambda: self._once(method, self._absolute(path), content, accept, call), writing=True
        )

    def error(self, response: httpx2.Response, *, writing: bool = False) -> GraphError:
        """The error of an answer that was accepted and turns out to be none of the expected ones."""
        return error_of(response, writing=writing, now=self._governor.clock.wall())

    def _absolute(self, url: str) -> str:
        return url if url.startswith("https://") else f"{self.root}/v1.0{url}"

    def _repeat(self, call: Callable[[], httpx2.Response], *, writing: bool) -> httpx2.Response:
        """Run the call under stamina; our hook decides what is repeated and how long to wait."""
        self.tokens.get()  # outside the repetition, because signing in has its own
        try:
            return _Repetition(self._retries, self._governor, writing=writing).run(call)
        except HeldTooLong as held:
            raw = f"Retry-After, {held.after:.0f} s left"
            raise stop("throttled_too_long", raw=raw, status=429) from None

    def _once(
        self, method: str, url: str, content: bytes | None, accept: Collection[int], call: str
    ) -> httpx2.Response:
        kind: Kind = "read" if content is None else "write"
        person = self._priority != "low"
        token = self.tokens.get()
        left_at = self._governor.wait(kind, person=person)
        response = self._exchange(method, url, content, token.authorize, call)
        if response.status_code == 401:
            self.tokens.forget(token)
            token = self.tokens.get()
            left_at = self._governor.wait(kind, person=person)
            response = self._exchange(method, url, content, token.authorize, call)
        used = limit_used(response)
        if used is not None:
            self._governor.near(used, left_at)
        if response.is_success or response.status_code in accept:
            self._require_graph(response)
            return response
        error = self.error(response, writing=content is not None)
        self._obey(response, error, left_at)
        raise error

    def _exchange(
        self,
        method: str,
        url: str,
        content: bytes | None,
        authorize: Callable[[httpx2.Request], None],
        call: str,
    ) -> httpx2.Response:
        own = {"client-request-id": str(uuid.uuid4()), "x-ms-throttle-priority": self._priority}
        headers = {**_HEADERS, **own}
        if content is not None:
            headers["Content-Type"] = "application/json"
        request = self._http.build_request(method, url, content=content, headers=headers)
        authorize(request)
        return self._send(request, self._graph, call, writing=content is not None)

    def _send(
        self, request: httpx2.Request, circuit: Circuit, call: str, *, writing: bool
    ) -> httpx2.Response:
        circuit.enter(self._governor.clock.wall(), reading=not writing)
        started = self._governor.clock.monotonic()
        failure: GraphError | None = None
        try:
            response = self._http.send(request)
        except httpx2.RequestError as error:
            failure = _failure(error, request, writing=writing)
        seconds = round(self._governor.clock.monotonic() - started, 3)
        told: dict[str, Any] = {"method": request.method, "path": request.url.path, "seconds": seconds}
        told["client_request_id"] = request.headers.get("client-request-id")
        if failure is not None:  # raised out here, so that no frame that holds the token hangs on it
            log.debug("graph.call_failed", **told, code=failure.code)
            if looks_down(failure):
                circuit.bad(call, connected=not failure.never_sent)
            raise failure
        request_id = response.headers.get("request-id")
        log.debug("graph.call", **told, status=response.status_code, request_id=request_id)
        if response.status_code in DOWN:
            circuit.bad(call, connected=True)
        else:
            circuit.good()
        return response

    def _send_sign_in(self, request: httpx2.Request) -> httpx2.Response:
        """For MSAL: asking for a token twice does no harm, so 5xx, 429 and broken connections are repeated."""
        call = str(uuid.uuid4())

        def once() -> httpx2.Response:
            response = self._send(request, self._login, call, writing=False)
            if response.status_code == 429 or response.status_code >= 500:
                raise self.error(response)
            return response

        return _Repetition(self._retries, self._governor, writing=False, governed=False).run(once)

    def _obey(self, response: httpx2.Response, error: GraphError, left_at: float) -> None:
        """Hold the tenant for as long as Microsoft asks, and ease the rates after a 429."""
        if isinstance(error, Wait) and error.code == "throttled":
            above = self._governor.above
            for governor in (self._governor, above if of_application(response) else None):
                if governor is not None:
                    governor.complain(error.after, left_at)
            return
        asked = retry_after(response, self._governor.clock.wall())
        if asked:
            self._governor.hold(asked)

    def _require_graph(self, response: httpx2.Response) -> None:
        """A success, or an accepted refusal, that is a web page comes from a proxy or another host."""
        kind = response.headers.get("content-type", "")
        if (
            response.content
            and "html" in kind
            and (response.is_success or error_text(response.content) is None)
        ):
            writing = response.request.method != "GET"
            detail = f"HTTP {response.status_code}, {kind.partition(';')[0]}"
            host = response.url.netloc.decode()
            status = response.status_code
            raise stop("not_graph", host=host, detail=detail, status=status, in_doubt=writing)


class _Repetition:
    """Whether a failed call is repeated, and after how long; one object a call.

    `governed` calls take their turn from the governor, which holds them back after a 429; others wait here.
    """

    def __init__(
        self, retries: Retries, governor: RateGovernor, *, writing: bool, governed: bool = True
    ) -> None:
        self._retries = retries
        self._governor = governor
        self._writing = writing
        self._governed = governed
        self._began = governor.clock.monotonic()
        self._failed = 0

    def run(self, call: Callable[[], httpx2.Response]) -> httpx2.Response:
        """The call's result, or its last error; a 429 that lasts becomes a `Stop`."""
        try:
            for attempt in stamina.retry_context(on=self._next_wait, attempts=None, timeout=None):
                with attempt:
                    return call()
        except Wait as error:
            if error.code == "throttled":
                raise stop("throttled_too_long", raw=error.raw, status=error.status) from None
            raise
        raise AssertionError(
            "stamina ends only by a result or an error"
        )  # pragma: no cover - mypy cannot know

    def _next_wait(self, error: Exception) -> bool | float:
        """stamina's back-off hook: False to give up, else seconds to wait."""
        if not isinstance(error, GraphError) or error.code == OPEN:
            return False
        if isinstance(error, Wait) and error.code == "throttled":
            left = self._governor.rates.patience - (self._governor.clock.monotonic() - self._began)
            pause = 0.0 if self._governed else error.after
            return pause if pause < left else False
        self._failed += 1
        bound = self._retries.connects if error.never_sent else self._retries.attempts
        repeatable = error.never_sent or (isinstance(error, Wait) and not self._writing)
        return self._retries.pause(self._failed) if repeatable and self._failed < bound else False


def _failure(error: httpx2.RequestError, request: httpx2.Request, *, writing: bool) -> GraphError:
    if not isinstance(error, httpx2.TransportError):
        error = httpx2.ReadError(f"the answer could not be read, {type(error).__name__}")
    return connection_error(error, request.url.netloc.decode(), writing=writing)
