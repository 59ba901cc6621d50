"""The rows of the audit trail. The database refuses to update, delete or truncate them (triggers.py)."""

from typing import ClassVar, Self

from django.db import models

from numberline.scope import TenantManager

MAC = 64
"""Characters of a message authentication code (HMAC-SHA256) in hexadecimal."""
KEY = 16
"""Characters of the name of a key."""


class Entry(models.Model):
    """One change: who did what to whom or what, before, after, and why.

    `number` is number text (E.164, with `;ext=`), `person` the object id that holds it; both are plain text so
    that an entry outlives what it speaks of. `before` and `after` hold the facts that changed, and for a
    number always `state` and `holder`.

    `seq` counts the entries of a tenant from 1 without gaps. `mac` seals what the entry says together with the `mac`
    of the entry before it, under the key that `key` names (numberline.audit.keys).
    """

    pk = models.CompositePrimaryKey("tenant_id", "seq")
    tenant_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    verb = models.CharField(max_length=40)
    person = models.CharField(max_length=100, blank=True, default="")
    number = models.CharField(max_length=40, blank=True, default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    code = models.CharField(max_length=40, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    ticket = models.CharField(max_length=200, blank=True, default="")
    run_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=KEY)
    mac = models.CharField(max_length=MAC)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        ordering = ("seq",)
        indexes = (
            models.Index(fields=("tenant_id", "number", "seq"), name="entry_number"),
            models.Index(fields=("tenant_id", "person", "seq"), name="entry_person"),
            models.Index(fields=("tenant_id", "verb", "at", "seq"), name="entry_verb"),
            models.Index(fields=("tenant_id", "actor", "at", "seq"), name="entry_actor"),
            models.Index(fields=("tenant_id", "at", "seq"), name="entry_at"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.verb} {self.number or self.person}"


class Head(models.Model):
    """Where a tenant's audit trail ends: the number and the `mac` of its last entry, sealed in turn by `seal`.

    Its lock makes parallel writers of one tenant append one after the other.
    """

    tenant_id = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    mac = models.CharField(max_length=MAC)
    key = models.CharField(max_length=KEY)
    seal = models.CharField(max_length=MAC)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    def __str__(self) -> str:
        return f"{self.seq}:{self.mac}"
