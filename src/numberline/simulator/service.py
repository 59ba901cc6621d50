"""One request from its arrival to its answer: faults, routing, judging, recording."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec

from .delivery import Delivery
from .faults import WRITES, Rule
from .journal import Entry, Journal
from .judge import Attempt, Judge
from .login import Login
from .number_calls import number_text
from .recording import Recorder
from .routes import Call, Routes
from .state import Tenant
from .web import HTML, Answer, Problem, Request, bad_request

LOST = 0
"""The status of an answer that never left."""


class Outcome(NamedTuple):
    """What became of a request, and whether the caller gets to know it."""

    answer: Answer | None
    lost: bool = False


class Service:
    """Answers everything but the control verbs."""

    def __init__(
        self,
        tenant: Tenant,
        login: Login,
        recorder: Recorder | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.tenant = tenant
        self.login = login
        self.journal = Journal()
        self.judge = Judge(tenant)
        self.delivery = Delivery(tenant)
        self._routes = Routes(tenant)
        self._recorder = recorder
        self._sleep = sleep

    async def serve(self, request: Request, closed: Callable[[], bool]) -> Answer | None:
        """The answer, or None when the connection is to be cut; `closed` says whether the caller is gone."""
        request.now = self.tenant.now()
        if self.login.route(request.path) is not None:
            return await self._serve_login(request)
        try:
            call = self._call(request)
        except Problem as problem:
            entry = self._arrived(request, "unknown")
            return self._leave(entry, "unknown", request, Outcome(problem.answer(request)), None)
        entry = self._arrived(request, call.route.kind)
        attempt = self._attempt(request, entry, call.route.kind)
        outcome = await self._outcome(request, call)
        if outcome.answer is not None and not call.route.teams:
            self._tell_limit(outcome.answer)
        if closed():
            outcome = outcome._replace(lost=True)
        return self._leave(entry, call.route.kind, request, outcome, attempt)

    async def _serve_login(self, request: Request) -> Answer | None:
        entry = self._arrived(request, "token")
        await self._sleep(self.tenant.faults.latency("token"))
        outcome = self._struck(request, "token") or Outcome(self.login.answer(request))
        return self._leave(entry, "token", request, outcome, None)

    def _call(self, request: Request) -> Call:
        if not request.path.startswith("/v1.0/"):
            raise bad_request("Invalid version: only /v1.0 is served.")
        return self._routes.find(request.method, request.path.removeprefix("/v1.0"))

    def _arrived(self, request: Request, kind: str) -> Entry:
        body = None
        if kind in WRITES:
            body = request.body.decode("utf-8", "replace")
        return self.journal.arrived(request.now, kind, request.method, request.path, request.raw_query, body)

    def _attempt(self, request: Request, entry: Entry, kind: str) -> Attempt | None:
        if kind not in ("assign", "unassign"):
            return None
        try:
            body = request.json()
            number = number_text(self.tenant, body.get("telephoneNumber"))
        except Problem:
            return None  # never a valid order: Graph answers 400, and nothing can come of it
        if kind == "unassign":
            return self.judge.unassignment_arrives(entry.number, number, request.now)
        person = str(body.get("assignmentTargetId")).lower()
        category = str(body.get("assignmentCategory") or "primary")
        return self.judge.assignment_arrives(entry.number, number, person, category, request.now)

    async def _outcome(self, request: Request, call: Call) -> Outcome:
        kind, faults = call.route.kind, self.tenant.faults
        if faults.throttled(self.tenant.clock()):
            return Outcome(self._throttled(request, faults.timing.retry_after))
        delay = faults.latency(kind)
        if delay:
            await self._sleep(delay)
            request.now = self.tenant.now()
        struck = self._struck(request, kind)
        if struck is not None:
            return struck
        unavailable = faults.strikes("unavailable", kind)
        if unavailable is not None:
            answer = self._unavailable(request, unavailable)
            if unavailable.carried_out:
                begins = request.now + faults.duration("unavailable", unavailable)
                answer.operation = (await self._run(request, call, begins)).operation
            return Outcome(answer)
        lose = faults.strikes("lose_answer", kind)
        if lose is not None:
            begins = request.now + faults.duration("lose_answer", lose)
            return Outcome(await self._run(request, call, begins), lost=True)
        return Outcome(await self._run(request, call, request.now))

    def _tell_limit(self, answer: Answer) -> None:
        """The directory says how much of its limit is used, once that is much; Teams says nothing of the kind."""
        used = self.tenant.faults.limit_used(self.tenant.clock())
        if used is not None:
            answer.headers["x-ms-throttle-limit-percentage"] = f"{used:.2f}"

    def _struck(self, request: Request, kind: str) -> Outcome | None:
        throttle = self.tenant.faults.strikes("throttle", kind)
        if throttle is not None:
            return Outcome(self._throttled(request, throttle.retry_after, throttle.scope))
        if self.tenant.faults.strikes("reset", kind):
            return Outcome(None, lost=True)
        return None

    async def _run(self, request: Request, call: Call, begins: float) -> Answer:
        try:
            self.login.recognise(request)
            answer = self._routes.carry_out(call, request, begins)
            return answer if answer.settle is None else await answer.settle()
        except Problem as problem:
            return problem.answer(request)

    def _throttled(
        self, request: Request, retry_after: int | None, scope: str = "Tenant_Application"
    ) -> Answer:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        if self.tenant.faults.timing.limit_headers:
            whose = f"{self.login.application_of(request)}/{self.tenant.id}"
            headers["x-ms-throttle-scope"] = f"{scope}/ReadWrite/{whose}"
            headers["x-ms-throttle-information"] = "ResourceUnitLimitExceeded"
        text = "Too many requests. Please try again later."
        return Problem(429, "TooManyRequests", text, headers).answer(request)

    def _unavailable(self, request: Request, rule: Rule) -> Answer:
        if rule.html:
            answer = Answer(rule.status, b"<html><body><h1>Service Unavailable</h1></body></html>", HTML)
            answer.distorted = True
            return answer
        headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
        code = "serviceNotAvailable" if rule.status == 503 else "generalException"
        return Problem(rule.status, code, rule.text, headers).answer(request)

    def _leave(
        self, entry: Entry, kind: str, request: Request, outcome: Outcome, attempt: Attempt | None
    ) -> Answer | None:
        """Write down how the request ended and let the answer go, unless it is lost."""
        now, answer = self.tenant.clock(), outcome.answer
        status = LOST if outcome.lost or answer is None else answer.status
        if attempt is not None:
            self.judge.answered(attempt, status, answer.operation if answer else None, now)
        self.journal.answered(entry, status, now)
        if answer is None:
            return None
        if answer.status >= 400 and not answer.distorted:
            entry.detail = _message(answer)
        if self._recorder is not None and kind != "token":
            self._recorder.write(kind, request, answer)
        return None if outcome.lost else answer


def _message(answer: Answer) -> str | None:
    try:
        return str(msgspec.json.decode(answer.body)["error"]["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return None
