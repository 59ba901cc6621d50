"""What the tests of this folder can ask for."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import Client, override_settings

from tests.runs.office import Office, opened
from tests.support.listener import Arrived, Listener, Reply, listen

PATH = "/notifications/graph"


def portal(request: Arrived) -> Reply:
    """What the portal answers to what came to the listener: the reverse proxy before it, as it were."""
    try:
        query = request.path.partition("?")[2]
        answer = Client(HTTP_HOST="elsewhere.example").generic(
            "POST", f"{PATH}?{query}", request.body, content_type=request.type
        )
        return Reply(answer.status_code, answer.content.decode(), {"Content-Type": answer["Content-Type"]})
    finally:
        connections.close_all()


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    """A company without people, its Microsoft simulated, which notifies addresses of this machine."""
    with opened() as made:
        made.control.deliver(http=True)
        yield made


@pytest.fixture
def address(office: Office) -> Iterator[Listener]:
    """The public address, behind which the portal answers."""
    with listen() as listener:
        listener.url = listener.url.replace("/hear", PATH)
        listener.answer = portal
        with override_settings(NOTIFICATION_URL=listener.url):
            yield listener
            office.control.drop_subscription()
