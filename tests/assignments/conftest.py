"""What the tests of this folder can ask for."""

from collections.abc import Iterator

import pytest

from tests.assignments.office import Office, opened


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    """A tenant, a Teams in memory, and time that stands still."""
    with opened() as made:
        yield made
