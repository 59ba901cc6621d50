"""What a terminal gets that a pipe does not: progress on stderr, and Ctrl-C."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.tenant import Office, connected

pytestmark = pytest.mark.sqlite  # what a terminal sees is the same with any database

SOON = 60.0


@pytest.fixture
def office(cli: Command, tmp_path: Path) -> Iterator[Office]:
    """A tenant with one range, in mode full."""
    with connected(cli, tmp_path) as office:
        yield office


def sync_with_a_terminal_for_stderr(office: Office, tmp_path: Path) -> tuple[int, str, str]:
    """Exit code, what went to stdout (a pipe), and what the terminal showed."""
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "numberline", "sync", office.tenant],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=its_end,
        cwd=tmp_path,
        env=office.cli.environment({"TERM": "xterm-256color"}),
    )
    os.close(its_end)
    shown, deadline = b"", time.monotonic() + SOON
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
    out, _ = process.communicate(timeout=SOON)
    os.close(terminal)
    return process.returncode, out.decode(), shown.decode(errors="replace")


def test_progress_is_shown_on_a_terminal_and_stays_out_of_the_result(office: Office, tmp_path: Path) -> None:
    office.joiners(3)
    code, out, shown = sync_with_a_terminal_for_stderr(office, tmp_path)
    assert code == 0
    assert out.startswith("contoso (full), run ")
    assert "reading people" in shown
    assert "assigned" in shown
    assert "reading people" not in out


def test_a_listing_on_a_narrow_terminal_is_readable(office: Office, tmp_path: Path) -> None:
    office.joiners(1, userPrincipalName="ada@contoso.example", displayName="Ada Lovelace")
    office.sync()
    terminal, its_end = pty.openpty()
    environment = office.cli.environment({"TERM": "xterm", "COLUMNS": "80"})
    command = [sys.executable, "-m", "numberline", "person", "list", "contoso"]
    done = subprocess.run(command, stdout=its_end, cwd=tmp_path, env=environment, check=True, timeout=SOON)
    os.close(its_end)
    lines = re.sub(r"\x1b\[[\d;]*m", "", os.read(terminal, 65536).decode()).split("\r\n")
    os.close(terminal)
    assert done.returncode == 0
    assert lines[1].split() == [
        "ada@contoso.example",
        *["Ada", "Lovelace", "+44", "20", "7946", "0000", "carrier", "keep:", "holds"],
    ]
    assert lines[2] == '  Why: Holds +442079460000 of range "London Park Lane".'
    assert max(map(len, lines)) <= 80


def test_a_pipe_gets_the_result_and_nothing_else(office: Office) -> None:
    office.joiners(3)
    done = office.cli("sync", "contoso")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1:] == ["Numbers: 3 assigned."]


@pytest.mark.long(8)
def test_ctrl_c_ends_a_command_with_one_line_and_130(office: Office) -> None:
    office.joiners(3)
    office.simulator.control.faults(latency=2.0)
    process = office.cli.start("sync", "contoso")
    while not office.simulator.control.requests(kind="delta"):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SOON)
    assert (process.returncode, out) == (130, "")
    assert err == "numberline: stopped by Ctrl-C: run the command again to go on.\n"
    office.simulator.control.clear_faults()
    assert office.sync()["applied"]["assign"] == 3


def assigning(office: Office, people: int, **faults: object) -> subprocess.Popen[str]:
    """A sync that has just sent its first request to assign; everybody wants a number."""
    office.joiners(people)
    office.simulator.control.faults(**faults)
    process = office.cli.start("sync", "contoso")
    while not office.simulator.control.requests(kind="assign"):
        assert process.poll() is None
        time.sleep(0.02)
    return process


@pytest.mark.long(12)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_sync_that_is_told_to_end_while_it_assigns_finishes_what_it_has_sent(
    office: Office, number: signal.Signals, code: int
) -> None:
    process = assigning(office, 60, operation_seconds=[1.0, 1.0])
    process.send_signal(number)
    out, err = process.communicate(timeout=SOON)
    sent = len(office.simulator.control.requests(kind="assign"))
    assert process.returncode == code
    assert 0 < sent < 60
    assert f"Numbers: {sent} assigned." in out
    assert f"{60 - sent} changes left for the next run." in out
    assert err.startswith("numberline: stopped by ")
    assert err.endswith(": run the command again to go on.\n")
    (run,) = office.json("tenant", "list")["items"]
    assert run["outcome"] == "ended"
    assert office.json("number", "list", "contoso", "--state", "assigning")["items"] == []
    office.simulator.control.clear_faults()
    assert office.sync()["applied"]["assign"] == 60 - sent
    assert office.simulator.control.judgement() == []


def test_a_second_signal_ends_a_sync_at_once(office: Office) -> None:
    process = assigning(office, 1, operation_seconds=[30.0, 30.0])
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert process.returncode == -signal.SIGINT


@pytest.mark.long(20)
def test_what_takes_teams_too_long_is_left_to_the_next_run(office: Office) -> None:
    process = assigning(office, 1, operation_seconds=[20.0, 20.0])
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=SOON)
    assert process.returncode == 143
    assert "1 person waiting" in out, "it did not wait for the end of the operation"
    assert office.sync("--wait", "5")["applied"]["assign"] == 1
    assert len(office.simulator.control.requests(kind="assign")) == 1


def test_a_reader_that_leaves_early_is_no_error(office: Office) -> None:
    """`numberline number list contoso | head -1`."""
    line = f"{sys.executable} -m numberline number list contoso | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        env=office.cli.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=SOON,
    )
    assert done.stdout.startswith("Number ")
    assert done.stderr == ""


def test_the_online_check_compares_a_file_with_teams(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "online.yaml"
    file.write_text(
        """
tenant: contoso
ranges:
  - name: Abingdon
    type: calling_plan
    select: {country: GB, area_code: "1235"}
"""
    )
    doubtful = office.cli("config", "check", file, "--online")
    assert (doubtful.code, doubtful.err) == (0, "")
    assert 'Doubt: line 6: Teams lists no number of range "Abingdon"' in doubtful.out
    office.simulator.control.add_numbers(["+441235960100", "+441235960101"], "callingPlan", country="GB")
    told = office.json("config", "check", str(file), "--online")
    assert told["confirmed"] == ['line 6: Teams lists 2 numbers of range "Abingdon".']
    assert told["doubts"] == []
