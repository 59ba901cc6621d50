"""What needs a human: one open row per occasion."""

from typing import ClassVar, Self

from django.db import models

from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Item(models.Model):
    """One thing that needs a human; opened and closed by the facts.

    `person` is an object id, `number` number text, `range_name` a range, `subject` anything else (a limit, a
    receiver of alerts): what the item is about, empty where it does not apply. `detail` keeps Microsoft's own words.
    `assignee` is the mail address of whoever looks after it, `snoozed_until` when it comes back to the list of those who
    put it off; both are people's own, and change nothing about what the facts say.
    `told_at` and `end_told_at` are when alerts about its opening and its end were written down (numberline.alerts).
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    person = models.CharField(max_length=100, blank=True, default="")
    number = models.CharField(max_length=40, blank=True, default="")
    range_name = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=500, blank=True, default="")
    since = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    cause = models.TextField()
    detail = models.TextField(blank=True, default="")
    assignee = models.CharField(max_length=254, blank=True, default="")
    snoozed_until = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    end_told_at = models.DateTimeField(null=True)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "code", "person", "number", "range_name", "subject"),
                condition=models.Q(closed_at=None),
                name="item_open_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("tenant", "since", "id"), condition=models.Q(closed_at=None), name="item_open"
            ),
            models.Index(
                fields=("tenant", "code", "snoozed_until"),
                condition=models.Q(closed_at=None),
                name="item_counted",
            ),
            models.Index(
                fields=("tenant", "assignee", "since", "id"),
                condition=models.Q(closed_at=None) & ~models.Q(assignee=""),
                name="item_assigned",
            ),
            models.Index(
                fields=("tenant", "snoozed_until"),
                condition=models.Q(closed_at=None, snoozed_until__isnull=False),
                name="item_put_off",
            ),
            models.Index(
                fields=("tenant",), condition=models.Q(closed_at=None, told_at=None), name="item_untold"
            ),
            models.Index(
                fields=("tenant", "code"),
                condition=models.Q(closed_at__isnull=False, end_told_at=None),
                name="item_end_untold",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.person or self.number or self.range_name or self.subject}"
