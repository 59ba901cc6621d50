"""One rate a tenant, kept by all processes on one database, on both databases."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from numberline import clock
from numberline.graph.rates import HeldTooLong, RateGovernor, Rates
from numberline.graph.store import Store
from numberline.tenants.shared import DatabaseStore, FileStore, store
from tests.support.command import Command

RATES = Rates(reads=40, writes=40, writes_most=40, patience=5)
PROCESS = """
import sys, time
from numberline import database, clock
database.prepare()
from numberline.graph.rates import RateGovernor, Rates
from numberline.tenants.shared import store
governor = RateGovernor(Rates(reads=40, writes=40, writes_most=40), store=store(), key="tenant a")
governor.wait("read")
print("ready", flush=True)
sys.stdin.readline()
left = []
while not left or left[-1] - left[0] < float(sys.argv[1]):
    governor.wait("read")
    left.append(clock.now().timestamp())
    if sys.argv[2] == "told":
        print("left", flush=True)
print(" ".join(map(str, left)))
"""


@pytest.fixture
def shared(database: str) -> Iterator[Store]:
    """The store of this test's database."""
    assert database
    found = store()
    assert isinstance(found, FileStore if connection.vendor == "sqlite" else DatabaseStore)
    yield found
    found.close()


@pytest.fixture
def beside(shared: Store) -> Iterator[Store]:
    """The same states as another process sees them."""
    if isinstance(shared, FileStore):
        yield FileStore(Path(str(connection.settings_dict["NAME"])))
        return
    other = DatabaseStore()
    yield other
    other.close()


def process(cli: Command, seconds: float, told: str = "") -> subprocess.Popen[str]:
    """Another process that asks as fast as it may, once it is told to begin."""
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(seconds), told],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=cli.environment(),
    )


def begin(*processes: subprocess.Popen[str]) -> None:
    for one in processes:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in processes:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()


def test_two_processes_together_keep_to_one_rate(cli: Command) -> None:
    both = [process(cli, 2.0), process(cli, 2.0)]
    begin(*both)
    left = [[float(moment) for moment in one.communicate()[0].split()] for one in both]
    together = sorted(left[0] + left[1])
    first, last = together[0], together[-1]
    assert len(together) <= 40 * (last - first) * 1.1 + 22
    assert len(together) >= 40 * (last - first) * 0.7
    assert min(len(one) for one in left) >= 10


def test_who_is_killed_with_moments_in_hand_holds_nobody_up(cli: Command, shared: Store) -> None:
    other = process(cli, 60.0, "told")
    begin(other)
    assert other.stdout
    for _ in range(25):
        assert other.stdout.readline() == "left\n"
    other.kill()
    other.communicate()
    began = clock.monotonic()
    RateGovernor(RATES, store=shared, key="tenant a").wait("read")
    assert clock.monotonic() - began <= 1.2


def test_what_one_process_is_told_holds_and_eases_the_other(shared: Store, beside: Store) -> None:
    one = RateGovernor(RATES, store=shared, key="tenant a")
    other = RateGovernor(RATES, store=beside, key="tenant a")
    left = one.wait("write")
    other.wait("write")
    one.complain(30.0, left)
    assert (other.rate("write"), other.rate("read")) == (20.0, 30.0)
    assert other.held_for() == pytest.approx(30, abs=1)
    with pytest.raises(HeldTooLong):
        other.wait("read")


def test_another_tenant_is_not_held(shared: Store) -> None:
    one, other = (RateGovernor(RATES, store=shared, key=f"tenant {name}") for name in "ab")
    one.hold(30.0)
    began = clock.monotonic()
    other.wait("read")
    assert clock.monotonic() - began < 1.0


def test_a_person_goes_before_background_work_of_another_process(shared: Store, beside: Store) -> None:
    slow = Rates(reads=5, patience=60)
    background = RateGovernor(slow, store=beside, key="tenant a")
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            background.wait("read")

    threads = [threading.Thread(target=busy) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        clock.sleep(0.5)
        governor = RateGovernor(slow, store=shared, key="tenant a")
        waited = []
        for _ in range(3):
            began = clock.monotonic()
            governor.wait("read", person=True)
            waited.append(clock.monotonic() - began)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert waited[0] < 0.15
    assert max(waited) < 0.35


def test_all_tenants_of_an_application_keep_to_its_rate(shared: Store, beside: Store) -> None:
    whole = Rates(reads=1000, app_reads=50)
    tenants = [
        RateGovernor(
            whole,
            store=one,
            key=f"tenant {name}",
            above=RateGovernor(whole.of_application(), store=one, key="application"),
        )
        for name, one in (("a", shared), ("b", beside))
    ]
    left: list[float] = []

    def ask(governor: RateGovernor) -> None:
        left.extend(governor.wait("read") for _ in range(25))

    threads = [threading.Thread(target=ask, args=(governor,)) for governor in tenants]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(left) == 50
    assert max(left) - min(left) >= 0.9


@pytest.mark.postgresql
def test_background_work_asks_the_database_seldom(shared: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    changes: list[str] = []
    change = DatabaseStore.change
    monkeypatch.setattr(
        DatabaseStore, "change", lambda self, key, do: (changes.append(key), change(self, key, do))[1]
    )
    governor = RateGovernor(RATES, store=shared, key="tenant a")
    left = [governor.wait("read") for _ in range(81)]
    assert left[-1] - left[0] == pytest.approx(2.0, abs=0.3)
    assert len(changes) <= 12
    assert min(b - a for a, b in pairwise(left)) >= 0.0


@pytest.mark.postgresql
def test_a_database_that_is_away_costs_the_sharing_alone(shared: Store) -> None:
    governor = RateGovernor(RATES, store=shared, key="tenant a")
    governor.wait("read")
    server = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    name = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(os.environ["NUMBERLINE_TEST_SERVER"] + "postgres", autocommit=True) as own:
        own.execute(server, [name])
        governor.wait("read")
        own.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        own.execute(server, [name])
        governor.complain(0.1, governor.wait("write"))
        assert governor.rate("write") == 20.0  # by what this process knows
        own.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert governor.rate("write") == 40.0  # as all know it, who have not heard of the complaint


@pytest.mark.sqlite
def test_what_is_left_of_a_longer_state_does_not_matter(shared: Store) -> None:
    shared.change("a", lambda _state, _now: b"longer")
    shared.change("a", lambda _state, _now: b"short")
    assert shared.read("a") == b"short"
    shared.change("a", lambda _state, _now: None)
    assert shared.read("a") == b"short"
    assert shared.read("b") is None
