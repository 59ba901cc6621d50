"""A tenant's subscription at Microsoft, and the wake-up that came by it."""

from typing import ClassVar, Self

from django.db import models

from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Subscription(models.Model):
    """What Microsoft was asked to tell of a tenant. `key` is Microsoft's id, empty as long as there is none;
    `state_digest` the SHA-256 of the secret that its notifications carry, which is kept nowhere.

    At `due_at` it is looked after again: renewed, or tried anew after `failures` in a row, the last one told in `error`.
    """

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, related_name="subscription", primary_key=True
    )
    key = models.CharField(max_length=64, blank=True, default="")
    state_digest = models.CharField(max_length=64, blank=True, default="")
    url = models.CharField(max_length=500, blank=True, default="")
    expires_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key",), condition=~models.Q(key=""), name="subscription_key"),
        )

    def __str__(self) -> str:
        return self.key or "none"


class WakeUp(models.Model):
    """What came for a tenant. `first_at` is since when a wake-up waits for the next sync (None: none waits), `last_at`
    when one was last noted and `count` how many were; `begun_at` is when the last sync began that one of them began."""

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="wake_up", primary_key=True)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    count = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (
            models.Index(
                fields=("first_at",), condition=models.Q(first_at__isnull=False), name="wake_up_waits"
            ),
        )

    def __str__(self) -> str:
        return f"{self.count} until {self.last_at}"
