"""Tasks in the background loop: who is served and when, and what becomes of them when a process dies."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from numberline import clock
from numberline.jobs.heartbeat import DEAD, Heartbeat, alive, last_seen
from numberline.jobs.looking import tidy
from numberline.jobs.models import Due, Kind, State, Task, Worker
from numberline.jobs.stopping import Stopping
from numberline.jobs.tasks import KEPT, ask, carry_out, conclude, next_task
from numberline.jobs.verbs import VERBS, Ended, Order, Verb
from numberline.runs.progress import Progress
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.jobs.test_loop import SOON, Passes, running

WHO = "cli:anna"
Does = Callable[[Order], None]


@pytest.fixture
def sync_does(monkeypatch: pytest.MonkeyPatch) -> Callable[[Does], None]:
    """Stands in for what the task `sync` does."""

    def set_to(does: Does) -> None:
        def done(order: Order) -> Ended:
            does(order)
            return Ended(State.DONE, f"{order.tenant.name} was synced.")

        monkeypatch.setitem(VERBS, Kind.SYNC, Verb(done, may=frozenset({"full"})))

    return set_to


def sync(tenant: Tenant, **arguments: object) -> Task:
    return ask(tenant, "sync", dict(arguments), actor=WHO)


def taken(tenant: Tenant, worker: str) -> Task:
    """The next task, in the hands of this worker."""
    task = next_task(tenant.pk, worker)
    assert task is not None
    return task


def living(key: str, ago: timedelta = timedelta()) -> str:
    """A worker that gave its last sign of life so long ago."""
    at = clock.now() - ago
    Worker.objects.create(key=key, started_at=at, seen_at=at)
    return key


def test_the_loop_carries_out_tasks_of_every_mode_several_tenants_at_once(
    database: str, sync_does: Callable[[Does], None]
) -> None:
    together = threading.Barrier(2)
    sync_does(lambda order: together.wait(SOON) and None)
    tasks = [sync(make.tenant("contoso", mode="off")), sync(make.tenant("fabrikam"))]
    with running(Passes(), pace=None):
        ended = all(eventually(lambda each=each: row(each).state == State.DONE) for each in tasks)
    assert ended, [row(each).sentence for each in tasks]
    assert row(tasks[0]).sentence == "contoso was synced."


def test_a_task_goes_before_a_pass_that_is_due_and_waits_for_one_that_runs(
    database: str, sync_does: Callable[[Does], None]
) -> None:
    order: list[str] = []
    sync_does(lambda _: order.append("task"))
    passing, go_on = threading.Event(), threading.Event()

    def passes(tenant: Tenant, progress: Progress) -> None:
        order.append("pass")
        passing.set()
        go_on.wait(SOON)

    tenant = make.tenant(poll_seconds=1)
    first = sync(tenant)
    with running(Passes(passes), pace=None):
        assert passing.wait(SOON)
        assert (order, row(first).state) == (["task", "pass"], State.DONE)
        second = sync(tenant)
        threading.Event().wait(0.7)
        assert row(second).state == State.WAITING
        go_on.set()
        assert eventually(lambda: row(second).state == State.DONE)


def test_what_goes_wrong_in_a_task_is_its_outcome_and_ends_nothing(
    database: str, sync_does: Callable[[Does], None], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(order: Order) -> None:
        raise ZeroDivisionError

    sync_does(broken)
    task = sync(make.tenant())
    with running(Passes(), pace=None):
        assert eventually(lambda: row(task).state == State.FAILED)
        assert eventually(lambda: sync(task.tenant).pk != task.pk)
    assert row(task).sentence == (
        "Something unexpected went wrong (ZeroDivisionError): the log of the background loop says what."
    )
    assert "a task failed unexpectedly" in caplog.text


def test_asking_again_for_a_sync_that_waits_gives_the_one_that_waits(database: str) -> None:
    tenant, other = make.tenant(), make.tenant("fabrikam")
    first = sync(tenant)
    assert sync(tenant).pk == first.pk
    assert len({first.pk, sync(tenant, full=True).pk, sync(other).pk}) == 3
    taken(tenant, "a")
    assert sync(tenant).pk != first.pk, "what is at work may have read before this was asked"
    hands = [ask(tenant, "release", {"number": "+442079460001"}, actor=WHO) for _ in range(2)]
    assert hands[0].pk != hands[1].pk


def test_arguments_that_are_not_the_verbs_are_an_error_of_whoever_asks(database: str) -> None:
    tenant = make.tenant()
    for kind, arguments in (("adopt", {}), ("sync", {"person": "ann"}), ("assign", {"number": "1"})):
        with pytest.raises(ValueError, match="needs"):
            ask(tenant, kind, arguments, actor=WHO)
    with pytest.raises(ValueError, match="is not a valid"):
        ask(tenant, "rm", actor=WHO)


def test_a_task_whose_worker_was_killed_is_told_as_interrupted_and_not_begun_again(database: str) -> None:
    tenant = make.tenant()
    sync(tenant), ask(tenant, "plan", actor=WHO), ask(tenant, "sync", {"full": True}, actor=WHO)
    dead = taken(tenant, living("dead", DEAD + timedelta(seconds=1)))
    slow = taken(tenant, living("slow", DEAD / 2))
    own = taken(tenant, living("own"))
    tidy("own", {tenant.pk})
    assert [row(task).state for task in (dead, slow, own)] == ["interrupted", "running", "running"]
    assert "look how things are before you ask again" in row(dead).sentence
    assert next_task(tenant.pk, "own") is None
    tidy("own", set())
    assert [row(task).state for task in (slow, own)] == ["running", "interrupted"]


def test_a_worker_that_was_only_slow_still_says_what_became_of_its_task(database: str) -> None:
    tenant = make.tenant()
    sync(tenant)
    task = taken(tenant, living("slow", DEAD * 2))
    tidy("another", set())
    assert row(task).state == State.INTERRUPTED
    conclude(task, Ended(State.DONE, "It went well."))
    assert (row(task).state, row(task).sentence) == (State.DONE, "It went well.")


def test_a_sync_that_still_reads_when_the_loop_is_to_end_waits_for_the_next_loop(
    database: str, sync_does: Callable[[Does], None]
) -> None:
    reading, stopping = threading.Event(), threading.Event()

    def reads(order: Order) -> None:
        for page in range(1000):
            order.progress.step("reading people", page, None)
            reading.set()
            stopping.wait(SOON)

    sync_does(reads)
    task = sync(make.tenant(mode="off"))
    with running(Passes(), pace=None) as loop:
        assert reading.wait(SOON)
        assert row(task).state == State.RUNNING
        loop.stop()
        stopping.set()
    assert (row(task).state, row(task).worker) == (State.WAITING, "")


def test_no_two_workers_have_the_same_task(database: str) -> None:
    tenant = make.tenant()
    task = sync(tenant)
    assert taken(tenant, "a").pk == task.pk
    assert next_task(tenant.pk, "b") is None


def test_tasks_that_ended_long_ago_are_forgotten(database: str) -> None:
    tenant = make.tenant()
    sync(tenant)
    old = taken(tenant, "a")
    conclude(old, Ended(State.DONE, "It went well."))
    sync(tenant)
    tidy("a", set())
    assert Task.objects.of(tenant.pk).count() == 2
    Task.objects.of(tenant.pk).filter(pk=old.pk).update(ended_at=clock.now() - KEPT - timedelta(minutes=1))
    tidy("a", set())
    assert [task.state for task in Task.objects.of(tenant.pk)] == [State.WAITING]


def test_the_loop_says_that_it_lives_and_when_it_comes_again(database: str) -> None:
    assert last_seen() is None
    tenant = make.tenant(poll_seconds=40)
    with running(Passes(), pace=None):
        assert eventually(lambda: len(alive(clock.now())) == 1)
        assert eventually(lambda: Due.objects.of(tenant.pk).exists())
        due = Due.objects.of(tenant.pk).get()
    assert 30 < (due.at - clock.now()).total_seconds() <= 40
    assert due.failures == 0
    assert alive(clock.now()) == set(), "it ended in good order"
    assert last_seen() is not None


def test_a_loop_that_is_silent_is_taken_for_dead(database: str) -> None:
    heart = Heartbeat(every=0.01)
    heart.start()
    assert alive(clock.now()) == {heart.key}
    assert alive(clock.now() + DEAD + timedelta(seconds=5)) == set()
    first = last_seen()
    assert first is not None
    assert eventually(lambda: (last_seen() or first) > first)
    heart.finish()


def row(task: Task) -> Task:
    """The task as it stands."""
    return Task.objects.of(task.tenant_id).get(pk=task.pk)


def eventually(check: Callable[[], bool]) -> bool:
    """Whether it comes true soon."""
    end = clock.monotonic() + SOON
    while not check():
        if clock.monotonic() > end:
            return False
        threading.Event().wait(0.05)
    return True


def test_stopping_is_no_error_that_a_task_could_end_with(
    database: str, sync_does: Callable[[Does], None]
) -> None:
    def stops(order: Order) -> None:
        raise Stopping

    sync_does(stops)
    task = sync(make.tenant())
    carry_out(taken(task.tenant, "a"))
    assert row(task).state == State.WAITING
