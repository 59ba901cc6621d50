"""`numberline worker` and `numberline simulate` as processes: they work, and end when told."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.tenant import connected

SOON = 60.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_serves_people_until_it_is_told_to_end(
    cli: Command, tmp_path: Path, number: signal.Signals
) -> None:
    with connected(cli, tmp_path) as office:
        person = office.joiners(1)[0]
        worker = cli.start("worker")
        held = eventually_held(office.simulator.control.numbers_of, person)
        worker.send_signal(number)
        out, err = worker.communicate(timeout=SOON)
    assert held == ["+442079460000"]
    assert (worker.returncode, out, err) == (0, "", "")


def test_the_worker_goes_on_when_a_tenant_cannot_be_reached(cli: Command, tmp_path: Path) -> None:
    with connected(cli, tmp_path) as office:
        office.simulator.control.permissions([])
        worker = cli.start("worker")
        assert worker.stderr is not None
        first = worker.stderr.readline()
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=SOON)
    assert "a pass failed" in first
    assert "contoso" in first
    assert worker.returncode == 0


def eventually_held(numbers_of: object, person: str) -> list[str]:
    """What the person holds as soon as it is anything."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        found: list[str] = numbers_of(person)  # type: ignore[operator]
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{person} got no number within {SOON} s")


def test_the_simulator_says_how_to_reach_it_and_ends_with_0(cli: Command) -> None:
    process = cli.start("simulate", "--people", "5")
    told = first_line(process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SOON)
    assert sorted(told) == ["ca_file", "client_id", "client_secret", "control", "tenant_id", "url"]
    assert told["url"].startswith("https://127.0.0.1:")
    assert process.returncode == 0
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_told_by_the_simulator(cli: Command) -> None:
    process = cli.start("simulate", "--people", "0")
    port = first_line(process)["url"].rpartition(":")[2]
    done = cli("simulate", "--people", "0", "--port", port)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=SOON)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("numberline: ")
    assert f"127.0.0.1:{port}" in done.err
    assert done.err.count("\n") == 1


def test_the_simulator_writes_a_configuration_file_that_is_right(cli: Command, tmp_path: Path) -> None:
    process = cli.start("simulate", "--people", "50", "--write-config", "company.yaml")
    first_line(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=SOON)
    done = cli("config", "check", "company.yaml")
    assert (done.code, done.err) == (0, "")


def first_line(process: subprocess.Popen[str]) -> dict[str, str]:
    """The line that says it is ready."""
    assert process.stdout is not None
    told: dict[str, str] = json.loads(process.stdout.readline())
    return told
