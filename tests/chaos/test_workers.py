"""Worker processes on PostgreSQL that are killed, and a database that goes away: what the others make of it."""

from __future__ import annotations

import json

import pytest

from numberline import clock
from numberline.jobs.heartbeat import alive
from tests.chaos.workers import ENVIRONMENT, Workers, eventually, firms
from tests.support import programs
from tests.support.command import Command

pytestmark = pytest.mark.postgresql


@pytest.mark.long(25)
def test_of_two_workers_one_is_killed_in_the_middle_of_a_run_and_the_other_goes_on_within_a_minute(
    cli: Command,
) -> None:
    """With the times that the product has: nothing of signs of life and silence is shortened here."""
    with firms(1) as [firm]:
        control = firm.office.control
        control.faults(operation_seconds=8.0, lose_answer={"on": "assign", "count": 2, "seconds": 0.5})
        firm.join(12)
        one = cli.start_line([*programs.warm("tests.support.quick:main"), "worker"], env=ENVIRONMENT)
        assert eventually(lambda: firm.office.open_changes() > 3 and firm.office.writes() > 3, 20)
        other = Workers(cli, 1, "tests.support.quick:main")
        assert eventually(lambda: len(alive(clock.now())) == 2, 10), "both live before one is killed"
        one.kill()
        killed = clock.monotonic()
        one.communicate()
        assert firm.office.open_changes(), "the run was in its middle"
        control.faults(operation_seconds=0.05)
        assert eventually(firm.settled, 60), firm.told()
        assert clock.monotonic() - killed < 60
        other.end()
        firm.holds()
        sent = [json.loads(entry["body"]) for entry in control.requests(kind="assign")]
        numbers = {(write["assignmentTargetId"], write["telephoneNumber"]) for write in sent}
        assert len({person for person, _ in numbers}) == len(numbers) == 12, "nobody was ever sent two"


@pytest.mark.long(12)
def test_a_worker_that_is_told_to_end_finishes_what_it_has_sent(cli: Command) -> None:
    with firms(1) as [firm]:
        control = firm.office.control
        firm.join(8)
        control.faults(operation_seconds=2.0)
        worker = Workers(cli, 1, "tests.support.quick:main")
        assert eventually(lambda: bool(control.requests(kind="assign")), 20)
        told = clock.monotonic()
        worker.end()
        assert clock.monotonic() - told < 12
        sent = len(control.requests(kind="assign"))
        assert 0 < sent == firm.office.writes() == len(firm.office.held())
        assert firm.office.open_changes() == 0
