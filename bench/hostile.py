"""Strangers write to the public address for notifications while somebody uses the portal.

Posts of every wrong kind, from several connections at once and as fast as they are answered: without a session, with a
guessed state, of subscriptions that are not there, malformed, oversized. Nothing may be left behind, and the portal's
median answer may be at most twice as slow meanwhile. Judged is one page, asked for again and again on one connection.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median

from bench.joiners import PARK_LANE
from bench.rows import Row
from bench.tenant import Office, connected
from bench.woken import serving

SIZES = {"full": {"posts": 10_000, "quiet": 60}, "small": {"posts": 1_500, "quiet": 30}}
RUNS = {"full": 1, "small": 1}
ADDRESS = "/notifications/graph"
PAGE = "/t/contoso/people/"
CONNECTIONS = 4
SLOWER = 2.0
KEY = "77777777-7777-4777-8777-777777777777"
SIGN_IN = """
import django
django.setup()
from django.test import Client
from numberline import clock
from numberline.accounts.models import User
client = Client()
client.force_login(User.objects.create(email="anna@contoso.example", owner=True, created_at=clock.now()))
print(client.cookies["session"].value)
"""
"""Makes an owner and a session of theirs, as signing in does, and tells its key."""
MARKS = """
import django
django.setup()
from numberline.notifications.models import WakeUp
from numberline.tenants.models import Tenant
tenant = Tenant.objects.get()
print(WakeUp.objects.of(tenant.pk).filter(count__gt=0).count())
"""
"""Tells how many wake-ups were left behind."""


def run(posts: int, quiet: int) -> list[Row]:
    """Ask for the page `quiet` times, then for as long as `posts` posts take."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    env = {
        "NUMBERLINE_NOTIFICATION_URL": f"http://127.0.0.1:{port}{ADDRESS}",
        "NUMBERLINE_MFA": "optional",
        "NUMBERLINE_LOG": "error",
    }
    with connected("full", configuration=PARK_LANE, env=env) as office:
        office.simulator.control.deliver(http=True)
        session = _script(office, SIGN_IN)
        with serving(office, port), _reader(port, session) as ask:
            _subscribed(office)
            before = [ask() for _ in range(quiet)]
            took, meanwhile, answers = _flood(port, posts, ask)
        left = int(_script(office, MARKS))
    assert left == 0, "a forged notification was taken for Microsoft's"
    assert "202" in answers, answers
    slow, fast = median(meanwhile), median(before)
    detail = (
        f"{slow * 1000:.1f} ms / {fast * 1000:.1f} ms, {posts / took:.0f} posts/s over {took:.1f} s, answered "
        + ", ".join(f"{status} {count}" for status, count in sorted(answers.items()))
    )
    return [Row(f"{posts} hostile posts: a page of the portal meanwhile", slow / fast, SLOWER, detail)]


def _script(office: Office, text: str) -> str:
    env = office.environment({"DJANGO_SETTINGS_MODULE": "numberline.settings"})
    done = subprocess.run(
        [sys.executable, "-c", text], env=env, cwd=office.folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _subscribed(office: Office) -> None:
    ends = time.monotonic() + 60
    while not office.simulator.control.subscriptions():
        assert time.monotonic() < ends, "nobody subscribed"
        time.sleep(0.1)


class _Page:
    """Asks for the page; gives the seconds that it took."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Cookie": f"session={session}"}

    def __call__(self) -> float:
        began = time.perf_counter()
        self.connection.request("GET", PAGE, headers=self._headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200, f"the page answered {answer.status}"
        return time.perf_counter() - began


@contextmanager
def _reader(port: int, session: str) -> Iterator[_Page]:
    page = _Page(port, session)
    try:
        page()
        yield page
    finally:
        page.connection.close()


def _flood(port: int, posts: int, ask: _Page) -> tuple[float, list[float], dict[str, int]]:
    """Seconds of the flood, what the page took meanwhile, and how the posts were answered."""
    command = [sys.executable, "-m", "bench.hostile", str(port), str(posts)]
    began, meanwhile = time.perf_counter(), []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as flood:
        assert flood.stdout is not None
        assert flood.stdout.readline() == "begun\n"
        while flood.poll() is None:
            meanwhile.append(ask())
        answers: dict[str, int] = json.loads(flood.stdout.read())
    return time.perf_counter() - began, meanwhile, answers


def kinds() -> list[tuple[bytes, str]]:
    """What strangers send: bodies and their types."""
    item = {"subscriptionId": KEY, "clientState": "guessed", "tenantId": KEY, "changeType": "updated"}
    return [
        (json.dumps({"value": [item]}).encode(), "application/json"),
        (json.dumps({"value": [item] * 200}).encode(), "application/json"),
        (b'{"value": [{"subscriptionId"', "application/json"),
        (b"[" * 50_000, "application/json"),
        (b"x" * 300_000, "application/json"),
        (b"a=b", "application/x-www-form-urlencoded"),
    ]


def _attack(port: int, posts: int, counts: dict[str, int]) -> None:
    bodies = kinds()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(posts):
        body, type_ = bodies[number % len(bodies)]
        connection.request("POST", ADDRESS, body, {"Content-Type": type_})
        answer = connection.getresponse()
        answer.read()
        counts[str(answer.status)] = counts.get(str(answer.status), 0) + 1
    connection.close()


def main() -> None:
    """The strangers: a process of their own, so that they cost the one that measures nothing."""
    import threading

    port, posts = int(sys.argv[1]), int(sys.argv[2])
    os.nice(10)  # strangers have machines of their own: what they do there takes no processor from the portal
    each: list[dict[str, int]] = [{} for _ in range(CONNECTIONS)]
    threads = [threading.Thread(target=_attack, args=(port, posts // CONNECTIONS, counts)) for counts in each]
    print("begun", flush=True)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told: dict[str, int] = {}
    for counts in each:
        for status, count in counts.items():
            told[status] = told.get(status, 0) + count
    print(json.dumps(told))


if __name__ == "__main__":
    main()
