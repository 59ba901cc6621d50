"""Who hears of a tenant's alerts, and how these receivers do."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from numberline.alerts.models import Channel, Receiver
from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from numberline.worklist.models import Item

NONE = "none"
FAILING = 3
"""Failures in a row from which on a human is to look."""


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver: the URL of a webhook or a mail address. `own`: named by the tenant, not by the installation."""

    channel: Channel
    address: str
    own: bool

    @property
    def shown(self) -> str:
        """The receiver as people are told of it. The path of a URL may be a secret."""
        if self.channel is Channel.MAIL:
            return self.address
        return f"the webhook at {urlsplit(self.address).netloc}"


def targets_of(tenant: Tenant) -> list[Target]:
    """Every receiver of a tenant: its own, else the installation's."""
    given = settings.ALERTS
    own_hook, own_mail = bool(tenant.alert_webhook), tenant.alert_mail is not None
    webhook = tenant.alert_webhook if own_hook else given.webhook
    mail = tenant.alert_mail if tenant.alert_mail is not None else given.mail
    hooks = [Target(Channel.WEBHOOK, webhook, own_hook)] if webhook and webhook != NONE else []
    return [*hooks, *(Target(Channel.MAIL, address, own_mail) for address in mail)]


def troubled(tenant_id: int) -> dict[tuple[str, str], Receiver]:
    """The receivers that fail again and again or are gone, by channel and address."""
    rows = Receiver.objects.of(tenant_id).filter(failures__gt=0)
    return {(r.channel, r.target): r for r in rows if r.gone or r.failures >= FAILING}


def went_well(tenant_id: int, target: Target) -> None:
    """Something reached this receiver."""
    rows = Receiver.objects.of(tenant_id).filter(channel=target.channel, target=target.address)
    rows.filter(failures__gt=0).update(failures=0, since=None, error="", gone=False)


def went_wrong(tenant_id: int, target: Target, at: datetime, error: str, gone: bool) -> None:
    """Something did not reach this receiver."""
    row, _ = Receiver.objects.of(tenant_id).get_or_create(channel=target.channel, target=target.address)
    row.failures, row.since = row.failures + 1, row.since or at
    row.error, row.gone = error, row.gone or gone
    row.save()


def watch_receivers(tenant_id: int, at: datetime, targets: list[Target]) -> None:
    """Open and close the items `alert_failed`: of the receivers there are now, those that do not get what is sent."""
    bad = troubled(tenant_id)
    failing = {t.shown: bad[t.channel, t.address] for t in targets if (t.channel, t.address) in bad}
    items = Item.objects.of(tenant_id).filter(code="alert_failed", closed_at=None)
    items.exclude(subject__in=list(failing)).update(closed_at=at)
    for shown, row in failing.items():
        cause = f"Alerts do not reach {shown}: {row.error}."
        open_item(tenant_id, "alert_failed", at, subject=shown, cause=cause)
