"""When something set by hand shall end: how it may be written."""

from datetime import UTC, datetime, timedelta

import pytest

from numberline.core.until import UntilError, parse

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_date_means_the_end_of_that_day_in_utc() -> None:
    assert parse("2026-11-23", NOW) == datetime(2026, 11, 23, 23, 59, 59, 999999, UTC)
    assert parse(" 9999-12-31 ", NOW).year == 9999


def test_a_moment_is_in_utc_unless_it_says_otherwise() -> None:
    expected = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    for text in ("2026-12-31T18:00:00Z", "2026-12-31T18:00", "2026-12-31T20:00:00+02:00"):
        assert parse(text, NOW) == expected


def test_a_duration_counts_from_now() -> None:
    assert parse("30d", NOW) == NOW + timedelta(days=30)


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11-23T09:00:00Z", "0s"])
def test_what_is_already_past_is_refused(text: str) -> None:
    with pytest.raises(UntilError, match="already past: name an end that is still to come"):
        parse(text, NOW)


@pytest.mark.parametrize("text", ["", "soon", "30", "31/12/2026", "2026-02-30", "99999d"])
def test_anything_else_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(UntilError, match=r"is not an end: write a date \(2026-12-31\)"):
        parse(text, NOW)


def test_a_moment_outside_the_calendar_is_refused() -> None:
    with pytest.raises(UntilError, match="outside the calendar"):
        parse("9999-12-31T23:00:00-05:00", NOW)
