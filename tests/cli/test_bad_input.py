"""What bad input gets: exit 1, one sentence that says what to do, no traceback, and nothing changed.

Wrong secrets, hosts and certificates are in test_connecting.py; the words of every configuration error in
tests/inventory.
"""

import ctypes
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from numberline import clock
from numberline.audit.models import Entry
from numberline.inventory.models import Number, Range
from numberline.tenants.models import Tenant
from tests.support import databases
from tests.support.command import Command, Outcome

GOOD = """\
tenant: contoso
ranges:
  - name: London
    type: direct_routing
    numbers: ["+442079460000-+442079460009"]
    rule: 'City = "London"'
"""
CAPABILITY_TO_OVERRIDE_PERMISSIONS = 1
DROP_FROM_BOUNDING_SET = 24
BEFORE_ANY_WRITE = pytest.mark.sqlite
"""What is refused before anything is written is refused alike with any database."""


@pytest.fixture
def tenant(cli: Command) -> Iterator[Tenant]:
    """A tenant with one range of ten numbers."""
    row = Tenant.objects.create(
        name="contoso",
        entra_id="11111111-1111-1111-1111-111111111111",
        client_id="22222222-2222-2222-2222-222222222222",
        credential=b"sealed",
        graph_url="https://graph.microsoft.com",
        login_url="https://login.microsoftonline.com",
        created_at=clock.now(),
    )
    done = cli("config", "apply", "-", stdin=GOOD)
    assert done.code == 0, done.err
    before = stored(row)
    yield row
    assert stored(row) == before, "something was changed"


def stored(tenant: Tenant) -> tuple[object, ...]:
    """Everything that a refused file or import might have changed."""
    return (
        list(Range.objects.of(tenant.pk).order_by("name").values()),
        list(Number.objects.of(tenant.pk).order_by("text").values()),
        list(Tenant.objects.values("mode", "poll_seconds", "exclude", "limits", "config_version")),
        Entry.objects.of(tenant.pk).count(),
    )


def refused(done: Outcome, *words: str, lines: int = 1) -> None:
    """Exit 1 with these words on so many lines of stderr, and nothing else."""
    assert (done.code, done.out) == (1, ""), done
    assert done.err.startswith("numberline: ")
    assert "Traceback" not in done.err
    assert [word for word in words if word not in done.err] == [], done.err
    assert done.err.count("\n") == lines, done.err


def apply(cli: Command, text: str) -> Outcome:
    return cli("config", "apply", "-", stdin=text)


@BEFORE_ANY_WRITE
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("ranges:", "ranges: ["), ("line ", "YAML")),
        (("rule:", "rules:"), ("line 6", '"rules"', "did you mean")),
        (
            ("tenant: contoso", "tenant: contoso\ndefaults: {grace: tomorrow}"),
            ("line 2", "tomorrow", "duration"),
        ),
        (('"+442079460000-+442079460009"', '"02079460000"'), ("line 5", "E.164")),
        (('"+442079460000-+442079460009"', '"+442079460009-+442079460000"'), ("line 5", "+442079460009")),
        (("'City = \"London\"'", "'City = London'"), ("line 6", "column")),
        (("'City = \"London\"'", "'Town = \"London\"'"), ("line 6", "Town")),
        (("tenant: contoso", "tenant: contoso\nmode: sometimes"), ("line 2", "sometimes")),
        (("tenant: contoso", "tenant: fabrikam"), ("no tenant 'fabrikam'", "contoso")),
    ],
    ids=[
        "broken YAML",
        "an unknown key",
        "a bad duration",
        "a number that is not E.164",
        "a block that ends before it starts",
        "a broken rule",
        "an unknown attribute",
        "an unknown mode",
        "an unknown tenant",
    ],
)
def test_a_wrong_file_is_refused_with_its_line(
    cli: Command, tenant: Tenant, change: tuple[str, str], words: tuple[str, ...]
) -> None:
    assert change[0] in GOOD
    refused(apply(cli, GOOD.replace(*change)), *words)


