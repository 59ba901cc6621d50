"""What the tests of this folder can ask for."""

from collections.abc import Iterator

import pytest

from numberline.accounts.models import User
from tests import factories as make
from tests.runs.office import Office, opened


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    """A company without people, its Microsoft simulated, and twenty numbers for London."""
    with opened() as made:
        User.objects.create(email="anna@contoso.example", owner=True, created_at=make.NOW)
        yield made
