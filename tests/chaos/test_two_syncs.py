"""Two runs at once on one tenant, and a run that finds nothing to do."""

import time
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.tenant import connected


@pytest.mark.long(8)
def test_of_two_syncs_at_once_one_works_and_the_other_ends_with_exit_5(cli: Command, tmp_path: Path) -> None:
    with connected(cli, tmp_path) as office:
        people = office.joiners(3)
        office.simulator.control.faults(operation_seconds=4)
        first = cli.start("sync", office.tenant)
        while not office.simulator.control.counts()["by_kind"].get("assign"):
            assert first.poll() is None, "the first sync must still be at work"
            time.sleep(0.1)
        second = cli("sync", office.tenant)
        assert (second.code, second.out) == (5, "")
        assert second.err == (
            "numberline: another run is busy with contoso: try again when it has ended, or use --wait.\n"
        )
        first.communicate(timeout=60)
        assert first.returncode == 0
        assert [len(office.simulator.control.numbers_of(person)) for person in people] == [1, 1, 1]


def test_a_sync_can_wait_for_the_one_that_is_busy(cli: Command, tmp_path: Path) -> None:
    with connected(cli, tmp_path) as office:
        office.joiners(1)
        office.simulator.control.faults(operation_seconds=2)
        first = cli.start("sync", office.tenant)
        while not office.simulator.control.counts()["by_kind"].get("assign"):
            time.sleep(0.1)
        assert office.sync("--wait", "60")["failed"] == 0
        assert first.wait(60) == 0


def test_a_second_sync_with_nothing_changed_makes_no_writing_call(cli: Command, tmp_path: Path) -> None:
    with connected(cli, tmp_path) as office:
        office.joiners(3)
        assert office.sync()["applied"]["assign"] == 3
        control = office.simulator.control
        control.clear_requests()
        again = office.sync()
        assert (again["applied"]["assign"], again["waiting"], again["held"]) == (0, 0, 0)
        assert not {"assign", "unassign", "update"} & set(control.counts()["by_kind"])
