"""The queue's own tables: PostgreSQL has them, SQLite never."""

import sys

import pytest
from django.apps import apps
from django.db import connection

from numberline.jobs.either import automation
from numberline.jobs.queue_router import QueueTables
from tests.support import programs, session


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith("procrastinate")}


@pytest.mark.sqlite
def test_on_sqlite_there_is_no_queue_and_nothing_of_it_is_imported(database: str) -> None:
    assert tables() == set()
    assert not apps.is_installed("procrastinate.contrib.django")
    assert type(automation(1)).__name__ == "Loop"
    code = "import django, sys; django.setup(); import numberline.jobs.either, numberline.jobs.loop; "
    told = programs.run(
        [sys.executable, "-c", code + "print([m for m in sys.modules if 'procrastinate' in m])"],
        text="",
        folder=session.folder(),
        environment=session.settings()
        | {"DJANGO_SETTINGS_MODULE": "numberline.settings", "PYTHONPATH": str(session.ROOT / "src")},
        timeout=60,
    )
    assert (told.stdout.strip(), told.returncode) == ("[]", 0), told.stderr


@pytest.mark.sqlite
def test_the_router_refuses_the_tables_of_the_queue_on_sqlite(database: str) -> None:
    router = QueueTables()
    assert router.allow_migrate("default", "procrastinate") is False
    assert router.allow_migrate("default", "jobs") is None


@pytest.mark.postgresql
def test_on_postgresql_the_tables_of_the_queue_are_made_with_all_others(database: str) -> None:
    assert tables() >= {"procrastinate_jobs", "procrastinate_events", "procrastinate_workers"}
    assert QueueTables().allow_migrate("default", "procrastinate") is None
    assert type(automation(1)).__name__ == "Queue"
