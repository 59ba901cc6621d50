"""How fast we ask, on a clock that the test moves."""

import threading
from itertools import pairwise

import pytest

from numberline.graph.rates import Clock, HeldTooLong, RateGovernor, Rates
from numberline.graph.store import MemoryStore


class Watch:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.clock = Clock(monotonic=lambda: self.now, wall=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_reads_leave_evenly_spaced() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(reads=25), watch.clock)
    moments = [governor.wait("read") for _ in range(51)]
    assert moments[-1] - moments[0] == pytest.approx(2.0)
    assert min(b - a for a, b in pairwise(moments)) == pytest.approx(0.04)


def test_writes_start_slowly_rise_every_second_and_stop_rising() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(), watch.clock)
    started, sent = watch.now, [0] * 25
    while watch.now < started + 25:
        sent[min(int(governor.wait("write") - started), 24)] += 1
    assert sent[:4] == [5, 6, 7, 8]
    assert sent[-2] == 20


def test_a_quiet_hour_does_not_raise_the_rate_by_more_than_one_step() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(), watch.clock)
    watch.now += 3600
    governor.wait("write")
    assert governor.rate("write") == 6.0


def test_a_complaint_halves_writes_eases_reads_and_holds_everybody() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(reads=20, writes=10), watch.clock)
    left = governor.wait("write")
    governor.complain(7.0, left)
    assert (governor.rate("write"), governor.rate("read")) == (5.0, 15.0)
    started = watch.now
    governor.wait("read")
    assert watch.now - started == pytest.approx(7.0)


def test_requests_that_were_already_under_way_do_not_ease_again() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(writes=16), watch.clock)
    moments = [governor.wait("write") for _ in range(4)]
    for left in moments:
        governor.complain(1.0, left)
    assert governor.rate("write") == 8.0
    governor.complain(1.0, governor.wait("write"))
    assert governor.rate("write") == 4.5


def test_the_rate_never_falls_below_the_least() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(least=2), watch.clock)
    for _ in range(20):
        watch.now += 0.001
        governor.complain(0.0, watch.now)
        watch.now += 0.001
    assert (governor.rate("write"), governor.rate("read")) == (2.0, 2.0)


def test_a_total_bounds_reads_and_writes_together() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(reads=100, writes=100, writes_most=100, total=10), watch.clock)
    started = watch.now
    for _ in range(10):
        governor.wait("read")
        governor.wait("write")
    assert watch.now - started == pytest.approx(1.9)


def test_a_hold_longer_than_the_patience_is_refused_at_once() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(patience=60), watch.clock)
    governor.hold(3600)
    with pytest.raises(HeldTooLong) as raised:
        governor.wait("read")
    assert raised.value.after == pytest.approx(3600)
    assert governor.held_for() == pytest.approx(3600)
    assert watch.now == 1000.0


def test_those_who_wait_for_a_slot_wait_again_after_a_complaint() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(reads=1), watch.clock)
    governor.wait("read")
    complained: list[float] = []

    def sleep(seconds: float) -> None:
        watch.now += seconds
        if not complained:
            complained.append(watch.now)
            governor.complain(10.0, watch.now)

    governor.clock = Clock(monotonic=lambda: watch.now, sleep=sleep)
    assert governor.wait("read") >= complained[0] + 10.0


def test_threads_share_one_rate() -> None:
    governor = RateGovernor(Rates(reads=100))
    moments: list[float] = []

    def ask() -> None:
        moments.extend(governor.wait("read") for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(moments) == 40
    assert max(moments) - min(moments) >= 0.38


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        Rates(reads=0)


def test_near_the_limit_rates_rise_no_more_and_over_it_they_are_eased_before_a_429() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(reads=20, writes=10), watch.clock)
    watch.now += 1.0
    left = governor.wait("write")
    assert governor.rate("write") == 11.0
    governor.near(0.85, left)
    watch.now += 4.0
    left = governor.wait("write")
    assert governor.rate("write") == 11.0
    governor.near(1.1, left)
    governor.near(1.2, left)
    assert (governor.rate("write"), governor.rate("read")) == (8.8, 18.0)
    watch.now += 6.0
    governor.wait("write")
    assert governor.rate("write") == 9.8


def test_a_person_goes_before_background_work_that_waits_and_the_rate_stays() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(reads=10), watch.clock)
    for _ in range(3):
        governor.wait("read")
    began = watch.now
    people = [governor.wait("read", person=True) for _ in range(5)]
    assert people[0] == began
    assert people[-1] - people[0] == pytest.approx(0.4)
    assert governor.wait("read") - began == pytest.approx(0.6)


def test_an_application_bounds_its_tenants_together() -> None:
    watch = Watch()
    rates = Rates(reads=100, app_reads=20)
    above = RateGovernor(rates.of_application(), watch.clock)
    tenants = [RateGovernor(rates, watch.clock, above=above) for _ in range(2)]
    started = watch.now
    for index in range(21):
        tenants[index % 2].wait("read")
    assert watch.now - started == pytest.approx(1.0)


def test_a_clock_that_went_back_holds_nobody() -> None:
    watch = Watch()
    governor = RateGovernor(Rates(writes=10), watch.clock)
    governor.complain(100.0, governor.wait("write"))
    watch.now -= 500.0
    began = watch.now
    governor.wait("write")
    assert watch.now - began < 1.0
    assert governor.rate("write") == 5.0


def test_who_shares_what_was_learned_begins_no_slower_than_alone_unless_microsoft_complained() -> None:
    watch = Watch()
    store = MemoryStore(lambda: watch.now)
    slow, fast = Rates(), Rates(writes=15)
    first = RateGovernor(slow, watch.clock, store=store)
    assert RateGovernor(fast, watch.clock, store=store).rate("write") == 15.0
    first.complain(0.0, watch.now)
    assert RateGovernor(fast, watch.clock, store=store).rate("write") == 7.5
    watch.now += 601.0
    assert RateGovernor(fast, watch.clock, store=store).rate("write") == 15.0
