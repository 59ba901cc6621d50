"""`numberline demo` as a process: people get numbers, it ends as it should, and leaves nothing behind."""

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest

from numberline.cli.demo import place
from tests.support.command import Command
from tests.support.session import is_setting

SOON = 90.0
QUICK = ("--people", "40", "--pace", "1", "--port", "0", "--portal", "0", "--no-history")


@pytest.fixture
def demo(tmp_path: Path) -> Command:
    """The command of somebody whose home can be neither read nor written, with a folder for temporary files."""
    return command_in(tmp_path)


def command_in(folder: Path, *, cold: bool = False, **settings: str) -> Command:
    (folder / "temporary").mkdir()
    own = {"HOME": "/nonexistent", "TMPDIR": str(folder / "temporary")}
    return Command({**own, **settings}, folder, cold=cold)


def left_behind(tmp_path: Path) -> list[str]:
    """What lies where the demo was at work."""
    return sorted(os.listdir(tmp_path / "temporary"))


STAGES = ("joined", "detected", "decided", "assigned", "waiting")


def moment_of(stage: str, shown: str) -> float:
    """When the demo first showed a stage, in its own seconds."""
    found = re.search(rf"^ +([\d.]+) s  {stage} ", shown, re.MULTILINE)
    assert found, f"nobody was ever {stage}\n{shown}"
    return float(found[1])


class Lived(NamedTuple):
    """A demo to which everything happened: how it ended, what it printed and left."""

    code: int
    out: str
    err: str
    left: list[str]
    port: int
    mine: Path
    page: str


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """The demo of a user with settings of their own, whose port is taken, and who presses Ctrl-C when all is seen."""
    folder = tmp_path_factory.mktemp("lived")
    mine = folder / "mine.sqlite3"
    settings = {"NUMBERLINE_DATABASE_URL": f"sqlite:///{mine}", "NUMBERLINE_SECRET_KEY": "mine alone " * 4}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = (*QUICK, "--port", port, "--seconds", SOON)
        process = command_in(folder, cold=True, **settings).start("demo", *line)
        shown = shown_until(process, *STAGES)
        page = seen_after_signing_in(shown)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SOON)
    return Lived(process.returncode, shown + out, err, left_behind(folder), port, mine, page)


def seen_after_signing_in(shown: str) -> str:
    """The page to which the portal leads whoever signs in as the demo says, with nothing but a password."""
    said = re.search(r"The portal answers at (\S+)  Sign in as (\S+) with (\S+)", shown)
    assert said, shown
    address, email, password = said.groups()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(address, timeout=SOON) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token
    form = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
    asked = urllib.request.Request(page.url, urllib.parse.urlencode(form).encode(), {"Origin": address})
    with browser.open(asked, timeout=SOON) as answer:
        text: str = answer.read().decode()
    assert answer.url == f"{address}/t/contoso/", text
    return text


def shown_until(process: subprocess.Popen[str], *stages: str) -> str:
    """What it printed until somebody had come to each of these stages, or until it ended."""
    assert process.stdout is not None
    shown = ""
    for line in process.stdout:
        shown += line
        if all(f" {stage} " in shown for stage in stages):
            break
    return shown


def test_people_get_numbers_within_seconds(lived: Lived) -> None:
    assert moment_of("assigned", lived.out) - moment_of("joined", lived.out) < 15
    assert "next available number of range" in lived.out
    assert re.search(
        r"(people|person) joined in \d+ s; \d+ numbers? given, typically [\d.]+ s after joining", lived.out
    )
    assert "nobody holds two, and no conflicting request was ever sent." in lived.out


def test_the_portal_opens_to_the_sign_in_that_is_shown(lived: Lived) -> None:
    assert "Overview of contoso" in lived.page


def test_ctrl_c_ends_it_with_a_summary_and_exit_0(lived: Lived) -> None:
    assert (lived.code, lived.err) == (0, "")
    assert "Checked against the simulated tenant" in lived.out
    assert lived.left == []


def test_a_port_that_is_taken_is_avoided(lived: Lived) -> None:
    assert f"Port {lived.port} is taken: another one is used." in lived.out


def test_a_setting_of_the_user_is_left_alone(lived: Lived) -> None:
    assert lived.code == 0
    assert not lived.mine.exists()


def test_no_receiver_and_no_address_of_the_users_own_installation_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The demo's process only: its settings are put back with the test's."""
    for name in filter(is_setting, list(os.environ)):
        monkeypatch.setenv(name, os.environ[name])
    for name in ("NUMBERLINE_ALERT_WEBHOOK", "NUMBERLINE_SMTP_URL", "NUMBERLINE_URL", "NUMBERLINE_PROXY"):
        monkeypatch.setenv(name, "https://mine.example.com")
    monkeypatch.setenv("NUMBERLINE_DATA_DIR", "")
    monkeypatch.setenv("NUMBERLINE_DATABASE_URL", "")
    monkeypatch.setenv("NUMBERLINE_SECRET_KEY", "mine alone " * 4)
    monkeypatch.setenv("NUMBERLINE_LOG", "info")
    with place.fresh_folder(keep=False) as folder:
        left = {name: value for name, value in os.environ.items() if is_setting(name)}
        assert set(left) == {"NUMBERLINE_DATA_DIR", "NUMBERLINE_DATABASE_URL", "NUMBERLINE_LOG"}
        assert left["NUMBERLINE_DATA_DIR"] == str(folder)


def test_the_demo_ends_by_itself_and_leaves_nothing(demo: Command, tmp_path: Path) -> None:
    done = demo("demo", *QUICK, "--seconds", "1", timeout=SOON)
    assert (done.code, done.err) == (0, "")
    assert "nobody holds two, and no conflicting request was ever sent." in done.out
    assert left_behind(tmp_path) == []


def test_the_data_folder_is_kept_on_request_and_can_be_looked_at(demo: Command, tmp_path: Path) -> None:
    """Told to end as services are, which is like Ctrl-C."""
    process = demo.start("demo", *QUICK, "--keep")
    shown = shown_until(process, "assigned")
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (0, "")
    assert "Checked against the simulated tenant" in out
    (folder,) = (tmp_path / "temporary").glob("numberline-demo-*")
    assert f"The data folder is kept: {folder}" in shown + out
    listed = demo("tenant", "list", "--json", env={"NUMBERLINE_DATA_DIR": str(folder)})
    assert listed.code == 0


def test_ctrl_c_while_it_is_still_starting_ends_it_with_exit_0(demo: Command, tmp_path: Path) -> None:
    process = demo.start("demo", *QUICK)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (0, "")
    assert "Ended before the company was ready." in out
    assert left_behind(tmp_path) == []


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
