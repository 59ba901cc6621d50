"""The tests' own tools: databases that are truly apart, the command, and checks that find what they look for."""

import ast
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from numberline import __version__, clock
from numberline.tenants.models import Tenant
from tests import test_architecture as architecture
from tests.support import databases, postgres, programs
from tests.support.command import Command
from tests.support.session import is_setting
from tests.support.source import PACKAGE, Module

SINS = '''
from time import time
from datetime import datetime

def forgotten():
    return datetime.now(), time()

class Shown:
    """Says what it is."""

    def method(self):
        return Number.objects.filter(state="available")

    def _own(self):
        # LATER: ask for less
        try:
            return self.rows("SELECT text FROM inventory_number", "NUMBERLINE_NOWHERE")
        except OSError:  # pragma: no cover
            pass
'''.replace("LATER", "TO" + "DO")


def a_tenant() -> Tenant:
    return Tenant.objects.create(
        name="contoso", entra_id="t", client_id="c", credential=b"", created_at=clock.now()
    )


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(database: str, turn: int) -> None:
    assert Tenant.objects.count() == 0
    a_tenant()
    assert connection.settings_dict["NAME"] in database


def test_the_database_is_that_of_this_run_and_other_threads_see_what_was_committed(database: str) -> None:
    assert connection.vendor == databases.kind()
    a_tenant()
    seen: list[int] = []

    def look() -> None:
        seen.append(Tenant.objects.count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [1]


def test_a_test_that_did_not_ask_for_a_database_has_none() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Tenant.objects.count()


def test_the_users_own_settings_never_reach_a_test(data_dir: Path) -> None:
    names = set(filter(is_setting, os.environ))
    ours = ("DATABASE_URL", "DATA_DIR", "SECRET_KEY", "MFA", "SESSIONS")
    assert names == {f"NUMBERLINE_{name}" for name in ours}
    assert os.environ["NUMBERLINE_DATA_DIR"] == str(data_dir)


def test_the_command_runs_with_the_database_of_the_test(cli: Command) -> None:
    assert cli("--version") == (0, f"numberline {__version__}\n", "")


@pytest.mark.sqlite  # how it is started is the subject
@pytest.mark.parametrize("line", ["tenant list --json", "sync nobody", "nonsense", "worklist", "--help"])
def test_a_command_that_is_started_warm_says_what_it_says_when_started_cold(
    cli: Command, database_url: str, data_dir: Path, line: str
) -> None:
    settings = {"NUMBERLINE_DATABASE_URL": database_url, "NUMBERLINE_DATA_DIR": str(data_dir)}
    cold = Command(settings, data_dir, cold=True)
    assert cli(*line.split()) == cold(*line.split())


def test_a_command_that_is_started_warm_reads_its_own_settings(cli: Command) -> None:
    refused = cli("tenant", "list", env={"NUMBERLINE_SETTLE": "soon"})
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith('numberline: NUMBERLINE_SETTLE: "soon" is not a duration')
    assert cli("tenant", "list").code == 0


def pipe_program() -> None:
    """Prints its id and the id of its folder, and waits for its end."""
    print(os.getpid(), os.getcwd(), *sys.argv[1:], flush=True)  # noqa: T201 - it is for the test that starts it
    sys.stdin.read()
    sys.exit("it was let go")


def test_a_program_that_is_started_warm_has_arguments_folder_streams_and_an_exit_code(tmp_path: Path) -> None:
    line = [*programs.warm("tests.test_support:pipe_program"), "one", "two words"]
    done = subprocess.run(line, input=b"", capture_output=True, cwd=tmp_path, check=False)
    _, *told = done.stdout.decode().split(maxsplit=2)
    assert told == [str(tmp_path), "one two words\n"]
    assert (done.returncode, done.stderr) == (1, b"it was let go\n")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_program_that_is_started_warm_ends_with_whoever_started_it(number: signal.Signals) -> None:
    line = programs.warm("tests.test_support:pipe_program")
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shim:
        assert shim.stdout is not None
        assert shim.stdout.readline()
        shim.send_signal(number)
        assert shim.wait() == -number
        assert shim.stdout.read() == b"", "its end of the pipe is closed once it is gone"


def test_a_command_that_still_runs_is_ended_with_the_test(cli: Command) -> None:
    process = cli.start("simulate", "--people", 10)
    cli.close()
    assert process.returncode is not None


def test_a_folder_without_a_server_is_no_postgresql(tmp_path: Path) -> None:
    (tmp_path / "initdb").touch()
    assert postgres._with_server([tmp_path]) == []
    (tmp_path / "postgres").touch()
    assert postgres._with_server([tmp_path, tmp_path]) == [tmp_path]


def test_a_server_that_does_not_start_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binaries, temporary = tmp_path / "server" / "bin", tmp_path / "temporary"
    binaries.mkdir(parents=True)
    temporary.mkdir()
    for name in ("initdb", "postgres"):
        (binaries / name).write_text("#!/bin/sh\necho cannot start >&2\nexit 1\n")
        (binaries / name).chmod(0o755)
    monkeypatch.setattr(postgres, "system_binaries", lambda: [binaries])
    monkeypatch.setattr(postgres, "wheel_binaries", list)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr(postgres, "MEMORY", tmp_path / "missing")
    with pytest.raises(
        postgres.NoServer, match=r"No PostgreSQL 14 or newer can be started here \(tried .*\): install"
    ):
        postgres.start()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(("room", "in_memory"), [(1, True), (1 << 60, False)])
def test_the_server_is_in_memory_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, in_memory: bool
) -> None:
    monkeypatch.setattr(postgres, "MEMORY", tmp_path)
    monkeypatch.setattr(postgres, "ROOM", room)
    assert postgres._roomy_memory() == (tmp_path if in_memory else None)


@pytest.mark.parametrize(
    "rule",
    [
        architecture.test_everything_public_has_a_docstring,
        architecture.test_only_the_clock_tells_the_time,
        architecture.test_the_core_imports_little_more_than_the_standard_library,
        architecture.test_every_query_names_its_tenant,
        architecture.test_every_statement_of_our_own_sql_names_its_tenant,
        architecture.test_no_setting_is_read_that_is_not_in_the_table_of_settings,
        architecture.test_nothing_is_left_unfinished,
        architecture.test_what_no_test_covers_has_its_reason_on_the_line,
        architecture.test_no_error_is_caught_and_dropped_without_a_reason_on_the_line,
    ],
    ids=lambda rule: rule.__name__.removeprefix("test_"),
)
def test_a_structure_test_finds_a_file_that_breaks_its_rule(
    monkeypatch: pytest.MonkeyPatch, rule: Callable[[], None]
) -> None:
    sinner = Module(PACKAGE / "core" / "sins.py", SINS)
    monkeypatch.setattr(architecture, "modules", lambda: [sinner])
    monkeypatch.setattr(architecture, "WRITTEN", [sinner])
    with pytest.raises(AssertionError):
        rule()


def test_the_structure_tests_see_what_they_look_for() -> None:
    sinner = Module(PACKAGE / "core" / "sins.py", SINS)
    assert [name for _, name in architecture.times(sinner)] == ["time", "datetime.now"]
    silent = [place for place, node in architecture.public(sinner) if not ast.get_docstring(node)]
    assert len(silent) == 3
    assert architecture.tables_in('SELECT 1 FROM "inventory_number" JOIN x') == ["inventory_number", "x"]
