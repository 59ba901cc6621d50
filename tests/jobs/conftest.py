"""What the tests of this folder can ask for."""

from collections.abc import Iterator

import pytest

from tests.runs.office import Office, opened


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    """A company without people, its Microsoft simulated, and twenty numbers for London."""
    with opened() as made:
        yield made
