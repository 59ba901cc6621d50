"""Whether the portal can serve, as a load balancer asks."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings

from numberline import clock
from numberline import database as db
from numberline.jobs.models import Worker


def asked() -> tuple[int, dict[str, object]]:
    with override_settings(SECURE_SSL_REDIRECT=True):
        answer = Client().get("/readyz", HTTP_HOST="10.0.0.5:8480")
    return answer.status_code, answer.json()


def test_it_serves_when_the_database_answers_and_is_of_this_version_and_tells_of_workers(
    database: str,
) -> None:
    now = clock.now()
    assert asked() == (
        200,
        {"ready": True, "database": "ok", "schema": "ok", "worker": "none was ever seen"},
    )
    worker = Worker.objects.create(key="one", started_at=now, seen_at=now - timedelta(minutes=5))
    status, found = asked()
    assert (status, str(found["worker"]).replace("\xa0", " ")) == (200, "last seen 5 minutes ago")
    Worker.objects.filter(pk=worker.pk).update(seen_at=now)
    assert asked()[1]["worker"] == "ok"


def test_a_database_that_is_away_is_503_and_says_no_address(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("connection to server at 10.1.1.1 failed")

    monkeypatch.setattr(connection, "cursor", away)
    assert asked() == (
        503,
        {"ready": False, "database": "cannot be reached", "schema": "unknown", "worker": "unknown"},
    )


def test_a_database_that_is_not_of_this_version_is_503(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_fits", set())
    applied = MigrationRecorder(connection)
    applied.record_unapplied("worklist", "0001_initial")
    says = "1 step is missing: restart to upgrade it"
    assert asked() == (503, {"ready": False, "database": "ok", "schema": says, "worker": "unknown"})
    applied.record_applied("worklist", "0001_initial")
    applied.record_applied("worklist", "9999_of_next_year")
    assert asked()[1]["schema"] == "of a newer version"
