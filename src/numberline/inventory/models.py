"""Ranges and numbers: what there is to give, and what Teams says of each number."""

from typing import Any, ClassVar, Self

from django.db import models

from numberline.columns import PlainText
from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.scope import TenantManager
from numberline.tenants.models import Tenant

TYPES = [(t.value, t.value) for t in NumberType]
STATES = [(s.value, s.value) for s in State]


class Range(models.Model):
    """A named set of numbers of one type and provider, with a rule, a priority and settings.

    `numbers` are the declared blocks as text and `select` the selector, null when not given; grace and
    quarantine are seconds, null for the tenant's. `declared` lists what the configuration file reserves and
    blocks, so that it never takes back what was done by hand.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=20, choices=TYPES)
    provider = models.CharField(max_length=200, blank=True, default="")
    numbers: "models.JSONField[Any, list[str]]" = models.JSONField(default=list)
    select: "models.JSONField[Any, dict[str, str] | None]" = models.JSONField(null=True)
    rule = models.TextField(blank=True, default="")
    priority = models.IntegerField(default=100)
    enabled = models.BooleanField(default=True)
    draw = models.CharField(max_length=20, default="lowest")
    grace_seconds = models.PositiveIntegerField(null=True)
    quarantine_seconds = models.PositiveIntegerField(null=True)
    adopt = models.BooleanField(default=False)
    alert_below = models.PositiveIntegerField(null=True)
    location = models.CharField(max_length=100, blank=True, default="")
    policies: "models.JSONField[Any, dict[str, str | None]]" = models.JSONField(default=dict)
    declared: "models.JSONField[Any, dict[str, list[str]]]" = models.JSONField(default=dict)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tenant", "name"), name="range_name_once"),)

    def __str__(self) -> str:
        return self.name


class Number(models.Model):
    """One number of one tenant, in at most one range.

    `text` is E.164 with `;ext=`, `value` its digits as an integer (for order), `country` ISO alpha-2; `subscriber` and
    `reversed` are what searches look into (numberline.inventory.search).
    `teams_*` is what the last reading of Teams said (null `teams_at`: never listed); `teams_free` whether Teams
    would give it now. `free_since` is since when it is free (of one reserved during its quarantine: when that ends),
    `freed_at` when somebody last gave it back.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    text: "models.CharField[str, str]" = PlainText(max_length=40)
    value = models.BigIntegerField()
    extension = models.CharField(max_length=20, blank=True, default="")
    type = models.CharField(max_length=20, choices=TYPES)
    range = models.ForeignKey(Range, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    provider = models.CharField(max_length=200, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    area_code = models.CharField(max_length=12, blank=True, default="")
    subscriber: "models.CharField[str, str]" = PlainText(max_length=40, blank=True, default="")
    reversed: "models.CharField[str, str]" = PlainText(max_length=40, blank=True, default="")
    state = models.CharField(max_length=12, choices=STATES, default=State.AVAILABLE.value)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    free_since = models.DateTimeField()
    freed_at = models.DateTimeField(null=True)
    locked = models.BooleanField(default=False)
    locked_until = models.DateTimeField(null=True)
    reserved_for = models.CharField(max_length=36, blank=True, default="")
    reserved_purpose = models.TextField(blank=True, default="")
    block_code = models.CharField(max_length=40, blank=True, default="")
    imported = models.BooleanField(default=False)
    teams_at = models.DateTimeField(null=True)
    teams_free = models.BooleanField(default=False)
    teams_status = models.CharField(max_length=40, blank=True, default="")
    teams_target = models.CharField(max_length=100, blank=True, default="")
    teams_category = models.CharField(max_length=20, blank=True, default="")
    teams_activation = models.CharField(max_length=40, blank=True, default="")
    teams_operator = models.CharField(max_length=100, blank=True, default="")
    teams_type = models.CharField(max_length=20, blank=True, default="")
    on_premises = models.BooleanField(default=False)
    city = models.CharField(max_length=200, blank=True, default="")
    location_id = models.CharField(max_length=100, blank=True, default="")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tenant", "text"), name="number_once_per_tenant"),)
        indexes = (
            models.Index(fields=("tenant", "state", "text"), name="number_state"),
            models.Index(fields=("range", "value", "id"), name="number_range"),
            models.Index(fields=("range", "state", "value", "id"), name="number_range_state"),
            models.Index(fields=("tenant", "country", "text"), name="number_country"),
            models.Index(fields=("tenant", "type", "text"), name="number_type"),
            models.Index(fields=("tenant", "provider", "text"), name="number_provider"),
            models.Index(fields=("tenant", "subscriber", "text"), name="number_subscriber"),
            models.Index(fields=("tenant", "reversed", "id", "state"), name="number_reversed"),
            models.Index(
                fields=("tenant", "text"), condition=models.Q(range=None), name="number_without_range"
            ),
            models.Index(fields=("tenant", "text"), condition=models.Q(locked=True), name="number_locked"),
            models.Index(
                fields=("range", "freed_at", "value"),
                condition=models.Q(state=State.AVAILABLE.value, teams_free=True),
                name="number_longest_idle",
            ),
            models.Index(
                fields=("tenant", "reserved_for"),
                condition=~models.Q(reserved_for=""),
                name="number_reserved_for",
            ),
            models.Index(
                fields=("tenant", "locked_until"),
                condition=models.Q(locked_until__isnull=False),
                name="number_locked_until",
            ),
        )

    def __str__(self) -> str:
        return self.text


class Tally(models.Model):
    """How many numbers there are of a kind: the sum of `count` over the rows of that kind, which may be several.

    Triggers keep it in the transactions that change numbers (numberline.tally_triggers), so it is always right; on
    PostgreSQL they only ever add rows, so that nobody waits for anybody. `range_key` is the range's key, 0 for none.
    Read and folded by numberline.inventory.tally.
    """

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    range_key = models.BigIntegerField()
    country = models.CharField(max_length=2)
    area_code = models.CharField(max_length=12)
    type = models.CharField(max_length=20)
    provider = models.CharField(max_length=200)
    state = models.CharField(max_length=12)
    count = models.BigIntegerField()

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (
            models.Index(
                fields=("tenant", "range_key", "state", "area_code", "country", "type", "provider"),
                name="tally_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.count} {self.state} of {self.type} in {self.range_key}"


class Listing(models.Model):
    """What became of reading Teams' list of numbers: how many it showed, and whether it was whole.

    Nothing is concluded from a listing that is not `trusted`: one that ended early, failed or came back
    much shorter than the last trusted one.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    trusted = models.BooleanField()
    detail = models.TextField(blank=True, default="")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (models.Index(fields=("tenant", "-at"), name="listing_latest"),)

    def __str__(self) -> str:
        return f"{self.count} numbers at {self.at:%Y-%m-%d %H:%M}"


class Upload(models.Model):
    """A CSV file that somebody looks at before it is imported; kept for a day (numberline.inventory.uploads)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    data = models.BinaryField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    def __str__(self) -> str:
        return self.name
