"""The background loop: whom it passes over and when, and that nothing that goes wrong in a pass ends it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from numberline import clock
from numberline.assignments.stopsign import StopSign
from numberline.graph.errors import Stop, Wait
from numberline.jobs.loop import Loop
from numberline.jobs.models import Due
from numberline.runs.lock import TenantBusy
from numberline.runs.progress import NullProgress, Progress
from numberline.runs.result import RunResult
from numberline.tenants.models import Tenant

SOON = 10.0


def tenant(name: str, mode: str = "full") -> Tenant:
    """A tenant that is polled every 15 s by its own schedule."""
    return Tenant.objects.create(
        name=name,
        entra_id=str(uuid4()),
        client_id="22222222-2222-2222-2222-222222222222",
        credential=b"sealed",
        graph_url="https://graph.microsoft.com",
        login_url="https://login.microsoftonline.com",
        mode=mode,
        poll_seconds=15,
        created_at=clock.now(),
    )


def result(tenant: Tenant) -> RunResult:
    nothing = dict.fromkeys(("people", "numbers", "assigned", "released", "waiting", "held", "over_limit"), 0)
    return RunResult(tenant.name, 1, tenant.mode, **nothing, seconds=0.0)


@dataclass
class Passes:
    """Stands in for a pass: counts, and does what a test wants."""

    does: Callable[[Tenant, Progress], None] = lambda tenant, progress: None
    counts: Counter[str] = field(default_factory=Counter)
    happened: threading.Condition = field(default_factory=threading.Condition)
    signs: list[StopSign] = field(default_factory=list)

    def __call__(self, tenant: Tenant, *, actor: str, progress: Progress, stop: StopSign) -> RunResult:
        assert actor == "automation"
        with self.happened:
            self.signs.append(stop)
            self.counts[tenant.name] += 1
            self.happened.notify_all()
        self.does(tenant, progress)
        return result(tenant)

    def wait_for(self, **counts: int) -> bool:
        """Whether so many passes of these tenants begin soon."""
        with self.happened:
            return self.happened.wait_for(
                lambda: all(self.counts[name] >= count for name, count in counts.items()), SOON
            )


@dataclass
class Watcher:
    """Remembers what it hears."""

    failures: list[tuple[str, str]] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)

    def progress(self, tenant: Tenant) -> Progress:
        return NullProgress()

    def ended(self, tenant: Tenant, result: RunResult) -> None:
        self.ends.append(tenant.name)

    def failed(self, tenant: Tenant, sentence: str, pause: float) -> None:
        self.failures.append((tenant.name, sentence))


@contextmanager
def running(passes: Passes, watcher: Watcher | None = None, pace: float | None = 0.01) -> Iterator[Loop]:
    """The loop on a thread of its own; at the end it must stop by itself."""
    loop = Loop(watcher, pace=pace, work=passes)
    thread = threading.Thread(target=loop.run)
    thread.start()
    try:
        yield loop
    finally:
        loop.stop()
        thread.join(SOON)
        assert not thread.is_alive()


def test_every_tenant_is_passed_over_again_and_again(database: str) -> None:
    tenant("contoso"), tenant("fabrikam")
    passes = Passes()
    with running(passes):
        assert passes.wait_for(contoso=3, fabrikam=3)


def test_a_tenant_in_mode_off_is_left_alone(database: str) -> None:
    tenant("contoso"), tenant("off", mode="off")
    passes = Passes()
    with running(passes):
        assert passes.wait_for(contoso=3)
    assert passes.counts["off"] == 0


def test_a_tenant_keeps_its_own_schedule(database: str) -> None:
    tenant("contoso")
    passes = Passes()
    with running(passes, pace=None):
        assert passes.wait_for(contoso=1)
        threading.Event().wait(1.0)
    assert passes.counts["contoso"] == 1


def test_a_tenant_that_is_connected_later_is_served_too(database: str) -> None:
    passes = Passes()
    with running(passes):
        tenant("contoso")
        assert passes.wait_for(contoso=1)


def test_what_stops_one_tenant_does_not_stop_the_others(database: str) -> None:
    def does(row: Tenant, progress: Progress) -> None:
        if row.name == "contoso":
            raise Stop("wrong_secret", "The client secret is wrong.", "Create a new one.")
        if row.name == "fabrikam":
            raise ZeroDivisionError

    for name in ("contoso", "fabrikam", "litware"):
        tenant(name)
    passes, watcher = Passes(does), Watcher()
    with running(passes, watcher):
        assert passes.wait_for(contoso=2, fabrikam=2, litware=4)
    assert ("contoso", "The client secret is wrong: create a new one.") in watcher.failures
    assert ("fabrikam", "something unexpected went wrong (ZeroDivisionError)") in watcher.failures
    assert set(watcher.ends) == {"litware"}


def test_while_microsoft_is_down_a_pass_comes_again_when_it_is_tried_and_not_later(database: str) -> None:
    """Its own schedule is 15 s, doubled for each failure: this is none."""
    assert database

    def down(tenant: Tenant, progress: Progress) -> None:
        raise Wait("microsoft_down", "Microsoft does not answer.", "Wait.", after=0.2, never_sent=True)

    tenant("a")
    watcher, passes = Watcher(), Passes(down)
    with running(passes, watcher, pace=None):
        assert passes.wait_for(a=3)
    assert watcher.failures[0] == ("a", "Microsoft does not answer: wait.")
    assert Due.objects.of(Tenant.objects.get().pk).get().failures == 0


def test_a_tenant_that_is_busy_is_tried_again_without_complaint(database: str) -> None:
    def busy(row: Tenant, progress: Progress) -> None:
        raise TenantBusy("another run is busy")

    tenant("contoso")
    passes, watcher = Passes(busy), Watcher()
    with running(passes, watcher):
        assert passes.wait_for(contoso=3)
    assert watcher.failures == []


def test_a_pass_that_reads_stops_between_two_pages(database: str) -> None:
    reading, stopping = threading.Event(), threading.Event()
    pages: list[int] = []

    def reads(row: Tenant, progress: Progress) -> None:
        for page in range(1000):
            pages.append(page)
            progress.step("reading people", page, None)
            reading.set()
            stopping.wait(SOON)

    tenant("contoso")
    watcher = Watcher()
    with running(Passes(reads), watcher) as loop:
        assert reading.wait(SOON)
        loop.stop()
        stopping.set()
    assert pages == [0, 1]
    assert (watcher.failures, watcher.ends) == ([], [])


def test_a_pass_that_assigns_is_shown_that_it_is_to_end_and_ends_by_itself(database: str) -> None:
    writing, stopping = threading.Event(), threading.Event()

    def writes(row: Tenant, progress: Progress) -> None:
        for number in range(3):
            writing.set()
            stopping.wait(SOON)
            progress.step("assigning", number, 3)

    tenant("contoso")
    watcher, passes = Watcher(), Passes(writes)
    with running(passes, watcher) as loop:
        assert writing.wait(SOON)
        assert not passes.signs[0].asked
        loop.stop()
        stopping.set()
    assert watcher.ends == ["contoso"]
    assert passes.signs[0].asked


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_tenants_are_served_at_once_than_was_asked(database: str, at_once: int) -> None:
    now, most, lock = 0, 0, threading.Lock()

    def does(row: Tenant, progress: Progress) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        threading.Event().wait(0.05)
        with lock:
            now -= 1

    for name in ("a", "ab", "abc", "abcd"):
        tenant(name)
    passes = Passes(does)
    loop = Loop(pace=0.01, at_once=at_once, work=passes)
    thread = threading.Thread(target=loop.run)
    thread.start()
    assert passes.wait_for(a=2, ab=2, abc=2, abcd=2)
    loop.stop()
    thread.join(SOON)
    assert most == at_once
