"""One simulator for each test module, put back in order after every test."""

from collections.abc import Iterator
from itertools import count

import pytest

from numberline.simulator.client import Control
from numberline.simulator.process import SimulatorProcess
from tests.simulator.graph import Caller
from tests.support import programs

_numbers = count(442079460000)
_settings = {
    "second_primary": "refused",
    "empty_usage_location": "organisation",
    "taken_number": "refused",
    "repeated_assign": "succeeds",
    "unassign_unassigned": "succeeds",
    "business_errors": "operation",
    "next_link": True,
    "deleted_remnants": False,
    "group_licences_in_delta": True,
    "extensions": True,
    "unlisted_direct_routing": "uploads",
    "direct_routing_after_licence": "removed",
    "deleted_person_number": "unassigned",
    "operation_retry_after": False,
    "configuration_page": 100,
    "resource_account_configuration": "absent",
    "unlicensed_configuration": "absent",
    "missing_permission": "new",
    "expired_token": "400",
    "removed_in_full_round": False,
    "pending_state": "shown",
    "failed_state": "activated",
    "unknown_policy": "empty",
    "policy_items": 20,
    "policy_failures": "all",
    "unassign_no_policy": "succeeds",
    "error_action_case": "refused",
    "notification_spelling": "Users",
    "notification_items": 100,
    "slow_delay": 600,
    "endpoint_least": 10,
    "duplicate_other_url": "refused",
    "renewal_validates": False,
    "client_state_shown": False,
    "subscription_quota": 100,
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    """An empty tenant in a process of its own."""
    with programs.simulator() as process:
        yield process


@pytest.fixture(scope="module")
def caller(simulator: SimulatorProcess) -> Iterator[Caller]:
    """An application of that tenant."""
    with Caller(simulator) as caller:
        yield caller


@pytest.fixture
def control(simulator: SimulatorProcess) -> Iterator[Control]:
    """The tenant's control, with every fault and answer put back afterwards."""
    yield simulator.control
    simulator.control.clear_faults()
    simulator.control.open_question(**_settings)


@pytest.fixture
def number() -> str:
    """A British number that no other test uses."""
    return f"+{next(_numbers)}"


@pytest.fixture
def ann(control: Control) -> str:
    """Somebody in London with Phone System."""
    return control.add_person(
        licences=["SPE_E5"], city="LONDON", officeLocation="Park Lane", usageLocation="GB"
    )
