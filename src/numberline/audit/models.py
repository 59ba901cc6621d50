"""The rows of the audit trail. The database refuses to update, delete or truncate them (triggers.py)."""

from typing import ClassVar, Self

from django.db import models

from numberline.scope import TenantManager


class Entry(models.Model):
    """One change: who did what to whom or what, before, after, and why.

    `number` is number text (E.164, with `;ext=`), `person` the object id that holds it; both are plain text so
    that an entry outlives what it speaks of. `before` and `after` hold the facts that changed, and for a
    number always `state` and `holder`.
    """

    tenant_id = models.BigIntegerField()
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

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("tenant_id", "number", "id"), name="entry_number"),
            models.Index(fields=("tenant_id", "person", "id"), name="entry_person"),
            models.Index(fields=("tenant_id", "verb", "at"), name="entry_verb"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.verb} {self.number or self.person}"
