"""What needs a human: one open row per occasion."""

from typing import ClassVar, Self

from django.db import models

from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Item(models.Model):
    """One thing that needs a human; opened and closed by the facts.

    `person` is an object id, `number` number text, `range_name` a range: what the item is about, empty where it
    does not apply. `detail` keeps Microsoft's own words.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    person = models.CharField(max_length=100, blank=True, default="")
    number = models.CharField(max_length=40, blank=True, default="")
    range_name = models.CharField(max_length=200, blank=True, default="")
    since = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    cause = models.TextField()
    detail = models.TextField(blank=True, default="")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "code", "person", "number", "range_name"),
                condition=models.Q(closed_at=None),
                name="item_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.person or self.number or self.range_name}"
