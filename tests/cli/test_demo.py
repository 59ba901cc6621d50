"""`numberline demo` as a process: people get numbers, it ends as it should, and leaves nothing behind."""

import os
import pty
import re
import select
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from tests.support.command import Command

SOON = 90.0
QUICK = ("--people", "40", "--pace", "1", "--port", "0")


@pytest.fixture
def demo(tmp_path: Path) -> Command:
    """The command of somebody whose home can be neither read nor written, with a folder for temporary files."""
    (tmp_path / "temporary").mkdir()
    return Command({"HOME": "/nonexistent", "TMPDIR": str(tmp_path / "temporary")}, tmp_path, cold=True)


def left_behind(tmp_path: Path) -> list[str]:
    """What lies where the demo was at work."""
    return sorted(os.listdir(tmp_path / "temporary"))


STAGES = ("joined", "detected", "decided", "assigned", "waiting")


def moment_of(stage: str, shown: str) -> float:
    """When the demo first showed a stage, in its own seconds."""
    found = re.search(rf"^ +([\d.]+) s  {stage} ", shown, re.MULTILINE)
    assert found, f"nobody was ever {stage}\n{shown}"
    return float(found[1])


@pytest.mark.long(8)
def test_people_get_numbers_within_seconds(demo: Command) -> None:
    process = demo.start("demo", *QUICK, "--seconds", SOON)
    assert process.stdout is not None
    shown = ""
    for line in process.stdout:
        shown += line
        if all(f" {stage} " in shown for stage in STAGES):
            process.send_signal(signal.SIGINT)
            break
    out, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (0, "")
    shown += out
    assert moment_of("assigned", shown) - moment_of("joined", shown) < 15
    assert "next available number of range" in shown
    assert re.search(
        r"(people|person) joined in \d+ s; \d+ numbers? given, typically [\d.]+ s after joining", shown
    )
    assert "nobody holds two, and no conflicting request was ever sent." in shown


def test_the_demo_ends_by_itself_and_leaves_nothing(demo: Command, tmp_path: Path) -> None:
    done = demo("demo", *QUICK, "--seconds", "1", timeout=SOON)
    assert (done.code, done.err) == (0, "")
    assert "nobody holds two, and no conflicting request was ever sent." in done.out
    assert left_behind(tmp_path) == []


def test_the_data_folder_is_kept_on_request_and_can_be_looked_at(demo: Command, tmp_path: Path) -> None:
    done = demo("demo", *QUICK, "--seconds", "1", "--keep", timeout=SOON)
    assert done.code == 0
    (folder,) = (tmp_path / "temporary").glob("numberline-demo-*")
    assert f"The data folder is kept: {folder}" in done.out
    listed = demo("tenant", "list", "--json", env={"NUMBERLINE_DATA_DIR": str(folder)})
    assert listed.code == 0


@pytest.mark.long(8)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_with_a_summary_and_exit_0(
    demo: Command, tmp_path: Path, number: signal.Signals
) -> None:
    process = demo.start("demo", *QUICK)
    assert process.stdout is not None
    for line in process.stdout:
        if " assigned " in line:
            break
    process.send_signal(number)
    out, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (0, "")
    assert "Checked against the simulated tenant" in out
    assert left_behind(tmp_path) == []


def test_ctrl_c_while_it_is_still_starting_ends_it_with_exit_0(demo: Command, tmp_path: Path) -> None:
    process = demo.start("demo", *QUICK)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (0, "")
    assert "Ended before the company was ready." in out
    assert left_behind(tmp_path) == []


def test_a_port_that_is_taken_is_avoided(demo: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = demo("demo", "--people", "5", "--port", port, "--seconds", "1", timeout=SOON)
    assert done.code == 0
    assert f"Port {port} is taken: another one is used." in done.out


def test_a_setting_of_the_user_is_left_alone(demo: Command, tmp_path: Path) -> None:
    mine = tmp_path / "mine.sqlite3"
    settings = {"NUMBERLINE_DATABASE_URL": f"sqlite:///{mine}", "NUMBERLINE_SECRET_KEY": "mine alone " * 4}
    done = demo("demo", "--people", "5", "--port", "0", "--seconds", "1", env=settings, timeout=SOON)
    assert done.code == 0
    assert not mine.exists()


def test_on_a_terminal_the_screen_is_live_and_ctrl_c_is_the_terminals(tmp_path: Path, demo: Command) -> None:
    """In a terminal of its own, where Ctrl-C goes to everything that was started, the simulator included."""
    environment = demo.environment({"TERM": "xterm-256color"})
    del environment["NO_COLOR"]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execve(sys.executable, [sys.executable, "-m", "numberline", "demo", *QUICK], environment)
    screen = read_until(terminal, "assigned", "from joining to number", "served", "Ctrl-C ends the demo.")
    os.write(terminal, b"\x03")
    screen += read_to_the_end(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, screen[-2000:]
    assert "no conflicting request was ever sent." in " ".join(screen.split())
    assert "Traceback" not in screen
    assert left_behind(tmp_path) == []


def read_until(terminal: int, *words: str) -> str:
    """What the terminal shows until all these words have come."""
    seen, deadline = "", time.monotonic() + SOON
    while not all(word in seen for word in words):
        assert time.monotonic() < deadline, seen[-3000:]
        if select.select([terminal], [], [], 0.5)[0]:
            seen += os.read(terminal, 65536).decode(errors="replace")
    return seen


def read_to_the_end(terminal: int) -> str:
    """What the terminal shows until the program has ended."""
    seen = ""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # Linux says so when nobody has the terminal any more
            return seen
        if not more:
            return seen
        seen += more.decode(errors="replace")
