"""What people are to have of their ranges' policies, and by which ids the tenant knows these."""

from typing import Any, ClassVar, Self

from django.db import models

from numberline.assignments.models import Assignment
from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Phase(models.TextChoices):
    """How far a person's policy has come."""

    WANTED = "wanted"
    SENT = "sent"
    DONE = "done"


class PersonPolicy(models.Model):
    """A person is to have the policy `name` of this type (empty: none of their own) because of a number they hold.

    `WANTED` has surely not been sent; from `SENT` on (committed before the request leaves) it may have reached
    Microsoft; `DONE` when Teams showed it. `open` rows are looked at again at `look_at`. `code` says why it is wanted
    (`profile`, `left_over`, `drift`), `before` what Teams showed before we sent, `error` Microsoft's words when it
    refused. `actor`, `ticket` and `run_id` are of whoever had it sent, for the audit trail.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=36)
    type = models.CharField(max_length=100)
    type_key = models.CharField(max_length=100)
    name = models.CharField(max_length=200, blank=True, default="")
    holding = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=20)
    config_version = models.PositiveIntegerField()
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.WANTED)
    open = models.BooleanField(default=True)
    since = models.DateTimeField()
    look_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    looks = models.PositiveSmallIntegerField(default=0)
    before = models.CharField(max_length=300, blank=True, default="")
    error_code = models.CharField(max_length=40, blank=True, default="")
    error = models.TextField(blank=True, default="")
    actor = models.CharField(max_length=200, blank=True, default="")
    ticket = models.CharField(max_length=200, blank=True, default="")
    run_id = models.BigIntegerField(null=True)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "person", "type_key"), name="one_policy_of_a_type_per_person"
            ),
        )
        indexes = (
            models.Index(
                fields=("tenant", "look_at"), condition=models.Q(open=True), name="personpolicy_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.policy} for {self.person}: {self.phase}"

    @property
    def policy(self) -> str:
        """The policy in words: its type and name."""
        return f"{self.type} {self.name}" if self.name else f"{self.type} unassigned"


class PolicyName(models.Model):
    """The id by which a tenant knows a policy, when it was asked last. Empty: it had none; `detail` says more.

    Type and name are folded, because Microsoft compares them so.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    type_key = models.CharField(max_length=100)
    name_key = models.CharField(max_length=200)
    policy_id = models.CharField(max_length=500, blank=True, default="")
    asked_at = models.DateTimeField()
    detail = models.TextField(blank=True, default="")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("tenant", "type_key", "name_key"), name="policy_name_once"),
        )

    def __str__(self) -> str:
        return f"{self.type_key} {self.name_key}"


class PolicyDrift(models.Model):
    """What of a person's policies was not as the range of the number that they hold wants it, when they were compared
    last: `differences` in words, one a policy."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=36)
    holding = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="+")
    differences: "models.JSONField[Any, list[str]]" = models.JSONField(default=list)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tenant", "person"), name="policy_drift_once"),)

    def __str__(self) -> str:
        return f"{self.person}: {'; '.join(self.differences)}"


class Comparison(models.Model):
    """When everybody's policies were last held against the profiles, and which profiles these were (a digest)."""

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="+", primary_key=True)
    at = models.DateTimeField(null=True)
    profiles = models.CharField(max_length=64, blank=True, default="")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    def __str__(self) -> str:
        return f"profiles {self.profiles or 'none'} of tenant {self.tenant_id}"