@BEFORE_ANY_WRITE
def test_a_number_in_two_ranges_is_refused(cli: Command, tenant: Tenant) -> None:
    more = '  - {name: Leeds, type: direct_routing, numbers: ["+442079460005"]}\n'
    refused(apply(cli, GOOD + more), "+442079460005", "London", "Leeds")


@BEFORE_ANY_WRITE
def test_a_duplicate_name_is_refused(cli: Command, tenant: Tenant) -> None:
    more = '  - {name: london, type: direct_routing, numbers: ["+441632960000"]}\n'
    refused(apply(cli, GOOD + more), "line 7", "two ranges have the name")


@BEFORE_ANY_WRITE
def test_several_errors_are_all_listed(cli: Command, tenant: Tenant) -> None:
    wrong = GOOD.replace("rule:", "rules:").replace("+442079460000-", "02079460000-")
    refused(apply(cli, wrong), "has 2 errors and nothing was changed", "line 5", "line 6", lines=3)


@BEFORE_ANY_WRITE
@pytest.mark.parametrize("verb", ["apply", "check"])
def test_a_configuration_file_that_is_not_there_is_told(cli: Command, verb: str) -> None:
    refused(cli("config", verb, "none.yaml"), "none.yaml is not there")


@BEFORE_ANY_WRITE
def test_a_configuration_file_that_is_empty_or_binary_is_told(cli: Command, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("\n")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00\x01")
    refused(cli("config", "apply", "empty.yaml"), "empty.yaml is empty")
    refused(cli("config", "apply", "binary.yaml"), "UTF-8")


@BEFORE_ANY_WRITE
def test_check_finds_the_same_errors_without_a_database(first_cli: Command, data_dir: Path) -> None:
    refused(first_cli("config", "check", "-", stdin=GOOD.replace("rule:", "rules:")), "line 6")
    done = first_cli("config", "check", "-", stdin=GOOD)
    assert (done.code, done.err) == (0, "")
    assert list(data_dir.iterdir()) == []
    done = first_cli("config", "check", "-", stdin="tenant: contoso\nmode: full\n")
    assert "is right: no ranges in it, so those that are there stay as they are for contoso." in done.out


def import_numbers(cli: Command, data: str) -> Outcome:
    return cli("import", "numbers", "contoso", "-", stdin=data)


@BEFORE_ANY_WRITE
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("first,last\n+442079460050,\n", ("range",)),
        ("first,last,range\n", ("no rows",)),
        ("first,last,range\n+442079460050,,Leeds\n", ("row 2", "Leeds")),
        ("first,last,range\n02079460050,,London\n", ("row 2", "E.164")),
        ("first,last,range\n+442079460059,+442079460050,London\n", ("row 2", "+442079460059")),
        ("first,last,range\n+442079460050,,London\n+442079460050,,London\n", ("row 3", "+442079460050")),
    ],
    ids=[
        "a missing column",
        "no rows",
        "an unknown range",
        "no E.164",
        "an end before its start",
        "a duplicate",
    ],
)
def test_a_wrong_csv_file_is_refused_with_its_row(
    cli: Command, tenant: Tenant, data: str, words: tuple[str, ...]
) -> None:
    refused(import_numbers(cli, data), *words)


def test_every_wrong_row_is_listed_and_nothing_is_imported(cli: Command, tenant: Tenant) -> None:
    rows = "first,last,range\n+442079460050,,London\nnonsense,,London\n+442079460051,,Leeds\n"
    refused(import_numbers(cli, rows), "has 2 errors and nothing was changed", "row 3", "row 4", lines=3)


