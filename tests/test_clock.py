from datetime import UTC, datetime, timedelta, timezone

import pytest

from numberline import clock

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_clock_tells_the_time_of_this_machine_in_utc() -> None:
    before = datetime.now(UTC)
    told = clock.now()
    assert before <= told <= datetime.now(UTC)
    assert told.utcoffset() == timedelta()


def test_the_monotonic_clock_goes_on_while_we_sleep() -> None:
    start = clock.monotonic()
    clock.sleep(0.01)
    assert clock.monotonic() - start >= 0.01


def test_a_month_can_be_lived_at_once() -> None:
    with clock.travel(NEW_YEAR) as time:
        start = clock.monotonic()
        assert clock.now() == NEW_YEAR
        time.advance(timedelta(days=31))
        assert clock.now() == datetime(2026, 2, 1, tzinfo=UTC)
        assert clock.monotonic() - start == 31 * 86400
    assert clock.now() > datetime(2026, 1, 1, tzinfo=UTC)


def test_sleeping_on_a_fake_clock_takes_no_time_but_lets_it_pass() -> None:
    before = datetime.now(UTC)
    with clock.travel(NEW_YEAR):
        clock.sleep(3600)
        assert clock.now() == NEW_YEAR + timedelta(hours=1)
    assert datetime.now(UTC) - before < timedelta(seconds=60)


def test_the_real_clock_is_back_after_an_error_on_the_journey() -> None:
    with pytest.raises(KeyError), clock.travel(NEW_YEAR):
        raise KeyError("on the way")
    assert clock.now().year >= 2026
    assert clock.now() != NEW_YEAR


def test_a_journey_within_a_journey_returns_to_the_first() -> None:
    with clock.travel(NEW_YEAR):
        with clock.travel(NEW_YEAR + timedelta(days=5)):
            assert clock.now() == NEW_YEAR + timedelta(days=5)
        assert clock.now() == NEW_YEAR


def test_a_start_in_another_time_zone_is_told_in_utc() -> None:
    with clock.travel(datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))):
        assert clock.now() == NEW_YEAR
        assert clock.now().tzinfo is UTC


def test_a_clock_needs_a_time_zone_and_never_goes_back() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.travel(datetime(2026, 1, 1)):
        pass
    with clock.travel(NEW_YEAR) as time, pytest.raises(ValueError, match="never goes back"):
        time.advance(timedelta(seconds=-1))
