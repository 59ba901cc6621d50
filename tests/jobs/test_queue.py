"""Automation on PostgreSQL: processes that share the tenants through a queue; here two of them in one process."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.graph.errors import Stop
from numberline.jobs.heartbeat import alive
from numberline.jobs.models import Due, State
from numberline.jobs.passing import Work
from numberline.jobs.queue import Queue
from numberline.jobs.queue_dispatch import Dispatch
from numberline.jobs.queue_tempo import Tempo
from numberline.notifications import wake
from numberline.notifications.models import WakeUp
from numberline.runs.lock import TenantBusy
from numberline.runs.progress import Progress
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.jobs.test_asked import Does, eventually, row, sync, sync_does
from tests.jobs.test_loop import SOON, Passes, tenant

pytestmark = pytest.mark.postgresql
__all__ = ["sync_does"]

FAST = Tempo(tick=0.05, beat=0.2, silent=1.0, bound=60.0, again=0.1, patience=1.0)


def at_once_again(tenant: Tenant) -> None:
    """Somebody changed in the tenant, and the last sync that this began was long ago."""
    wake.note(tenant.pk, clock.now())
    WakeUp.objects.of(tenant.pk).update(begun_at=None)


@contextmanager
def serving(*works: Work, tempo: Tempo = FAST, at_once: int = 4) -> Iterator[list[Queue]]:
    """A worker for each of these, on a thread of its own; at the end they must stop by themselves."""
    queues = [Queue(work=work, tempo=tempo, at_once=at_once) for work in works]
    threads = [threading.Thread(target=queue.run) for queue in queues]
    for thread in threads:
        thread.start()
    try:
        yield queues
    finally:
        for queue in queues:
            queue.stop()
        for thread in threads:
            thread.join(SOON)
        assert not any(thread.is_alive() for thread in threads)


def due_again(tenant: Tenant) -> None:
    """The tenant's next pass is due now."""
    Due.objects.of(tenant.pk).update(at=clock.now())


