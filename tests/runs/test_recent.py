"""Runs as people look for them, how far one has come, and what is known of one that was killed."""

import threading
from datetime import timedelta
from typing import Any

from django.db import connections

from numberline import clock
from numberline.paging import page
from numberline.runs.lock import is_held, tenant_lock
from numberline.runs.models import Run
from numberline.runs.passes import notice_killed, one_pass
from numberline.runs.progress import EVERY, Noted, NullProgress
from numberline.runs.recent import AT_WORK, KEYS, Wanted, at_work, latest, runs
from numberline.tenants.models import Tenant
from tests import factories as make


def run(tenant: Tenant, minutes: int, **fields: Any) -> Run:
    """A run that began so many minutes ago."""
    began = clock.now() - timedelta(minutes=minutes)
    given = {"kind": "sync", "mode": "full", "actor": "automation", "started_at": began}
    return Run.objects.of(tenant.pk).create(**{**given, **fields})


def test_runs_are_found_by_outcome_and_kind_the_latest_first(database: str) -> None:
    tenant, other = make.tenant(), make.tenant("fabrikam")
    run(other, 1)
    old = run(tenant, 9, outcome="failed", ended_at=clock.now())
    hand = run(tenant, 5, kind="hand", outcome="done", ended_at=clock.now())
    now = run(tenant, 1)

    def found(**wanted: str) -> list[Run]:
        return list(page(runs(tenant.pk, Wanted(**wanted)), KEYS).rows)

    assert found() == [now, hand, old] == latest(tenant.pk, 5)
    assert found(outcome="failed") == [old]
    assert found(outcome=AT_WORK) == [now]
    assert found(kind="hand", outcome="done") == [hand]
    assert at_work(tenant.pk) == now


def test_how_far_a_run_has_come_stands_on_its_row_and_is_noted_now_and_then(database: str) -> None:
    tenant = make.tenant()
    row = run(tenant, 0)
    noted = Noted(row, NullProgress())
    with clock.travel() as time:
        noted.step("reading people", 100, None)
        noted.step("reading people", 200, None)
        row.refresh_from_db()
        assert (row.step, row.done, row.total, row.seen_at) == ("reading people", 100, None, clock.now())
        time.advance(timedelta(seconds=EVERY))
        noted.step("assigning", 3, 12)
        row.refresh_from_db()
        assert (row.step, row.done, row.total) == ("assigning", 3, 12)


def test_a_killed_run_is_noticed_by_whoever_looks_and_one_at_work_is_left_alone(database: str) -> None:
    tenant, other = make.tenant(), make.tenant("fabrikam")
    killed, theirs = run(tenant, 5), run(other, 5)
    with tenant_lock(tenant):
        notice_killed(tenant)
        assert at_work(tenant.pk) == killed
    notice_killed(tenant)
    killed.refresh_from_db()
    assert (killed.outcome, at_work(tenant.pk)) == ("killed", None)
    assert killed.error.startswith("its process ended in the midst of it")
    assert at_work(other.pk) == theirs, "only the tenant that is looked at"
    with tenant_lock(tenant):
        pass


def test_looking_whether_a_run_is_at_work_keeps_none_from_beginning(database: str) -> None:
    tenant = make.tenant()
    assert not is_held(tenant)
    with tenant_lock(tenant):
        assert is_held(tenant)
        assert is_held(tenant), "looking takes nothing away"
    assert not is_held(tenant)
    looking = threading.Event()

    def look() -> None:
        while not looking.is_set():
            is_held(tenant)
        connections.close_all()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for _ in range(20):
            with tenant_lock(tenant, wait=2.0):
                pass
    finally:
        looking.set()
        watcher.join()


def test_the_next_run_says_that_the_one_before_was_killed(database: str) -> None:
    tenant = make.tenant()
    killed = run(tenant, 5)
    with one_pass(tenant, "sync", "automation", 0.0, None) as work:
        killed.refresh_from_db()
        assert at_work(tenant.pk) == work.run
    assert (killed.outcome, killed.ended_at is not None) == ("killed", True)
    assert "its process ended" in killed.error
