"""Sends notifications: the handshake with a new address, then posts, repeated with back-off, late, twice or never.

It delivers to loopback alone, and only when told to (control: `deliver`).
"""

import asyncio
import ipaddress
import ssl
from collections import defaultdict, deque
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx2
import msgspec

from .certificates import context
from .endpoint import Endpoint, Standing
from .state import Tenant
from .subscriptions import Notice
from .web import Problem

LONGEST_PAUSE = 600.0
KEPT = 20_000


class Post(msgspec.Struct):
    """One post, as it went; `status` 0 is none: no connection, or no answer in time."""

    at: float
    url: str
    items: int
    status: int
    seconds: float


class Delivery:
    """The notices of a tenant, delivered on the loop that serves it."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._waiting: list[Notice] = []
        self.endpoints: defaultdict[str, Endpoint] = defaultdict(Endpoint)
        self._client: httpx2.AsyncClient | None = None
        self._poked: asyncio.Event | None = None
        self._work: asyncio.Task[None] | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self.posts: deque[Post] = deque(maxlen=KEPT)
        self.mixed: list[dict[str, Any]] = []
        tenant.subscriptions.tell = self.tell
        tenant.handshake = self.handshake

    def allow(self, *, http: bool, ca_file: str | None) -> None:
        """Deliver to loopback from now on: over TLS that this authority signs, and without TLS as well if `http`."""
        self._tenant.also_delivers_by = ("http",) if http else ()
        verify: ssl.SSLContext | bool = context(ca_file) if ca_file else True
        self._client = httpx2.AsyncClient(verify=verify, trust_env=False, follow_redirects=False)

    @property
    def waiting(self) -> int:
        """How many notices are not delivered yet."""
        return len(self._waiting)

    async def handshake(self, url: str) -> None:
        """Ask an address whether it wants to be told; refused as Microsoft refuses a subscription without it."""
        token = f"Validation: Testing client application reachability for subscription Request-Id: {uuid4()}"
        asked = url + ("&" if urlsplit(url).query else "?") + "validationToken=" + quote(token, safe="")
        if self._tenant.faults.strikes("fail_handshake", "handshake"):
            raise _refused("Subscription validation request timed out.")
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        response = await self._send(url, asked, b"", headers)
        if response is None:
            raise _refused("Subscription validation request timed out.")
        if response.status_code != 200:
            raise _refused(
                f"Subscription validation request failed. HTTP status code is '{response.reason_phrase}'."
                " Notification endpoint must respond with 200 OK to validation request."
            )
        plain = response.headers.get("content-type", "").partition(";")[0].strip() == "text/plain"
        if not plain or response.text != token:
            raise _refused(
                "Subscription validation request failed."
                " Notification endpoint must respond with the validation token as text/plain."
            )

    def tell(self, notice: Notice) -> None:
        """Take a notice in, as the faults and the standing of its address have it."""
        faults, answers, now = self._tenant.faults, self._tenant.answers, self._tenant.clock()
        kind = "lifecycle" if notice.lifecycle else "notification"
        standing = self.endpoints[notice.url].standing(now, int(answers["endpoint_least"]))
        if standing is Standing.DROP or faults.strikes("lose_notification", kind):
            return
        notice.due += faults.seconds("notification_delay", faults.timing.notification_delay)
        if standing is Standing.SLOW:
            notice.due += answers["slow_delay"]
        late = faults.strikes("late_notification", kind)
        if late is not None:
            notice.due += faults.duration("late_notification", late)
        self._waiting.append(notice)
        if faults.strikes("repeat_notification", kind):
            self._waiting.append(msgspec.structs.replace(notice))
        self.poke()

    def poke(self) -> None:
        """Look again what is due: something came, or time went on."""
        if self._work is None:
            self._poked = asyncio.Event()
            self._work = asyncio.get_running_loop().create_task(self._go_on())
        if self._poked is not None:
            self._poked.set()

    async def _go_on(self) -> None:
        assert self._poked is not None, "poke() has made it"
        while True:
            self._poked.clear()
            self._send_due()
            due = min((notice.due for notice in self._waiting), default=None)
            left = None if due is None else max(0.01, due - self._tenant.clock())
            try:
                await asyncio.wait_for(self._poked.wait(), left)
            except TimeoutError:
                continue

    def _send_due(self) -> None:
        now, by_url = self._tenant.clock(), defaultdict[str, list[Notice]](list)
        for notice in self._waiting:
            if notice.due <= now < notice.until:
                by_url[notice.url].append(notice)
        live = {one.id: one for one in self._tenant.subscriptions.live(now)}
        self._waiting = [notice for notice in self._waiting if now < notice.due]
        most = int(self._tenant.answers["notification_items"])
        for url, notices in by_url.items():
            ready = []
            for notice in notices:
                one = live.get(notice.subscription)
                if (
                    one is not None
                    and one.paused_at is not None
                    and not notice.lifecycle
                    and one.paused_at <= now
                ):
                    notice.due = now + self._tenant.faults.timing.notification_retry
                    self._waiting.append(notice)
                elif one is not None:
                    ready.append(notice)
            for start in range(0, len(ready), most):
                task = asyncio.get_running_loop().create_task(self._post(url, ready[start : start + most]))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)

    async def _post(self, url: str, notices: list[Notice]) -> None:
        items = [notice.item for notice in notices]
        mixed, self.mixed = self.mixed, []
        body = msgspec.json.encode({"value": [*items, *mixed]})
        before = self._tenant.clock()
        response = await self._send(url, url, body, {"Content-Type": "application/json; charset=utf-8"})
        now, status = self._tenant.clock(), 0 if response is None else response.status_code
        self.posts.append(Post(before, url, len(items) + len(mixed), status, round(now - before, 6)))
        self.endpoints[url].answered(now, now - before)
        if 200 <= status < 300:
            return
        for notice in notices:
            notice.tries += 1
            pause = self._tenant.faults.timing.notification_retry * 2 ** min(notice.tries - 1, 20)
            notice.due = now + min(LONGEST_PAUSE, pause)
            self._waiting.append(notice)
        self.poke()

    async def _send(
        self, url: str, asked: str, body: bytes, headers: dict[str, str]
    ) -> httpx2.Response | None:
        """The answer; None when none came in time, or the address is not one to deliver to."""
        if self._client is None or not _loopback(urlsplit(url).hostname or ""):
            return None
        most = self._tenant.faults.timing.notification_timeout
        try:
            async with asyncio.timeout(most):
                return await self._client.post(asked, content=body, headers=headers, timeout=most)
        except (httpx2.HTTPError, TimeoutError, OSError):
            return None


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(message: str) -> Problem:
    return Problem(400, "ValidationError", message)
