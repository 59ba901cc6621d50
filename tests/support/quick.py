"""`numberline` that asks for the result of an operation at once: a simulator needs no time unless a test says so."""

from collections.abc import Iterator
from contextlib import contextmanager

from numberline.graph.rates import Rates

FIRST_POLL = 0.1
RATES = Rates(reads=200, writes=100, writes_most=200, rise=50, app_writes=1000)


def main() -> None:
    """Be the command, which waits 0.1 s where it would wait 2 s, or 0.5 s once it has learned."""
    from numberline.assignments import flight
    from numberline.cli.main import main as numberline

    flight.FIRST_POLL = flight.LEAST_POLL = FIRST_POLL
    numberline()


@contextmanager
def here() -> Iterator[None]:
    """The same for what runs in this process, which also asks as often as it likes, and learned no rates before."""
    import pytest
    from django.conf import settings

    from numberline.assignments import flight
    from numberline.tenants import credentials

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flight, "FIRST_POLL", FIRST_POLL)
        patch.setattr(flight, "LEAST_POLL", FIRST_POLL)
        patch.setattr(settings, "GRAPH_RATES", RATES)
        patch.setattr(credentials, "_governors", {})
        yield
