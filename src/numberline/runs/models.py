"""Runs: one pass over a tenant each, with counts, duration and outcome."""

from typing import Any, ClassVar, Self

from django.db import models

from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Run(models.Model):
    """One pass over a tenant: read, decide, apply. `counts` is what `sync --json` prints of it, with its failures by
    name.

    `audit_head` is where the audit trail ended when the run did, `seq:mac`: a tail that is cut off later shows here.
    `step`, `done` and `total` say how far a run that is at work has come, as it last told at `seen_at`.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    mode = models.CharField(max_length=10)
    actor = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    counts: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)
    error = models.TextField(blank=True, default="")
    audit_head = models.CharField(max_length=100, blank=True, default="")
    step = models.CharField(max_length=60, blank=True, default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (
            models.Index(fields=("tenant", "-started_at"), name="run_latest"),
            models.Index(fields=("tenant", "kind", "-started_at"), name="run_kind"),
            models.Index(fields=("tenant", "outcome", "-started_at"), name="run_outcome"),
            models.Index(fields=("tenant",), condition=models.Q(ended_at=None), name="run_open"),
        )

    def __str__(self) -> str:
        return f"{self.kind} run {self.pk} of tenant {self.tenant_id}"
