"""Microsoft is down, and whoever works with the tenant is told so."""

from collections.abc import Iterator

import pytest

from numberline import clock
from numberline.graph.circuit import Circuit
from numberline.graph.errors import Wait
from numberline.tenants.check import check
from numberline.tenants.credentials import client
from numberline.tenants.models import Tenant
from numberline.tenants.outage import outage_of
from numberline.tenants.shared import store
from tests import factories as make

HOST, LOGIN = "graph.example", "login.example"


@pytest.fixture
def time(database: str) -> Iterator[clock.FakeClock]:
    """A clock that the test moves."""
    assert database
    with clock.travel() as moved:
        yield moved


@pytest.fixture
def tenant(time: clock.FakeClock) -> Tenant:
    """A tenant whose host nobody reaches."""
    assert time.now()
    return make.tenant("contoso")


def goes_down(host: str) -> None:
    """Nobody reaches the host."""
    for call in range(6):
        clock.sleep(1.0)
        Circuit(store(), host, "another tenant").bad(str(call), connected=False)


def test_no_outage_is_told_while_microsoft_answers(tenant: Tenant) -> None:
    assert outage_of(tenant) is None


@pytest.mark.parametrize("host", [HOST, LOGIN])
def test_either_host_that_is_down_is_told(tenant: Tenant, host: str) -> None:
    goes_down(host)
    found = outage_of(tenant)
    assert found is not None
    assert (found.host, found.everybody) == (host, True)
    assert found.since < clock.now() < found.again


def test_tenant_check_says_so_and_asks_nobody(tenant: Tenant) -> None:
    goes_down(LOGIN)
    (only,) = check(tenant)
    assert (only.name, only.ok, only.code) == ("token", False, "microsoft_down")
    assert only.detail.startswith("Microsoft does not answer at login.example (since ")
    assert "next try at" in only.detail


def test_background_work_and_people_are_refused_at_once_with_the_time_of_the_next_try(tenant: Tenant) -> None:
    goes_down(LOGIN)
    for priority in ("low", "high"):
        with client(tenant, priority) as graph, pytest.raises(Wait) as raised:
            graph.organization()
        assert (raised.value.code, raised.value.never_sent) == ("microsoft_down", True)
        assert 0 < raised.value.after <= 16
