"""Microsoft is down: nobody asks, everybody is told, and it ends by itself."""

from itertools import count

import pytest

from numberline.graph import GraphClient, RateGovernor, Rates, Wait
from numberline.graph.circuit import Circuit, outage
from numberline.graph.rates import Clock
from numberline.graph.store import MemoryStore
from tests.graph.conftest import IMPATIENT, Open
from tests.graph.microsoft import Microsoft, Reply, error
from tests.graph.test_rates import Watch

DOWN = error(503, "ServiceUnavailable", "x")
FOUND = Reply(200, {"id": "a"})
WALL = 1_767_268_800.0  # 2026-01-01 12:00:00 UTC


class Host:
    """One host as several tenants see it, on a clock that the test moves."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.store = MemoryStore(lambda: self.watch.now)
        self._calls = map(str, count())

    def seen_by(self, tenant: str) -> Circuit:
        return Circuit(self.store, "graph.microsoft.com", tenant)

    def fails(self, *tenants: str, times: int = 6, connected: bool = True) -> None:
        """So many calls fail, a second apart, of each of these tenants in turn."""
        for index in range(times):
            self.watch.now += 1.0
            self.seen_by(tenants[index % len(tenants)]).bad(next(self._calls), connected=connected)

    def lets(self, tenant: str, *, reading: bool = True) -> bool:
        """Whether a call of this tenant leaves."""
        try:
            self.seen_by(tenant).enter(WALL, reading=reading)
        except Wait:
            return False
        return True


@pytest.fixture
def host() -> Host:
    """A host that nobody has asked yet."""
    return Host()


def test_failures_of_several_tenants_stop_everybody(host: Host) -> None:
    host.fails("a", "b")
    assert not host.lets("a")
    assert not host.lets("c")


def test_failures_of_one_tenant_stop_this_one_alone(host: Host) -> None:
    host.fails("a")
    assert not host.lets("a")
    assert host.lets("b")


def test_no_connection_at_all_stops_everybody_whoever_tried(host: Host) -> None:
    host.fails("a", connected=False)
    assert not host.lets("b")


def test_a_good_answer_in_between_keeps_it_closed(host: Host) -> None:
    for _ in range(4):
        host.fails("a", "b", times=5)
        host.seen_by("a").good()
        host.seen_by("b").good()
    assert host.lets("a")
    assert host.lets("b")


def test_one_call_that_fails_again_and_again_is_not_enough(host: Host) -> None:
    for _ in range(20):
        host.watch.now += 1.0
        host.seen_by("a").bad("the same", connected=True)
    assert host.lets("a")


def test_a_moment_of_trouble_is_not_enough(host: Host) -> None:
    for call in range(50):
        host.watch.now += 0.05
        host.seen_by("ab"[call % 2]).bad(str(call), connected=True)
    assert host.lets("a")


def test_one_reading_call_tries_when_the_time_has_come_and_its_answer_closes(host: Host) -> None:
    host.fails("a", "b")
    host.watch.now += 15.1
    assert not host.lets("a", reading=False)
    assert host.lets("a")
    assert not host.lets("a")
    assert not host.lets("b")
    host.seen_by("a").good()
    assert host.lets("b")
    assert host.lets("a", reading=False)


def test_each_try_that_fails_doubles_the_pause_up_to_its_most(host: Host) -> None:
    host.fails("a", "b")
    for pause in (15, 30, 60, 120, 120):
        host.watch.now += pause - 1.0
        assert not host.lets("a")
        host.watch.now += 1.1
        assert host.lets("a")
        host.seen_by("a").bad("again", connected=True)


def test_who_tries_and_dies_leaves_the_next_try_to_others(host: Host) -> None:
    host.fails("a", "b")
    host.watch.now += 15.1
    assert host.lets("a")
    host.watch.now += 89.0
    assert not host.lets("b")
    host.watch.now += 1.1
    assert host.lets("b")


def test_a_person_is_told_since_when_and_when_it_is_tried_next(host: Host) -> None:
    host.fails("a", "b")
    with pytest.raises(Wait) as raised:
        host.seen_by("c").enter(WALL, reading=True)
    assert raised.value.code == "microsoft_down"
    assert raised.value.after == pytest.approx(15)
    assert (raised.value.never_sent, raised.value.in_doubt) == (True, False)
    assert str(raised.value).startswith(
        "Microsoft does not answer at graph.microsoft.com (since 11:59:55 UTC, next try at 12:00:15 UTC): wait"
    )
    told = outage(host.store, "graph.microsoft.com", "c", WALL)
    assert told is not None
    assert told.everybody
    assert outage(host.store, "login.microsoftonline.com", "c", WALL) is None


def test_while_it_is_open_no_call_leaves_and_it_closes_by_itself(
    microsoft: Microsoft, open_client: Open
) -> None:
    watch = Watch()
    clock = Clock(monotonic=lambda: watch.now, wall=lambda: watch.now, sleep=watch.sleep)
    client: GraphClient = open_client(governor=RateGovernor(Rates(reads=1), clock), retries=IMPATIENT)
    microsoft.on("GET", "/users/a", *[DOWN] * 8, FOUND)
    for _ in range(2):
        with pytest.raises(Wait) as raised:
            client.user("a")
    assert raised.value.code in ("server_error", "microsoft_down")
    asked = len(microsoft.to("/users/a"))
    for _ in range(3):
        with pytest.raises(Wait) as raised:
            client.user("a")
        assert raised.value.code == "microsoft_down"
        with pytest.raises(Wait):
            client.assign_number("+442079460000", "a", "directRouting")
    assert len(microsoft.to("/users/a")) == asked
    watch.now += 300.0
    while True:
        try:
            assert client.user("a") is not None
        except Wait:
            watch.now += 300.0
            continue
        break
    assert client.user("a") is not None
