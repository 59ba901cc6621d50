"""What the background loop finds in the database: which tenants have tasks that wait, and tasks that nobody ends."""

from collections.abc import Collection

from numberline import clock
from numberline.jobs.heartbeat import alive
from numberline.jobs.models import State, Task
from numberline.jobs.tasks import INTERRUPTED, KEPT
from numberline.tenants.models import Tenant


def tenants_that_wait() -> list[int]:
    """The tenants (of any mode) for which a task waits."""
    rows = Tenant.objects.filter(tasks__state=State.WAITING).order_by("pk").distinct()
    return list(rows.values_list("pk", flat=True))


def tidy(own: str, at_work: Collection[int]) -> None:
    """Tell tasks whose worker is dead as interrupted, and forget those that ended long ago.

    `own` is the worker that looks, and `at_work` the tenants for which it is carrying one out. No task is begun a second time:
    what it sent may have reached Microsoft, and its change rows are taken to their end by the next run.
    """
    now = clock.now()
    living = alive(now) - {own}
    for tenant_id in _tenants_at_work():
        rows = Task.objects.of(tenant_id).filter(state=State.RUNNING)
        lost = rows.exclude(worker__in=living | {own} if tenant_id in at_work else living)
        lost.update(state=State.INTERRUPTED, ended_at=now, sentence=INTERRUPTED)
    old = Tenant.objects.filter(tasks__ended_at__lt=now - KEPT).order_by("pk").distinct()
    for tenant_id in list(old.values_list("pk", flat=True)):
        Task.objects.of(tenant_id).filter(ended_at__lt=now - KEPT).delete()


def _tenants_at_work() -> list[int]:
    rows = Tenant.objects.filter(tasks__state=State.RUNNING).order_by("pk").distinct()
    return list(rows.values_list("pk", flat=True))
