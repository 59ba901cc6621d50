import os
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from numberline import database_url, environment
from numberline.environment import SettingError

ROOT = Path(__file__).resolve().parents[1]
LONG = "k" * 40


def page() -> str:
    return (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", environment.SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented_word_for_word(setting: environment.Setting) -> None:
    assert f"| `{setting.name}` | {setting.default} | {setting.meaning} |" in page().splitlines()


def test_the_page_names_no_setting_that_is_not_there() -> None:
    rows = [line.split("`")[1] for line in page().splitlines() if line.startswith("| `NUMBERLINE_")]
    assert rows == [setting.name for setting in environment.SETTINGS]


@pytest.mark.parametrize("key", sorted(database_url.POSTGRESQL_OPTIONS | {"timeout", "synchronous"}))
def test_every_key_of_a_database_url_is_documented(key: str) -> None:
    assert f"`{key}`" in page()


def test_a_setting_outside_the_table_cannot_be_read() -> None:
    with pytest.raises(KeyError):
        environment.read("NUMBERLINE_SOMETHING", {"NUMBERLINE_SOMETHING": "1"})


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"NUMBERLINE_DATA_DIR": "/srv/n", "HOME": "/home/ann"}, "/srv/n"),
        ({"XDG_DATA_HOME": "/data", "HOME": "/home/ann"}, "/data/numberline"),
        ({"XDG_DATA_HOME": "relative", "HOME": "/home/ann"}, "/home/ann/.local/share/numberline"),
        ({"HOME": "/home/ann"}, "/home/ann/.local/share/numberline"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other data folders")
def test_the_data_folder_is_the_named_one_else_the_users(environ: dict[str, str], expected: str) -> None:
    assert environment.data_dir(environ) == Path(expected)


def test_a_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = environment.make_data_dir(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_made_says_which_setting_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="set NUMBERLINE_DATA_DIR to a folder that you may write to"):
        environment.make_data_dir(tmp_path / "file" / "data")


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    environ = {"NUMBERLINE_DATA_DIR": str(tmp_path / "data")}
    key = environment.secret_key(environ)
    file = tmp_path / "data" / "secret.key"
    assert len(key) >= environment.SHORTEST_KEY
    assert environment.secret_key(environ) == key == file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [x.name for x in file.parent.iterdir()] == ["secret.key"]


def test_two_processes_that_make_the_secret_key_at_once_get_the_same(tmp_path: Path) -> None:
    environ = {"NUMBERLINE_DATA_DIR": str(tmp_path)}
    keys: list[str] = []
    start = threading.Barrier(8)

    def make() -> None:
        start.wait()
        keys.append(environment.secret_key(environ))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_given_key_and_a_key_file_are_used_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(LONG + "\n")
    assert environment.secret_key({"NUMBERLINE_SECRET_KEY": LONG}) == LONG
    assert environment.secret_key({"NUMBERLINE_SECRET_KEY_FILE": str(tmp_path / "key")}) == LONG
    assert environment.secret_key({"NUMBERLINE_SECRET_KEY": f"{LONG},{'o' * 40}"}) == f"{LONG},{'o' * 40}"


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"NUMBERLINE_SECRET_KEY": "short"}, "too short: use 32 characters or more"),
        ({"NUMBERLINE_SECRET_KEY": f"{LONG},short"}, "too short: use 32 characters or more"),
        ({"NUMBERLINE_SECRET_KEY": LONG, "NUMBERLINE_SECRET_KEY_FILE": "/x"}, "not both"),
        ({"NUMBERLINE_SECRET_KEY_FILE": "/nowhere/key"}, "name another file in NUMBERLINE_SECRET_KEY_FILE"),
    ],
)
def test_a_secret_key_that_cannot_be_used_is_refused(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence) as refused:
        environment.secret_key(environ)
    assert LONG not in str(refused.value)


def test_log_level_and_settle_time_have_defaults_and_are_read() -> None:
    assert environment.log_level({}) == "WARNING"
    assert environment.log_level({"NUMBERLINE_LOG": "Debug"}) == "DEBUG"
    assert environment.settle_time({}) == timedelta(minutes=15)
    assert environment.settle_time({"NUMBERLINE_SETTLE": "90s"}) == timedelta(seconds=90)


def test_bad_values_are_refused_with_what_to_write() -> None:
    with pytest.raises(
        SettingError, match="NUMBERLINE_LOG is 'loud': use one of debug, info, warning, error"
    ):
        environment.log_level({"NUMBERLINE_LOG": "loud"})
    with pytest.raises(SettingError, match=r"NUMBERLINE_SETTLE: .*such as 24h"):
        environment.settle_time({"NUMBERLINE_SETTLE": "1.5h"})
    for bad in ("reads=0", "reads=fast", "speed=3", "reads", "total=inf"):
        with pytest.raises(SettingError, match="NUMBERLINE_GRAPH_RATES has"):
            environment.graph_rates({"NUMBERLINE_GRAPH_RATES": bad})


