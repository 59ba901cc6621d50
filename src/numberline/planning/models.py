"""Plans as they were shown, so that a reviewed one can be applied exactly or refused."""

import json
from typing import ClassVar, Self

from django.db import models

from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class StoredPlan(models.Model):
    """A plan that was shown to somebody. `body` is JSON text: `shown`, the plan as it was
    printed, and `stands_on`, for each person concerned the facts that must be the same when it is applied.

    `by` is who asked for it. It is applied once, or refused once, or neither; what becomes of it is in the audit trail.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    body = models.TextField()
    by = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tenant", "name"), name="plan_name_once"),)
        indexes = (models.Index(fields=("tenant", "-created_at"), name="plan_latest"),)

    def people(self) -> set[str]:
        """Object ids of everybody whom the plan changes, held changes included."""
        return set(json.loads(self.body)["stands_on"])

    def __str__(self) -> str:
        return self.name
