"""`numberline serve` as processes: the portal answers, automation works beside it, and both end together."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from numberline import clock
from numberline.cli.beside import Beside
from tests.support.command import Command
from tests.support.tenant import connected

SOON = 60.0


def eventually(look: Callable[[], object], what: str) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + SOON
    while not look():
        assert time.monotonic() < deadline, f"not within {SOON} s: {what}"
        time.sleep(0.05)


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The processes that serve has started and that run."""
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().removeprefix("The portal answers at ").strip()


@pytest.mark.sqlite
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes where Linux shows them")
def test_serve_answers_gives_numbers_beside_and_starts_a_worker_again_that_was_killed(
    cli: Command, tmp_path: Path
) -> None:
    with connected(cli, tmp_path) as office:
        serving = cli.start("serve", "--listen", "127.0.0.1:0", cold=True)
        url = address_of(serving)
        assert serving.stdout is not None
        assert "Nobody can sign in yet" in serving.stdout.readline()
        with urllib.request.urlopen(f"{url}/healthz", timeout=SOON) as answer:
            assert answer.read() == b"ok\n"
        eventually(lambda: workers_of(serving), "a worker")
        first = workers_of(serving)[0]
        os.kill(first, signal.SIGKILL)
        eventually(lambda: workers_of(serving) not in ([], [first]), "another worker")
        person = office.joiners(1)[0]
        eventually(lambda: office.simulator.control.numbers_of(person), "a number")
        second = workers_of(serving)[0]
        serving.send_signal(signal.SIGTERM)
        _, err = serving.communicate(timeout=SOON)
    assert serving.returncode == 0
    assert "the worker ended and is started again" in err
    assert len(err.splitlines()) == 1, err
    assert not alive(second)


@pytest.mark.sqlite
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes where Linux shows them")
def test_a_worker_does_not_outlive_a_portal_that_was_killed(cli: Command) -> None:
    serving = cli.start("serve", "--listen", "127.0.0.1:0", cold=True)
    address_of(serving)
    eventually(lambda: workers_of(serving), "a worker")
    worker = workers_of(serving)[0]
    serving.kill()
    serving.communicate(timeout=SOON)
    eventually(lambda: not alive(worker), "the end of the worker")


def test_the_portal_alone_starts_no_worker_and_a_second_one_is_told_that_the_port_is_taken(
    cli: Command,
) -> None:
    serving = cli.start("serve", "--listen", "127.0.0.1:0", "--no-worker", cold=True)
    port = address_of(serving).rpartition(":")[2]
    second = cli("serve", "--listen", f"127.0.0.1:{port}")
    assert (second.code, second.out) == (1, "")
    assert second.err == (
        f"numberline: Port {port} on 127.0.0.1 is taken: end what listens there, or name another in --listen.\n"
    )
    assert workers_of(serving) == []
    serving.send_signal(signal.SIGINT)
    assert serving.communicate(timeout=SOON)[1] == ""
    assert serving.returncode == 0


@pytest.mark.sqlite
def test_a_portal_in_the_open_is_not_started(cli: Command) -> None:
    done = cli("serve", "--listen", "0.0.0.0:0")
    assert done.code == 1
    assert "other machines would reach the portal without TLS: set NUMBERLINE_URL" in done.err
    assert done.err.count("\n") == 1


def test_a_worker_that_ends_at_once_is_started_again_after_longer_and_longer_pauses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with clock.travel() as time_:
        beside = Beside(("/bin/sh", "-c", "exit 3"))
        for pause in (1, 2, 4, 8):
            beside.watch()
            said = len(caplog.messages)
            eventually(lambda: beside.watch() or len(caplog.messages) > said, "its end")  # noqa: B023
            assert f"exit_code=3 again_in_seconds={pause}" in caplog.messages[-1]
            beside.watch()
            time_.advance(timedelta(seconds=pause))
        beside.end()
