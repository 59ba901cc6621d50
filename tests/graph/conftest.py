"""A scripted Microsoft, and clients that talk to it without waiting long."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest
import trustme

from numberline.graph import Credentials, GraphClient, Rates, Retries
from tests.graph.microsoft import CLIENT, SECRET, TENANT, Microsoft

FAST = Rates(reads=1000, writes=1000, writes_most=1000, patience=5)
IMPATIENT = Retries(attempts=4, connects=2, initial=0.001, most=0.002)

Open = Callable[..., GraphClient]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """One certificate authority for the folder: making one costs time."""
    return trustme.CA()


@pytest.fixture
def microsoft(authority: trustme.CA) -> Iterator[Microsoft]:
    """Microsoft as the test scripts it; an unexpected request fails the test."""
    with Microsoft(authority) as server:
        yield server
    assert [f"{asked.method} {asked.target}" for asked in server.unexpected] == []


@pytest.fixture
def open_client(microsoft: Microsoft) -> Iterator[Open]:
    """Opens clients: `open_client(secret=…, rates=…)`; they are closed at the end."""
    with ExitStack() as stack:

        def opened(**given: Any) -> GraphClient:
            options: dict[str, Any] = {"rates": FAST, "retries": IMPATIENT, "timeout": httpx2.Timeout(5.0)}
            options |= {
                name: given.pop(name)
                for name in ("rates", "retries", "timeout", "governor", "clock", "priority")
                if name in given
            }
            return stack.enter_context(GraphClient(credentials(microsoft, **given), **options))

        yield opened


@pytest.fixture
def client(open_client: Open) -> GraphClient:
    """A client with the right secret."""
    return open_client()


def credentials(microsoft: Microsoft, **given: Any) -> Credentials:
    """Credentials for the scripted Microsoft, with whatever the test changes."""
    usual = {"tenant_id": TENANT, "client_id": CLIENT, "ca_pem": microsoft.ca_pem}
    usual |= {"graph_url": microsoft.url, "login_url": microsoft.url}
    if "certificate_pem" not in given:
        usual["secret"] = SECRET
    return Credentials(**{**usual, **given})
