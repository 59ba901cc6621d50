"""What the tests of this folder can ask for."""

from collections.abc import Iterator

import pytest

from numberline.simulator.process import SimulatorProcess, start
from tests.policies.profile import ProfiledOffice


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    """One simulated tenant for the module: starting one costs time."""
    with start(people=0) as process:
        yield process


@pytest.fixture
def office(database: str, simulator: SimulatorProcess) -> Iterator[ProfiledOffice]:
    """A company without people whose range London names a dial plan and a voice routing policy."""
    office = ProfiledOffice(simulator)
    yield office
    office.leave()
