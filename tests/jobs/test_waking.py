"""The loop begins a pass at once when Microsoft told of a change."""

import threading
from datetime import timedelta

from numberline import clock
from numberline.graph.errors import Stop
from numberline.jobs.turn import Turn
from numberline.jobs.waking import Waking
from numberline.notifications.models import WakeUp
from numberline.notifications.wake import note, take
from numberline.runs.progress import Progress
from numberline.tenants.models import Tenant
from tests.jobs.test_loop import Passes, Watcher, running, tenant


def takes(row: Tenant, progress: Progress) -> None:
    """What a sync does first."""
    take(row.pk)


def test_a_wake_up_begins_a_pass_long_before_it_is_due_and_of_this_tenant_alone(database: str) -> None:
    woken = tenant("contoso")
    tenant("fabrikam")
    passes, watcher = Passes(takes), Watcher()
    with running(passes, watcher, pace=3600):
        assert passes.wait_for(contoso=1, fabrikam=1)
        while len(watcher.ends) < 2:  # what is told before the first pass has read is taken along by it
            threading.Event().wait(0.01)
        began = clock.monotonic()
        note(woken.pk, clock.now())
        assert passes.wait_for(contoso=2)
        assert clock.monotonic() - began < 5
    assert passes.counts["fabrikam"] == 1


def test_a_tenant_that_fails_keeps_its_back_off_whatever_comes(database: str) -> None:
    def fails(row: Tenant, progress: Progress) -> None:
        raise Stop("wrong_secret", "The client secret is wrong.", "Create a new one.")

    failing = tenant("contoso")
    passes = Passes(fails)
    with running(passes, pace=3600):
        assert passes.wait_for(contoso=1)
        note(failing.pk, clock.now())
        threading.Event().wait(1.2)
    assert passes.counts["contoso"] == 1


def test_a_wake_up_waits_while_a_pass_is_at_work_and_until_five_seconds_after_the_last(database: str) -> None:
    row = tenant("contoso")
    with clock.travel() as time:
        waking, turn = Waking(), Turn(due=1e9)
        note(row.pk, clock.now())
        assert waking.begins(row.pk, turn)
        turn.begin(0)
        take(row.pk)
        note(row.pk, clock.now())
        time.advance(timedelta(seconds=6))
        assert not waking.begins(row.pk, turn)
        turn.succeed(0, 1e9)
        assert waking.begins(row.pk, turn)
        time.advance(timedelta(seconds=4))
        assert not waking.begins(row.pk, turn)
        time.advance(timedelta(seconds=1))
        assert waking.begins(row.pk, turn)


def test_of_two_loops_one_begins_it(database: str) -> None:
    row = tenant("contoso")
    note(row.pk, clock.now())
    assert [Waking().begins(row.pk, Turn(due=1e9)) for _ in range(2)] == [True, False]


def test_a_pass_by_schedule_takes_the_wake_up_along(database: str) -> None:
    row = tenant("contoso")
    note(row.pk, clock.now())
    passes = Passes(takes)
    with running(passes, pace=3600):
        assert passes.wait_for(contoso=1)
        threading.Event().wait(0.8)
    assert passes.counts["contoso"] == 1
    assert WakeUp.objects.of(row.pk).get().first_at is None