def test_graph_rates_are_the_defaults_except_where_given() -> None:
    rates = environment.graph_rates({"NUMBERLINE_GRAPH_RATES": "reads=30, total=30"})
    assert (rates.reads, rates.total, rates.writes, rates.writes_most) == (30, 30, 5, 20)
    shown = "`reads={0.reads:g},writes={0.writes:g},writes_most={0.writes_most:g},rise={0.rise:g},patience={0.patience:g}"
    shown += ",app_reads={0.app_reads:g},app_writes={0.app_writes:g}`"
    table = {setting.name: setting for setting in environment.SETTINGS}
    assert table["NUMBERLINE_GRAPH_RATES"].default == shown.format(environment.graph_rates({}))


def test_without_a_url_the_database_is_a_file_in_the_data_folder() -> None:
    found = database_url.databases("", Path("/data"))
    assert found["NAME"] == "/data/numberline.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous = FULL" in found["OPTIONS"]["init_command"]


def test_a_sqlite_url_names_a_file_with_any_characters() -> None:
    found = database_url.databases("sqlite:////srv/a%20b/n%3F.sqlite3?timeout=0.5&synchronous=OFF", Path())
    assert found["NAME"] == "/srv/a b/n?.sqlite3"
    assert found["OPTIONS"]["timeout"] == 0.5
    assert "synchronous = OFF" in found["OPTIONS"]["init_command"]


def test_a_postgresql_url_is_taken_apart_and_decoded() -> None:
    found = database_url.databases("postgresql://ann:p%40ss@[::1]:5433/num%2Fline?sslmode=require", Path())
    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "num/line",
        "USER": "ann",
        "PASSWORD": "p@ss",
        "HOST": "::1",
        "PORT": "5433",
    }
    assert found["OPTIONS"] == {"sslmode": "require", "connect_timeout": 10}


def test_a_postgresql_url_may_name_the_folder_of_a_local_socket() -> None:
    found = database_url.databases("postgres:///numberline?host=/run/postgresql", Path())
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/run/postgresql", "", "numberline")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://h/n", "starts with mysql: use sqlite:////path or postgresql://host/name"),
        ("numberline.sqlite3", "use sqlite:////path"),
        ("sqlite://data.sqlite3", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:////x?mode=ro", "has 'mode', which SQLite does not take: use synchronous, timeout"),
        ("sqlite:////x?timeout=soon", "give a number of seconds"),
        ("sqlite:////x?synchronous=maybe", "use one of full, normal, off"),
        ("postgresql://host", "names no database"),
        ("postgresql://host/n?sslmod=require", "has 'sslmod', which PostgreSQL does not take"),
        ("postgresql://host:port/n", "percent-encode special characters"),
    ],
)
def test_a_database_url_that_cannot_be_used_says_what_to_write(url: str, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence) as refused:
        database_url.databases(url, Path("/data"))
    assert str(refused.value).startswith("NUMBERLINE_DATABASE_URL ")


def test_a_bad_database_url_never_shows_the_password() -> None:
    for url in (
        "postgresql://ann:hunter2@host:bad/n",
        "postgresql://ann:hunter2@host",
        "postgresql://ann:hunter2/3@host/n",
        "pg://ann:hunter2@host/n",
        "//ann:hunter2@host/n",
        "ann:hunter2@host/n",
    ):
        with pytest.raises(SettingError) as refused:
            database_url.databases(url, Path("/data"))
        assert "hunter2" not in str(refused.value)


def test_loading_the_settings_makes_no_file(tmp_path: Path) -> None:
    environ = {**os.environ, "NUMBERLINE_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT / "src")}
    del environ["NUMBERLINE_SECRET_KEY"]
    subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"], env=environ, check=True, timeout=60
    )
    assert not (tmp_path / "data").exists()


def test_the_databases_address_can_come_from_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    file = tmp_path / "address"
    file.write_text("postgresql://numberline:a%40b@db/numberline\n")
    name = "NUMBERLINE_DATABASE_URL_FILE"
    assert environment.database_url({name: str(file)}) == "postgresql://numberline:a%40b@db/numberline"
    assert environment.database_url({}) == ""
    with pytest.raises(SettingError, match="not both"):
        environment.database_url({name: str(file), "NUMBERLINE_DATABASE_URL": "sqlite:////x"})
    file.write_text(" \n")
    with pytest.raises(SettingError, match="is empty"):
        environment.database_url({name: str(file)})
    with pytest.raises(SettingError, match="can't be read"):
        environment.database_url({name: str(tmp_path / "gone")})
