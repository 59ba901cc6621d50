"""What the tests of this folder can ask for."""

from collections.abc import Iterator

import pytest

from tests.runs.hands import Hands
from tests.runs.office import Office, opened


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    """A company without people, its Microsoft simulated, and twenty numbers for London."""
    with opened() as made:
        yield made


@pytest.fixture
def hands(office: Office) -> Hands:
    """The same company, in which an administrator does things by hand."""
    return Hands(office)
