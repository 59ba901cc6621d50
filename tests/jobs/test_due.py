"""When a tenant's next pass is due, as it stands in the database; and what one of several workers does for all."""

from datetime import timedelta

from numberline import clock
from numberline.jobs.due import begins, note_due
from numberline.jobs.models import Due, Tick
from numberline.jobs.ticks import AHEAD, mine
from numberline.jobs.turn import Turn
from numberline.notifications import wake
from tests import factories as make

LATER = timedelta(minutes=10)


def test_of_two_that_were_woken_for_the_same_pass_one_begins(database: str) -> None:
    tenant = make.tenant()
    assert begins(tenant.pk) is None
    Due.objects.of(tenant.pk).create(at=clock.now(), failures=1)
    first = begins(tenant.pk)
    assert first is not None
    assert first.failures == 1
    note_due(tenant.pk, Turn(due=clock.monotonic() + 60))
    assert begins(tenant.pk) is None


def test_news_begin_a_pass_before_it_is_due_unless_the_last_failed(database: str) -> None:
    tenant = make.tenant()
    wake.note(tenant.pk, clock.now())
    due = Due.objects.of(tenant.pk)
    due.create(at=clock.now() + LATER, failures=1)
    assert begins(tenant.pk) is None
    due.update(failures=0)
    assert begins(tenant.pk) is not None
    assert begins(tenant.pk) is None, "5 s after the first at the earliest"


def test_what_one_does_for_all_is_done_by_one(database: str) -> None:
    assert [mine("tell", 60.0) for _ in range(3)] == [True, False, False]
    assert mine("tidy", 60.0)
    Tick.objects.filter(name="tell").update(at=clock.now() - timedelta(seconds=61))
    assert [mine("tell", 60.0) for _ in range(2)] == [True, False]


def test_a_machine_whose_clock_is_wrong_keeps_nobody_from_it(database: str) -> None:
    Tick.objects.create(name="tell", at=clock.now() + AHEAD * 2)
    assert mine("tell", 60.0)
