"""What is to be told (the outbox), to whom it went, and how its receivers do."""

from typing import Any, ClassVar, Self

from django.db import models

from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Channel(models.TextChoices):
    """How somebody is told."""

    WEBHOOK = "webhook"
    MAIL = "mail"


class Kind(models.TextChoices):
    """What an alert says: an item was opened, one that was told is closed, several things at once, or nothing (a test)."""

    OPENED = "opened"
    CLOSED = "closed"
    DIGEST = "digest"
    TEST = "test"


class Alert(models.Model):
    """One thing to tell. `key` stays the same however often it is sent, so that a receiver can drop repeats; `body` is
    what is told, written down once."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    body: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (models.Index(fields=("tenant", "at"), name="alert_at"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Delivery(models.Model):
    """An alert on its way to one receiver. Done once `delivered_at` or `given_up_at` is set, never before it was sent.

    Whoever sends it holds it by `lease` until `lease_until`; who dies meanwhile leaves it to the next one.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    target = models.CharField(max_length=500)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=40, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (
            models.Index(
                fields=("tenant", "due_at"),
                condition=models.Q(delivered_at=None, given_up_at=None),
                name="delivery_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.alert_id}"


class Receiver(models.Model):
    """How a receiver did lately: `failures` in a row since `since`, the last `error`. Nothing is sent to one that said
    it is `gone` (HTTP 410) until a test succeeds."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    target = models.CharField(max_length=500)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")
    gone = models.BooleanField(default=False)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tenant", "channel", "target"), name="receiver_once"),)

    def __str__(self) -> str:
        return f"{self.channel} of tenant {self.tenant_id}"
