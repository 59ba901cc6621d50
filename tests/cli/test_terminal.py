"""What a terminal gets that a pipe does not: progress on stderr, and Ctrl-C."""

import os
import pty
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


def test_a_pipe_gets_the_result_and_nothing_else(office: Office) -> None:
    office.joiners(3)
    done = office.cli("sync", "contoso")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1:] == ["Numbers: 3 assigned."]


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
