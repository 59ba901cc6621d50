"""Carrying out what was asked for in the portal, in this process: what the background loop would do within a second."""

from numberline.jobs.models import State, Task
from numberline.jobs.tasks import carry_out, next_task
from numberline.tenants.models import Tenant

WORKER = "a worker of this test"


def carry_out_waiting(tenant: Tenant) -> list[Task]:
    """Carry out every task that waits in a tenant, in the order in which they were asked for; gives them as they are
    then."""
    done = []
    while (task := next_task(tenant.pk, WORKER)) is not None:
        carry_out(task)
        task.refresh_from_db()
        assert task.state != State.WAITING, "another run is busy with the tenant"
        done.append(task)
    return done
