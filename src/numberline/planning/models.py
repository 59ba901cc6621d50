"""Plans as they were shown, so that a reviewed one can be applied exactly or refused."""

from typing import ClassVar

from django.db import models

from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class StoredPlan(models.Model):
    """A plan that was shown to somebody. `body` is the JSON of spec section 7 as text."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    body = models.TextField()
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    objects: ClassVar[TenantManager["StoredPlan"]] = TenantManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tenant", "name"), name="plan_name_once"),)

    def __str__(self) -> str:
        return self.name
