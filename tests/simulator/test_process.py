"""The simulator is a process of its own that starts quickly and leaves nothing behind."""

import json
import os
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from numberline.simulator.client import ControlError
from numberline.simulator.main import main
from numberline.simulator.process import SimulatorError, start
from tests.simulator.graph import Caller


def alive(pid: int) -> bool:
    """Whether a process of that id still runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_two_run_side_by_side_and_end_with_their_blocks() -> None:
    with start() as one, start() as other:
        assert one.url != other.url
        pids = [one.pid, other.pid]
        assert all(map(alive, pids))
    assert not any(map(alive, pids))


def test_it_ends_when_its_parent_is_killed() -> None:
    script = """
        import os, signal, sys
        from numberline.simulator.process import start
        with start() as simulator:
            print(simulator.pid, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pid = int(subprocess.run(command, capture_output=True, check=False, env=environment).stdout)
    end = time.monotonic() + 10
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(pid)


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SimulatorError, match=f"cannot listen on 127.0.0.1:{port}"), start(port=port):
            pytest.fail("it must not start")


def test_an_empty_tenant_has_nobody_and_no_company_to_join() -> None:
    with start() as simulator:
        state = simulator.control.state()
        assert (state["people"], state["numbers"]) == (0, 0)
        with pytest.raises(ControlError, match="no company to join"):
            simulator.control.join()


def test_the_matching_configuration_can_be_written(tmp_path: Path) -> None:
    with start(people=50, write_config=tmp_path / "contoso.yaml") as simulator:
        assert len(simulator.control.join(3)) == 3
    assert "Park Lane" in (tmp_path / "contoso.yaml").read_text(encoding="utf-8")


def test_help_says_what_the_options_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "--people" in capsys.readouterr().out


def test_it_says_at_the_end_at_which_rate_it_served() -> None:
    command = [sys.executable, "-m", "numberline.simulator", "--people", "0", "--exit-with-parent"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(command, input=b"", capture_output=True, check=True, env=environment)
    assert ended.stderr.startswith(b"Served 0 requests")
    assert json.loads(ended.stdout)["url"].startswith("https://127.0.0.1:")


def seconds_used(pid: int, began: float) -> float:
    """Processor time of the child where it can be read, so that busy neighbours do not count; else the time passed."""
    if sys.platform != "linux":
        return time.monotonic() - began
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_hundred_thousand_people_start_within_ten_seconds_and_below_a_gigabyte() -> None:
    began = time.monotonic()
    with start(people=100_000) as simulator:
        assert seconds_used(simulator.pid, began) < 10
        with Caller(simulator) as caller:
            page = caller.read("/users/delta?$select=displayName,assignedPlans,assignedLicenses")
            for _ in range(20):
                page = caller.read(page["@odata.nextLink"])
            assert len(page["value"]) == 200
        state = simulator.control.state()
        assert state["people"] == 100_000
        assert state["numbers"] > 80_000
        if sys.platform == "linux":
            status = Path(f"/proc/{simulator.pid}/status").read_text(encoding="ascii")
            assert int(status.split("VmHWM:")[1].split()[0]) < 1_000_000
