"""Three workers, many tenants, and everything goes wrong at once: kills, a database that is restarted, a Microsoft that misbehaves."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from numberline.database import prepare
from tests.chaos.workers import Firm, Workers, eventually, firms
from tests.support import databases, postgres, session
from tests.support.command import Command

pytestmark = [pytest.mark.postgresql, pytest.mark.database]
ENDS = (signal.SIGINT, signal.SIGQUIT)
"""How the database ends, the one time and the other: in good order, and as a crash does."""


@pytest.fixture
def server(data_dir: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[postgres.Server]:
    """A PostgreSQL server of this test's own, which may be restarted; Django's connection leads to a database of it."""
    own = postgres.start()
    try:
        with psycopg.connect(own.url("postgres"), autocommit=True) as first:
            first.execute("CREATE DATABASE storm")
        with django_db_blocker.unblock(), databases.pointed_at(own.url("storm")):
            prepare()
            yield own
    finally:
        own.stop()


@pytest.fixture
def numberline(server: postgres.Server, data_dir: Path, tmp_path: Path) -> Iterator[Command]:
    """The command on that database."""
    settings = {
        "NUMBERLINE_DATABASE_URL": server.url("storm"),
        "NUMBERLINE_DATA_DIR": str(data_dir),
        "NUMBERLINE_SECRET_KEY": session.SECRET_KEY,
    }
    command = Command(settings, tmp_path)
    yield command
    command.close()


def share(whole: int, number: int, parts: int) -> int:
    """How much of the whole comes in this one of so many parts."""
    return whole * (number + 1) // parts - whole * number // parts


def storm(
    cli: Command,
    server: postgres.Server,
    made: list[Firm],
    people: int,
    kills: int,
    pause: float,
    program: str,
) -> None:
    """People join and leave while workers are killed, the database is restarted twice and Microsoft misbehaves; then it clears."""
    chance = random.Random(5)
    for firm in made:
        firm.office.control.faults(
            throttle={"on": "assign", "probability": 0.05, "retry_after": 1},
            unavailable={"on": "delta", "probability": 0.05},
            reset={"on": "assign", "probability": 0.05},
            lose_answer={"on": "assign", "probability": 0.05, "seconds": (0.0, 0.8)},
            operation_seconds=(0.05, 0.5),
            latency=(0.0, 0.05),
            latency_of={"assign": (0.0, 0.5)},
        )
        firm.join(people // 2)
    workers, outages = Workers(cli, 3, program), (kills // 3, 2 * kills // 3)
    for number in range(kills):
        time.sleep(pause * chance.uniform(0.5, 1.5))
        workers.kill(chance.randrange(3))
        for firm in made:
            firm.join(share(people - people // 2, number, kills))
            firm.leave(share(people // 4, number, kills))
        if number in outages:
            server.restart(1.0, ENDS[outages.index(number)])
            connection.close()
    for firm in made:
        firm.office.control.clear_faults()
    done = eventually(
        lambda: workers.tend() and all(firm.settled() for firm in made), 180 + len(made) * people / 10
    )
    assert done, [firm.told() for firm in made if not firm.settled()]
    workers.end()
    for firm in made:
        assert (len(firm.joined), len(firm.left)) == (people - people // 4, people // 4)
        firm.holds()


@pytest.mark.long(35)
def test_three_workers_that_are_killed_again_and_again_serve_everybody_in_the_end(
    numberline: Command, server: postgres.Server
) -> None:
    with firms(3) as made:
        storm(
            numberline, server, made, people=20, kills=3, pause=1.0, program="tests.chaos.hasty_worker:main"
        )


@pytest.mark.soak
def test_fifty_tenants_and_five_thousand_joiners_and_leavers(
    numberline: Command, server: postgres.Server
) -> None:
    with firms(50, numbers=500) as made:  # each kill lets what was about to be sent rest
        storm(numberline, server, made, people=100, kills=30, pause=4.0, program="tests.support.quick:main")
