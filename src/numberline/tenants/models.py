"""The tenant: one Microsoft 365 directory that Numberline serves, and how it is to be served."""

from typing import Any, ClassVar

from django.db import models


def default_limits() -> dict[str, int]:
    """The limits of the product (M18) over a rolling 24 h."""
    return {"assign": 500, "change": 10, "release": 10, "percent": 1, "most": 100}


class Mode(models.TextChoices):
    """What automation may do in a tenant (M8)."""

    OFF = "off"
    OBSERVE = "observe"
    ASSIGN = "assign"
    FULL = "full"


class Served(models.Manager["Tenant"]):
    """The tenants that are served: all but those that were retired."""

    def get_queryset(self) -> models.QuerySet["Tenant"]:
        """Without those that were retired."""
        return super().get_queryset().filter(retired_at=None)


class Tenant(models.Model):
    """One Microsoft 365 directory. Durations are whole seconds; `credential` is encrypted at rest. `organisation` and
    `domain` are what it calls itself and the domain that new people get, as far as they were read.

    `config_version` rises with every change of ranges, rules or settings: decisions that were made under
    an older one (`decided_version`) are looked at again. `skus` keeps names and ids of the tenant's own
    subscribedSkus, in Graph's shape. `alert_webhook` (a URL, `none`) and `alert_mail` are who hears of alerts; the
    installation's own receivers where they are empty or None. One that was retired (`retired_at`) is no longer served:
    `objects` does not know it, `everyone` does.
    """

    name = models.CharField(max_length=100, unique=True)
    entra_id = models.CharField(max_length=36, unique=True)
    client_id = models.CharField(max_length=36)
    credential = models.BinaryField()
    graph_url = models.CharField(max_length=300)
    login_url = models.CharField(max_length=300)
    ca_pem = models.TextField(blank=True, default="")
    organisation = models.CharField(max_length=200, blank=True, default="")
    domain = models.CharField(max_length=255, blank=True, default="")
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.OBSERVE)
    poll_seconds = models.PositiveIntegerField(default=60)
    exclude = models.TextField(blank=True, default="")
    limits = models.JSONField(default=default_limits)
    grace_seconds = models.PositiveIntegerField(default=86400)
    quarantine_seconds = models.PositiveIntegerField(default=0)
    alert_webhook = models.CharField(max_length=500, blank=True, default="")
    alert_mail: "models.JSONField[Any, list[str] | None]" = models.JSONField(null=True, default=None)
    enforce_policies = models.BooleanField(default=False)
    country = models.CharField(max_length=2, blank=True, default="")
    skus: "models.JSONField[Any, list[dict[str, Any]]]" = models.JSONField(default=list)
    licences_read_at = models.DateTimeField(null=True)
    config_version = models.PositiveIntegerField(default=1)
    decided_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects = Served()
    everyone: ClassVar["models.Manager[Tenant]"] = models.Manager()

    def __str__(self) -> str:
        return self.name


class FormerName(models.Model):
    """What a tenant was called before (numberline.tenants.former), with the directory whose name it stays and the tenant
    where it leads, which may have been retired since. `key` is the name as names are compared.

    It belongs to the whole installation, and does not stand behind the wall between tenants: it is what keeps one of them
    from taking the name of another.
    """

    key = models.CharField(max_length=300, unique=True)
    name = models.CharField(max_length=100)
    where = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="former_names")
    entra_id = models.CharField(max_length=36, db_index=True)
    given_up_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SharedState(models.Model):
    """What all processes know together of how fast Microsoft may be asked (numberline.tenants.shared): one small state a
    key, of a tenant, an application or a host. `version` rises with each change, for compare-and-set. On SQLite it
    stands in files and this table is empty."""

    key = models.CharField(max_length=200, primary_key=True)
    state = models.BinaryField()
    version = models.BigIntegerField()

    def __str__(self) -> str:
        return self.key