@BEFORE_ANY_WRITE
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_byte_order_mark_and_other_separators_are_understood(
    cli: Command, tenant: Tenant, separator: str, tmp_path: Path
) -> None:
    rows = "\ufefffirst,last,range\r\n+442079460050,+442079460059,London\r\n".replace(",", separator)
    (tmp_path / "numbers.csv").write_text(rows, encoding="utf-8", newline="")
    done = cli("import", "numbers", "contoso", "numbers.csv", "--preview")
    assert (done.code, done.err) == (0, "")
    assert 'range "London" would gain 10 numbers' in done.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("number show contoso +442079469999", "not among this tenant's numbers"),
        ("number show contoso nonsense", "E.164"),
        ("number history contoso 02079460000", "E.164"),
        ("number list contoso --range Leeds", "no range 'Leeds'"),
        ("number show contoso +442079460000 --at yesterday", "not a date"),
        ("person show contoso nobody@contoso.example", "nobody@contoso.example"),
        ("explain contoso nobody@contoso.example", "nobody@contoso.example"),
        ("config check none.yaml --tenant contoso", "--online"),
        ("sync contoso --full --person nobody@contoso.example", "exclude each other"),
    ],
)
def test_what_is_not_there_is_told(cli: Command, tenant: Tenant, words: str, sentence: str) -> None:
    refused(cli(*words.split()), sentence)


def sqlite_only() -> None:
    if databases.kind() != "sqlite":
        pytest.skip("a file is only SQLite's")


def as_a_mere_user() -> None:
    """Root may write to what is read-only; without this capability it is root no longer in that."""
    if (
        os.geteuid() == 0
        and ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, CAPABILITY_TO_OVERRIDE_PERMISSIONS) != 0
    ):
        raise OSError("the capability can't be dropped")


@pytest.mark.skipif(sys.platform != "linux", reason="uses Linux capabilities when run as root")
def test_a_read_only_database_file_is_told(cli: Command, database_url: str, tmp_path: Path) -> None:
    sqlite_only()
    file_of(database_url).chmod(0o400)
    done = subprocess.run(
        [sys.executable, "-m", "numberline", "tenant", "list"],
        env=cli.environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=as_a_mere_user,
    )
    refused(Outcome(done.returncode, done.stdout, done.stderr), "read-only", "make it writable")


def test_a_locked_database_file_is_told(cli: Command, tenant: Tenant, database_url: str) -> None:
    sqlite_only()
    holder = sqlite3.connect(file_of(database_url), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    quick = {"NUMBERLINE_DATABASE_URL": database_url + "&timeout=0.2"}
    done = cli("tenant", "mode", "contoso", "full", env=quick)
    holder.execute("ROLLBACK")
    holder.close()
    refused(done, "locked by another program")


def test_a_database_of_a_newer_version_is_told(cli: Command, database: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('tenants', '9999_later', '2030-01-01 00:00:00')"
        )
    refused(cli("tenant", "list"), "newer version of Numberline")


def test_a_file_that_is_no_database_is_told(first_cli: Command, data_dir: Path) -> None:
    file = data_dir / "text.sqlite3"
    file.write_text("hello " * 1000)
    refused(
        first_cli("tenant", "list", env={"NUMBERLINE_DATABASE_URL": f"sqlite:///{file}"}),
        "not a SQLite database",
    )


def test_an_unexpected_error_names_a_log_file_and_shows_no_traceback(
    cli: Command, tenant: Tenant, data_dir: Path
) -> None:
    """A table that has gone stands for any defect: nobody foresaw it, and yet the user is told what to do."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE worklist_item RENAME TO worklist_away")
    done = cli("worklist", "contoso")
    refused(done, "something unexpected went wrong", str(data_dir / "errors.log"))
    kept = (data_dir / "errors.log").read_text()
    assert "Traceback (most recent call last)" in kept
    assert "worklist contoso" in kept


def file_of(url: str) -> Path:
    from numberline.database_url import databases as settings

    return Path(str(settings(url, Path())["NAME"]))
