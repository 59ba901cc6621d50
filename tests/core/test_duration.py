from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberline.core.duration import DurationError, parse, write


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("60s", 60), ("15m", 900), ("24h", 86400), ("30d", 2592000), (" 1h ", 3600)],
)
def test_a_duration_is_one_whole_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "24", "h", "1.5h", "-1h", "1w", "1h30m", "24 h", "24H", "٣h"])
def test_anything_else_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(DurationError, match="is not a duration: write one whole number and s, m, h or d"):
        parse(text)


def test_a_duration_beyond_ten_years_is_refused() -> None:
    assert parse("3650d") == timedelta(days=3650)
    with pytest.raises(DurationError, match="the longest duration is 3650d"):
        parse("3651d")


@given(st.integers(0, 3650 * 86400))
def test_what_is_written_reads_back_the_same(seconds: int) -> None:
    assert parse(write(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
