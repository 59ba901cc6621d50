"""Runs: one pass over a tenant each, with counts, duration and outcome."""

from typing import Any, ClassVar, Self

from django.db import models

from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Run(models.Model):
    """One pass over a tenant: read, decide, apply. `counts` is what `sync --json` prints of it.

    `audit_head` is where the audit trail ended when the run did, `seq:mac`: a tail that is cut off later shows here.
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

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (models.Index(fields=("tenant", "-started_at"), name="run_latest"),)

    def __str__(self) -> str:
        return f"{self.kind} run {self.pk} of tenant {self.tenant_id}"
