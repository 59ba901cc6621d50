"""Filters mean what OData says."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberline.simulator import odata
from numberline.simulator.web import Problem

ITEM = {
    "city": "London",
    "note": None,
    "level": 3,
    "active": True,
    "tags": ["a", "b"],
    "lines": [{"number": "+1"}, {"number": "+2"}],
    "owner": {"name": "O'Neil"},
}


def matches(text: str, item: dict[str, Any] | None = None) -> bool:
    """Whether the item matches."""
    return odata.parse(text)[0](ITEM if item is None else item)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("city eq 'london'", True),
        ("city ne 'London'", False),
        ("note eq null", True),
        ("level eq 3 and active eq true", True),
        ("level eq 4 or active eq true and city eq 'x'", False),
        ("(level eq 4 or active eq true) and city eq 'London'", True),
        ("not (city eq 'London') or level in (1, 3)", True),
        ("tags/any(t:t eq 'b')", True),
        ("tags/any(t:t eq 'c')", False),
        ("lines/any(l:l/number eq '+2')", True),
        ("owner/name eq 'O''Neil'", True),
        ("startswith(city,'lon') and endsWith(city,'DON') and contains(city,'ond')", True),
    ],
)
def test_a_filter_is_true_of_what_it_describes(text: str, expected: bool) -> None:
    assert matches(text) is expected


@pytest.mark.parametrize(
    "text",
    ["", "city", "city eq", "city eq 'x", "city is 'x'", "(city eq 'x'", "city eq 'x' y", "'x' eq city"],
)
def test_broken_filters_are_refused_in_graphs_words(text: str) -> None:
    with pytest.raises(Problem, match="Invalid filter clause"):
        odata.parse(text)


def test_a_property_that_cannot_be_filtered_is_refused() -> None:
    with pytest.raises(Problem, match="'city' is not supported"):
        odata.parse("city eq 'x'", {"level"})


def test_only_what_every_match_must_have_counts_as_an_equality() -> None:
    assert odata.parse("city eq 'x' and level eq 3")[1] == {"city": "x", "level": 3}
    assert odata.parse("city eq 'x' or level eq 3")[1] == {}
    assert odata.parse("not (city eq 'x')")[1] == {}


@given(st.text())
def test_any_text_can_be_looked_for_once_its_quotes_are_doubled(text: str) -> None:
    quoted = text.replace("'", "''")
    assert matches(f"city eq '{quoted}'", {"city": text})


@given(st.text(alphabet="abce qo'()/,:+ ", max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    with suppress(Problem):
        assert callable(odata.parse(text)[0])