def jobs() -> list[tuple[str, str]]:
    """Task and status of what the queue holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status FROM procrastinate_jobs")
        return list(cursor.fetchall())


def test_two_workers_share_the_tenants_and_none_is_passed_over_twice_at_once(database: str) -> None:
    at_work: set[str] = set()
    twice: list[str] = []
    lock = threading.Lock()

    def does(row: Tenant, progress: Progress) -> None:
        with lock:
            if row.name in at_work:
                twice.append(row.name)
            at_work.add(row.name)
        threading.Event().wait(0.05)
        with lock:
            at_work.discard(row.name)
        at_once_again(row)

    for number in range(6):
        tenant(f"t{number}")
    first, second = Passes(does), Passes(does)
    with serving(first, second, at_once=2):
        assert eventually(lambda: sum((first.counts + second.counts).values()) >= 40)
    assert twice == []
    assert min(sum(passes.counts.values()) for passes in (first, second)) >= 5, "one did nearly all"
    assert set(first.counts | second.counts) == {f"t{number}" for number in range(6)}


def test_a_tenant_is_served_by_its_schedule_and_nothing_is_left_in_the_queue(database: str) -> None:
    served, off = tenant("contoso"), tenant("off", mode="off")
    passes = Passes()
    with serving(passes):
        assert passes.wait_for(contoso=1)
        assert eventually(lambda: not jobs())
        threading.Event().wait(0.3)
        due = Due.objects.of(served.pk).get()
        assert 10 < (due.at - clock.now()).total_seconds() <= 15
        assert len(alive(clock.now())) == 1
        due_again(served)
        assert passes.wait_for(contoso=2)
    assert passes.counts["off"] == 0
    assert not Due.objects.of(off.pk).exists()
    assert (jobs(), alive(clock.now())) == ([], set())


def test_a_tenant_that_fails_backs_off_and_delays_no_other(database: str) -> None:
    def does(row: Tenant, progress: Progress) -> None:
        if row.name != "litware":
            raise Stop("wrong_secret", "The client secret is wrong.", "Create a new one.")
        at_once_again(row)

    failing = [tenant(name) for name in ("contoso", "fabrikam")]
    tenant("litware")
    passes = Passes(does)
    with serving(passes, at_once=1):
        assert passes.wait_for(contoso=1, litware=5)
        due_again(failing[0])
        assert passes.wait_for(contoso=2, fabrikam=1)
        assert eventually(lambda: Due.objects.of(failing[0].pk).get().failures == 2)
    due = Due.objects.of(failing[0].pk).get()
    assert 25 < (due.at - clock.now()).total_seconds() <= 30
    assert passes.counts["fabrikam"] == 1


def test_a_huge_tenant_hands_its_place_over_and_comes_again_behind_the_others(database: str) -> None:
    served: list[str] = []

    def does(row: Tenant, progress: Progress) -> None:
        served.append(row.name)
        while row.name == "huge":
            threading.Event().wait(0.02)
            progress.step("reading people", 1, None)

    for ago, name in enumerate(("fabrikam", "contoso", "huge")):
        Due.objects.of(tenant(name).pk).create(at=clock.now() - timedelta(seconds=ago))
    passes = Passes(does)
    with serving(passes, tempo=replace(FAST, bound=0.3), at_once=1):
        assert passes.wait_for(huge=3)
    assert served[:5] == ["huge", "contoso", "fabrikam", "huge", "huge"]


def test_what_is_sent_when_the_time_is_over_is_finished_and_the_rest_handed_over(database: str) -> None:
    signs: list[tuple[bool, bool]] = []
    row = tenant("contoso")

    class Assigning(Passes):
        def __call__(self, tenant: Tenant, *, actor: str, progress: Progress, stop: StopSign):  # type: ignore[no-untyped-def]
            before = stop.asked
            while not stop.asked:
                progress.step("assigning", 1, 2)
                stop.wait(0.05)
            signs.append((before, stop.asked))
            return super().__call__(tenant, actor=actor, progress=progress, stop=stop)

    passes = Assigning()
    with serving(passes, tempo=replace(FAST, bound=0.3)):
        assert passes.wait_for(contoso=2)
    assert signs[:2] == [(False, True)] * 2
    assert Due.objects.of(row.pk).get().failures == 0


def test_a_task_begins_within_a_second_and_before_passes_that_wait(
    database: str, sync_does: Callable[[Does], None]
) -> None:
    order: list[str] = []
    busy, go_on = threading.Event(), threading.Event()

    def does(row: Tenant, progress: Progress) -> None:
        order.append(f"pass {row.name}")
        if row.name == "huge":
            busy.set()
            go_on.wait(SOON)

    sync_does(lambda asked: order.append(f"task {asked.tenant.name}"))
    tenant("huge")
    with serving(Passes(does), at_once=1):
        assert busy.wait(SOON)
        served = tenant("contoso")
        asked = clock.monotonic()
        tasks = [sync(served), sync(tenant("off", mode="off"))]
        assert eventually(lambda: all(row(task).state == State.DONE for task in tasks))
        assert clock.monotonic() - asked < 1.0
        assert order[:1] == ["pass huge"]
        assert {*order[1:]} == {"task contoso", "task off"}
        go_on.set()
        assert eventually(lambda: "pass contoso" in order)


def test_the_job_of_a_worker_that_is_gone_is_taken_over(database: str) -> None:
    served = tenant("contoso")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id")
        worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id) "
            "VALUES ('passes', 'passes', %s, %s, 'doing', %s)",
            [f"tenant-{served.pk}", f"passes-{served.pk}", worker],
        )
    passes = Passes()
    with serving(passes):
        threading.Event().wait(0.5)
        assert passes.counts["contoso"] == 0, "its worker may live"
        assert passes.wait_for(contoso=1)
        assert eventually(lambda: not jobs())


def test_a_job_whose_end_was_lost_keeps_no_tenant_from_being_served(database: str) -> None:
    served = tenant("contoso")
    passes = Passes()
    with serving(passes):
        assert passes.wait_for(contoso=1)
        assert eventually(lambda: not jobs())
        with connection.cursor() as cursor:  # as if the answer to fetching it had been lost
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id) "
                "SELECT 'passes', 'passes', %s, %s, 'doing', max(id) FROM procrastinate_workers",
                [f"tenant-{served.pk}", f"passes-{served.pk}"],
            )
        due_again(served)
        assert passes.wait_for(contoso=2)


def test_the_workers_survive_that_the_database_ends_all_their_connections(database: str) -> None:
    served, passing, go_on = tenant("contoso"), threading.Event(), threading.Event()

    def does(row: Tenant, progress: Progress) -> None:
        passing.set()
        go_on.wait(SOON)

    passes = Passes(does)
    with serving(passes):
        assert passing.wait(SOON)
        with psycopg.connect(database, autocommit=True) as other:
            for _ in range(3):
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                threading.Event().wait(0.2)
        connection.close()
        go_on.set()
        due_again(served)
        before = passes.counts["contoso"]
        assert eventually(lambda: passes.counts["contoso"] > before)
        assert eventually(lambda: not jobs())


def test_a_tenant_in_which_somebody_else_is_at_work_is_tried_again_soon(database: str) -> None:
    def busy(row: Tenant, progress: Progress) -> None:
        raise TenantBusy("another run is busy")

    served = tenant("contoso")
    Due.objects.of(served.pk).create(at=clock.now(), failures=3)
    passes = Passes(busy)
    with serving(passes):
        assert passes.wait_for(contoso=1)
        assert eventually(lambda: Due.objects.of(served.pk).get().at > clock.now())
    due = Due.objects.of(served.pk).get()
    assert due.failures == 3, "that it works is not known"
    assert (due.at - clock.now()).total_seconds() <= 5


def test_news_wake_a_tenant_and_those_of_a_burst_make_one_pass(database: str) -> None:
    served = tenant("contoso")
    passes = Passes(lambda row, progress: wake.take(row.pk) and None)
    with serving(passes):
        assert passes.wait_for(contoso=1)
        assert eventually(lambda: Due.objects.of(served.pk).get().at > clock.now())
        for _ in range(20):
            wake.note(served.pk, clock.now())
        assert passes.wait_for(contoso=2)
        wake.note(served.pk, clock.now())
        threading.Event().wait(0.3)
    assert passes.counts["contoso"] == 2, "the next may begin 5 s after the last that news began"


def test_however_many_tenants_there_are_a_look_at_what_is_due_is_one_query(database: str) -> None:
    for number in range(40):
        Due.objects.of(make.tenant(f"t{number}").pk).create(at=clock.now() + timedelta(hours=1))
    dispatch = Dispatch()
    with CaptureQueriesContext(connection) as said:
        assert dispatch.tick() == 0
    assert len(said) == 1
    for served in Tenant.objects.order_by("pk")[:30]:
        due_again(served)
    with CaptureQueriesContext(connection) as said:
        assert dispatch.tick() == 30
    assert len(said) == 2
    assert dispatch.tick() == 0, "they have their jobs"
    assert jobs() == [("passes", "todo")] * 30
