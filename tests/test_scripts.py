"""What a user meets before Numberline itself runs: the set-up, and Ctrl-C under make."""

import os
import pty
import select
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
import signal, sys, time
def end(*_):
    print("ended well", flush=True)
    sys.exit(0)
signal.signal(signal.SIGINT, end)
print("running", flush=True)
time.sleep(60)
sys.exit(9)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the scripts and the locks, and no environment yet."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def python_that_says(folder: Path, answer: str) -> Path:
    """A program in place of Python, a line of shell."""
    program = folder / "some-python"
    program.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def set_up(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / "scripts" / "setup.sh", "run"],
        env={**os.environ, "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_python_that_is_too_old_is_refused_in_one_sentence(copy: Path) -> None:
    done = set_up(copy, str(python_that_says(copy, "exit 1")))
    assert done.returncode == 1
    assert "is not a working Python 3.11 or newer: install one" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (copy / ".venv").exists()


def test_a_python_without_venv_is_refused_with_the_package_that_has_it(copy: Path) -> None:
    done = set_up(copy, str(python_that_says(copy, 'case "$*" in *ensurepip*) exit 1;; esac; exit 0')))
    assert done.returncode == 1
    assert "lacks the venv module: install it (on Debian and Ubuntu the package python3-venv)" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_python_at_all_is_said(copy: Path) -> None:
    done = set_up(copy, "no-such-python")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "No Python was found under the name no-such-python: install Python 3.11 or newer"
    )


def test_an_unknown_group_is_refused(copy: Path) -> None:
    environment = copy / ".venv" / "bin"
    environment.mkdir(parents=True)
    (environment / "python").symlink_to(sys.executable)
    done = subprocess.run(
        [copy / "scripts" / "setup.sh", "everything"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "setup.sh knows no group 'everything'" in done.stderr


@pytest.fixture
def makefile(tmp_path: Path) -> Path:
    """A Makefile that runs a program as `make demo` runs the demo."""
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    file = tmp_path / "Makefile"
    file.write_text(
        f"demo:\n\t@{sys.executable} {ROOT / 'scripts' / 'foreground.py'} {sys.executable} program.py\n",
        encoding="utf-8",
    )
    return file


def read_until(descriptor: int, words: bytes, seconds: float = 30) -> bytes:
    """What a terminal shows, up to these words or its end."""
    shown = b""
    deadline = time.monotonic() + seconds
    while words not in shown and time.monotonic() < deadline:
        if select.select([descriptor], [], [], 0.2)[0]:
            try:
                shown += os.read(descriptor, 4096)
            except OSError:
                break
    return shown


def make_demo(folder: Path) -> tuple[int, int]:
    """`make demo` on a terminal of its own: its process and the terminal. It listens to Ctrl-C whatever the tests run under."""
    child, terminal = pty.fork()
    if child == 0:
        # Who starts the tests in the background has interrupts ignored, and make would inherit that.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.chdir(folder)
        os.execvp("make", ["make", "demo"])
    return child, terminal


# The child of the fork goes straight to exec, whatever threads the test runner has.
@pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")
def test_ctrl_c_ends_the_demo_without_an_error_from_make(makefile: Path) -> None:
    child, terminal = make_demo(makefile.parent)
    try:
        shown = read_until(terminal, b"running")
        assert b"running" in shown
        os.write(terminal, b"\x03")
        shown += read_until(terminal, b"ended well")
        _, status = os.waitpid(child, 0)
    finally:
        os.close(terminal)
    assert b"ended well" in shown
    assert b"***" not in shown
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")
@pytest.mark.parametrize("heard_by", ["make alone", "the group of make"])
def test_an_interrupt_that_the_terminal_did_not_send_ends_the_demo_too(makefile: Path, heard_by: str) -> None:
    child, terminal = make_demo(makefile.parent)
    assert b"running" in read_until(terminal, b"running")
    (os.kill if heard_by == "make alone" else os.killpg)(child, signal.SIGINT)
    shown = read_until(terminal, b"nothing that is ever shown", 20)
    os.waitpid(child, 0)
    os.close(terminal)
    assert b"ended well" in shown
    assert b"***" not in shown, "an error of make"


def test_a_program_that_ctrl_c_ended_is_no_error() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "foreground.py", "sh", "-c", "exit 130"], check=False, timeout=30
    )
    assert done.returncode == 0


def test_a_signal_to_the_launcher_reaches_the_program(makefile: Path) -> None:
    launcher = subprocess.Popen(
        [sys.executable, ROOT / "scripts" / "foreground.py", sys.executable, "program.py"],
        cwd=makefile.parent,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert launcher.stdout is not None
    assert launcher.stdout.readline() == "running\n"
    launcher.send_signal(signal.SIGINT)
    rest, _ = launcher.communicate(timeout=30)
    assert rest == "ended well\n"
    assert launcher.returncode == 0


def test_the_launcher_ends_with_the_exit_code_of_the_program() -> None:
    code = subprocess.run(
        [sys.executable, ROOT / "scripts" / "foreground.py", "sh", "-c", "exit 3"], check=False, timeout=30
    ).returncode
    killed = subprocess.run(
        [sys.executable, ROOT / "scripts" / "foreground.py", "sh", "-c", "kill -TERM $$"],
        check=False,
        timeout=30,
    ).returncode
    assert (code, killed) == (3, 128 + signal.SIGTERM)


def test_without_a_browser_and_a_way_to_install_one_the_set_up_says_what_to_install(copy: Path) -> None:
    tools = copy / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "id", "cksum", "cat", "mkdir"):
        (tools / name).symlink_to(str(shutil.which(name)))
    environment = copy / ".venv" / "bin"
    environment.mkdir(parents=True)
    (environment / "python").symlink_to(sys.executable)
    done = subprocess.run(
        [copy / "scripts" / "setup.sh", "browser"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("No Chromium is here, and it can't be installed from here: install")
