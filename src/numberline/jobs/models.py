"""Work that somebody asked for in the portal, who carries it out, and when each tenant's next pass is due."""

from typing import Any, ClassVar, Self

from django.db import models

from numberline.runs.models import Run
from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Kind(models.TextChoices):
    """What is asked for: what the commands of the same names do."""

    SYNC = "sync"
    SYNC_PERSON = "sync_person"
    PLAN = "plan"
    APPLY = "apply"
    ASSIGN = "assign"
    CHANGE = "change"
    SWAP = "swap"
    RELEASE = "release"
    ADOPT = "adopt"
    IMPORT = "import"
    CHECK = "check"
    VERIFY = "verify"
    TEST_ALERTS = "test_alerts"
    RULES_CHECK = "rules_check"
    RULE_ANSWER = "rule_answer"


class State(models.TextChoices):
    """How far a task has come. `interrupted`: its process ended while it was at work. `withdrawn`: taken back before it
    began."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    WITHDRAWN = "withdrawn"


class Task(models.Model):
    """Something long that somebody asked for; the background loop carries it out (numberline.jobs.tasks).

    `arguments` are the verb's, as JSON. `worker` is the key of the loop that carries it out; how far it has come stands
    on its `run`, and for one that needs no run on itself: `done` of `total` (None: nobody knows) of the `step`. `sentence` says what became of it, `outcome` holds what the command prints with `--json`. `back` is
    the address of the page on which it was asked for.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    arguments: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    actor = models.CharField(max_length=200)
    reason = models.TextField(blank=True, default="")
    ticket = models.CharField(max_length=200, blank=True, default="")
    back = models.CharField(max_length=1000, blank=True, default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    worker = models.CharField(max_length=32, blank=True, default="")
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+")
    step = models.CharField(max_length=40, blank=True, default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    outcome: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    sentence = models.TextField(blank=True, default="")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (
            models.Index(fields=("state", "tenant"), name="task_state"),
            models.Index(fields=("tenant", "-asked_at"), name="task_latest"),
        )

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in (State.WAITING, State.RUNNING)

    def __str__(self) -> str:
        return f"{self.kind} for tenant {self.tenant_id}: {self.state}"


class Worker(models.Model):
    """A background loop: it says every few seconds that it lives. `ended_at`: it was told to end, and did."""

    key = models.CharField(max_length=32, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class Due(models.Model):
    """When a tenant's next pass is due, as the background loop sees it, and how many failed in a row before it."""

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="+", primary_key=True)
    at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (models.Index(fields=("at",), name="due_at"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class Tick(models.Model):
    """When some work that one worker does for all of them was last begun (numberline.jobs.ticks)."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
