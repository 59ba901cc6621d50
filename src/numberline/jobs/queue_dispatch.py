"""Which tenants get a job now: those whose pass is due or woken, and those for which a task waits. One query for all of them.

The rows `Due`, `WakeUp` and `Task` are the truth; a job is only a wake-up. Each tenant has one job at a time (`lock`), and at most one
of a kind waits (`queueing_lock`). Tasks go first: a person waits for them.
"""

from django.db import connection
from procrastinate import App, exceptions
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job

from numberline import clock
from numberline.notifications.wake import APART

PASSES, TASKS = "passes", "tasks"
"""The queues, and in them the tasks of the same names."""
PRIORITY = {PASSES: 0, TASKS: 10}
A_TICK = 200
"""How many jobs of a kind one tick brings at most; the next brings more."""

TO_DO = """
(SELECT 'tasks' AS kind, task.tenant_id AS tenant_id, MIN(task.asked_at) AS since
   FROM jobs_task task
  WHERE task.state = 'waiting' AND NOT {queued_task} AND NOT {at_work_task}
  GROUP BY task.tenant_id ORDER BY since LIMIT %(limit)s)
UNION ALL
(SELECT 'passes', due.tenant_id, due.at
   FROM jobs_due due JOIN tenants_tenant tenant ON tenant.id = due.tenant_id
  WHERE due.at <= %(now)s AND tenant.mode <> 'off' AND NOT {queued_due} AND NOT {at_work_due}
  ORDER BY due.at LIMIT %(limit)s)
UNION ALL
(SELECT 'passes', wake.tenant_id, wake.first_at
   FROM notifications_wakeup wake
   JOIN jobs_due due ON due.tenant_id = wake.tenant_id AND due.failures = 0 AND due.at > %(now)s
   JOIN tenants_tenant tenant ON tenant.id = wake.tenant_id
  WHERE wake.first_at IS NOT NULL AND (wake.begun_at IS NULL OR wake.begun_at <= %(rested)s)
    AND tenant.mode <> 'off' AND NOT {queued_due} AND NOT {at_work_due}
  ORDER BY wake.first_at LIMIT %(limit)s)
"""
QUEUED = (
    "EXISTS (SELECT 1 FROM procrastinate_jobs job WHERE job.status = 'todo' "
    "AND job.queueing_lock = '{kind}-' || {table}.tenant_id)"
)
AT_WORK = (
    "EXISTS (SELECT 1 FROM procrastinate_jobs job WHERE job.status = 'doing' "
    "AND job.lock = 'tenant-' || {table}.tenant_id)"
)
NEW_TENANTS = """
INSERT INTO jobs_due (tenant_id, at, failures)
SELECT tenant.id, %(now)s, 0 FROM tenants_tenant tenant
 WHERE tenant.mode <> 'off' AND NOT EXISTS (SELECT 1 FROM jobs_due due WHERE due.tenant_id = tenant.id)
ON CONFLICT (tenant_id) DO NOTHING
"""


class Dispatch:
    """Puts jobs into the queue, on Django's connection of the calling thread."""

    def __init__(self) -> None:
        self._jobs = App(connector=DjangoConnector()).job_manager
        self._to_do = TO_DO.format(
            queued_task=QUEUED.format(kind=TASKS, table="task"),
            at_work_task=AT_WORK.format(table="task"),
            queued_due=QUEUED.format(kind=PASSES, table="due"),
            at_work_due=AT_WORK.format(table="due"),
        )

    def tick(self) -> int:
        """Bring a job for whatever is to be done and has none; gives how many."""
        with connection.cursor() as cursor:
            now = clock.now()
            cursor.execute(self._to_do, {"now": now, "rested": now - APART, "limit": A_TICK})
            found = sorted(cursor.fetchall(), key=lambda row: row[2])
        jobs = [_job(kind, tenant_id) for kind, tenant_id, _ in found]
        if not jobs:
            return 0
        try:
            self._jobs.batch_defer_jobs(jobs)
        except exceptions.AlreadyEnqueued:
            return 0  # another worker was quicker; what is left comes with the next tick
        return len(jobs)

    def welcome(self) -> None:
        """Tenants that were never passed over are due from now on."""
        with connection.cursor() as cursor:
            cursor.execute(NEW_TENANTS, {"now": clock.now()})


def _job(kind: str, tenant_id: int) -> Job:
    return Job(
        queue=kind,
        task_name=kind,
        priority=PRIORITY[kind],
        lock=f"tenant-{tenant_id}",
        queueing_lock=f"{kind}-{tenant_id}",
        task_kwargs={"tenant_id": tenant_id},
    )
