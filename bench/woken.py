"""From the licence in the directory to the number confirmed in Teams, with Microsoft's notifications and without.

Two tenants live at once and hire the same people at the same moments: one is told of changes and otherwise looks once an
hour, one looks every 15 seconds. Operations of Teams take 1 to 3 seconds. Each is served by `numberline serve` as a user
runs it; when a number is confirmed is what its own record says.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from math import ceil
from random import Random

from bench.joiners import OPERATION_SECONDS, PARK_LANE, hire
from bench.rows import Row
from bench.tenant import Office, connected

SIZES = {"full": {"count": 100, "seconds": 120.0}, "small": {"count": 24, "seconds": 20.0}}
RUNS = {"full": 1, "small": 1}
POLL = 15
SHARE = 0.95
PATIENCE = 90.0
WITHIN = 10.0
"""What a number may take; without notifications the polling interval comes on top."""


def run(count: int, seconds: float) -> list[Row]:
    """Hire `count` people at random moments of so many seconds, in both tenants."""
    with ExitStack() as stack:
        told = stack.enter_context(_served("1h", told=True))
        polled = stack.enter_context(_served(f"{POLL}s", told=False))
        hired = _hire((told, polled), count, seconds)
        waits = [
            sorted(_waited(office, people)) for office, people in zip((told, polled), hired, strict=True)
        ]
        posts = len(told.simulator.control.notifications()["posts"])
    return [
        _row(f"{count} joiners, told of by {posts} posts: p95 to the number", waits[0], WITHIN),
        _row(f"{count} joiners, polled every {POLL} s: p95 to the number", waits[1], POLL + WITHIN),
    ]


@contextmanager
def _served(poll: str, *, told: bool) -> Iterator[Office]:
    """A connected tenant with a thousand numbers, and the portal with its worker; `told`: Microsoft notifies it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    env = {"NUMBERLINE_NOTIFICATION_URL": f"{address}/notifications/graph"} if told else {}
    configuration = PARK_LANE.replace("tenant: contoso", f"tenant: contoso\npoll: {poll}")
    with connected("full", configuration=configuration, env=env) as office:
        office.simulator.control.deliver(http=True)
        office.simulator.control.faults(operation_seconds=OPERATION_SECONDS)
        with serving(office, port):
            _until(lambda: not told or bool(office.simulator.control.subscriptions()))
            _until(lambda: bool(office.simulator.control.requests(kind="delta")))
            yield office


@contextmanager
def serving(office: Office, port: int, **settings: str) -> Iterator[None]:
    """`numberline serve` on this port until the block ends."""
    command = [sys.executable, "-m", "numberline", "serve", "--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, cwd=office.folder, env=office.environment(settings)
    ) as process:
        try:
            _until(lambda: _answers(port))
            yield
        finally:
            process.terminate()
            process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "what is waited for did not come"
        time.sleep(0.1)


def _hire(offices: tuple[Office, Office], count: int, seconds: float) -> list[dict[str, float]]:
    """Who was hired in each tenant, and when the licence was visible."""
    moments = sorted(Random(1).uniform(0.0, seconds) for _ in range(count))
    hired: list[dict[str, float]] = [{}, {}]
    began = time.time()
    for moment in moments:
        time.sleep(max(0.0, began + moment - time.time()))
        for office, people in zip(offices, hired, strict=True):
            at = time.time()
            people[hire(office, 1)[0]] = at
    return hired


def _waited(office: Office, people: dict[str, float]) -> list[float]:
    """Seconds until each of them had a number."""
    ends = time.monotonic() + PATIENCE
    while True:
        items = office.numberline("number", "list", "contoso", "--state", "assigned", "--json").json["items"]
        since = {one["holder"]: datetime.fromisoformat(one["since"]).timestamp() for one in items}
        if people.keys() <= since.keys():
            return [since[person] - at for person, at in people.items()]
        assert time.monotonic() < ends, f"only {len(since)} of {len(people)} have a number"


def _row(name: str, waits: list[float], limit: float) -> Row:
    p95 = waits[ceil(SHARE * len(waits)) - 1]
    detail = f"median {waits[len(waits) // 2]:.1f} s, longest {waits[-1]:.1f} s"
    return Row(name, p95, limit, detail, unit="s")
