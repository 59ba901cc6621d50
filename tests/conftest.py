"""What every test can ask for. A test that asks for `database` (or `cli`) runs on SQLite and on PostgreSQL."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.support import databases, order, postgres, programs, session
from tests.support.command import Command

pytest_plugins = ["tests.contract.plugin"]

session.begin()

_server: list[postgres.Server] = []


def pytest_configure(config: pytest.Config) -> None:
    """Start the one PostgreSQL server of this run, before the workers that share it."""
    is_worker = hasattr(config, "workerinput")
    if databases.kind() == "postgresql" and not is_worker and not config.option.collectonly:
        try:
            server = postgres.start()
        except postgres.NoServer as error:
            pytest.exit(str(error), returncode=1)
        _server.append(server)
        os.environ["NUMBERLINE_TEST_SERVER"] = server.url("")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers, and remove what the run left."""
    programs.stop()
    for server in _server:
        server.stop()
    if not hasattr(config, "workerinput"):
        session.end()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Mark the tests that use a database, so that `-m database` runs them again on the other one.

    Tests of what only one of the two databases has (marked with its name) are left out on the other; tests in a browser
    are left out on PostgreSQL, but for one. Of what was chosen in the end, workers begin with the long tests.
    """
    for item in items:
        if {"database", "empty_database"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    elsewhere = [item for item in items if _elsewhere(item)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if not _elsewhere(item)]
    yield
    if workers := getattr(config, "workerinput", {}).get("workercount"):
        items[:] = order.dealt(items, workers)


def _elsewhere(item: pytest.Item) -> bool:
    if databases.kind() == "sqlite":
        return item.get_closest_marker("postgresql") is not None
    in_a_browser = item.get_closest_marker("browser") and not item.get_closest_marker("journey")
    return bool(in_a_browser or item.get_closest_marker("sqlite"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting makes stays to the end: looking there for garbage, again and again, would cost seconds."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def template_database(django_db_blocker: DjangoDbBlocker) -> str:
    """The URL of the migrated database that tests copy. Ask for `database` instead."""
    with django_db_blocker.unblock():
        return databases.migrated_template(session.folder())


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of this test, here and in the commands it runs."""
    from django.conf import settings

    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "DATA_DIR", folder)
    monkeypatch.setenv("NUMBERLINE_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def database(template_database: str, data_dir: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A migrated database of this test's own, with real commits; gives its URL."""
    with (
        databases.copy_of(template_database, data_dir) as url,
        django_db_blocker.unblock(),
        databases.pointed_at(url),
    ):
        yield url


@pytest.fixture
def database_url(database: str) -> str:
    """What NUMBERLINE_DATABASE_URL is for a process that shares this test's database."""
    return database


@pytest.fixture
def empty_database(data_dir: Path) -> Iterator[str]:
    """The URL of a database in which nothing was ever made."""
    with databases.empty(data_dir) as url:
        yield url


@pytest.fixture
def cli(database_url: str, data_dir: Path, tmp_path: Path) -> Iterator[Command]:
    """The `numberline` command on this test's database: `cli("sync", "contoso")` gives code, out and err."""
    command = Command(_settings(database_url, data_dir), tmp_path)
    yield command
    command.close()


@pytest.fixture
def first_cli(empty_database: str, data_dir: Path, tmp_path: Path) -> Iterator[Command]:
    """The `numberline` command as on the first day: its database is still to be made."""
    command = Command(_settings(empty_database, data_dir), tmp_path)
    yield command
    command.close()


def _settings(url: str, folder: Path) -> dict[str, str]:
    return {
        "NUMBERLINE_DATABASE_URL": url,
        "NUMBERLINE_DATA_DIR": str(folder),
        "NUMBERLINE_SECRET_KEY": session.SECRET_KEY,
    }
