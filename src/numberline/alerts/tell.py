"""Telling what is to be told: write it down, send what is due, mark it only when it was taken.

At least once, with a key that stays the same: a process that dies between sending and marking leaves a repeat. Several
processes may work at once: each holds a delivery by a lease of its own while it sends.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import uniform
from uuid import uuid4

import structlog
from django.conf import settings
from django.db.models import Q

from numberline import clock
from numberline.alerts import mail, webhook
from numberline.alerts.gather import gather
from numberline.alerts.models import Alert, Channel, Delivery, Kind
from numberline.alerts.outcome import Outcome
from numberline.alerts.receivers import Target, targets_of, watch_receivers, went_well, went_wrong
from numberline.alerts.signing import secrets_of
from numberline.alerts.words import payload, subject, text
from numberline.scope import TenantQuerySet
from numberline.tenants.models import Tenant

LEASE = timedelta(minutes=2)
DELAYS = (30, 120, 600, 1800, 3600, 7200, 14400, 28800)
"""Seconds until the next attempt after the first, second … failure; the last one from then on."""
GIVE_UP = timedelta(hours=24)
JITTER = 1.2
A_ROUND = 50

log = structlog.get_logger("numberline.alerts")


def tell(tenant: Tenant) -> int:
    """Tell what is to be told about a tenant now; gives how many messages were taken.

    A receiver that does not take one is tried again later, and never fails the caller.
    """
    gather(tenant, clock.now())
    targets = targets_of(tenant)
    _follow(tenant.pk, targets, clock.now())
    taken, silent = 0, set()
    for delivery in list(_due(tenant.pk, clock.now()).select_related("alert").order_by("pk")[:A_ROUND]):
        target = _target(delivery, targets)
        if target is None or target in silent or not _claim(delivery):
            continue
        if _deliver(tenant, delivery, target):
            taken += 1
        else:
            silent.add(target)
    watch_receivers(tenant.pk, clock.now(), targets)
    return taken


def try_out(tenant: Tenant) -> list[tuple[Target, Outcome]]:
    """Send a test to every receiver at once, also to those that failed; what happened, in their order."""
    alert = Alert(tenant=tenant, key=f"test_{uuid4().hex}", kind=Kind.TEST, at=clock.now(), body={})
    told = [(target, send(tenant, alert, target)) for target in targets_of(tenant)]
    for target, outcome in told:
        if outcome.delivered:
            went_well(tenant.pk, target)
    watch_receivers(tenant.pk, clock.now(), [target for target, _ in told])
    return told


def send(tenant: Tenant, alert: Alert, target: Target) -> Outcome:
    """Send one alert to one receiver."""
    if target.channel is Channel.MAIL:
        words = subject(alert, tenant.name), text(alert, tenant.name)
        return mail.send(target.address, settings.ALERTS, alert.key, *words)
    secrets = secrets_of(tenant.pk if target.own else None)
    body = payload(alert, tenant.name)
    return webhook.post(target.address, settings.ALERTS, secrets, alert.key, body, clock.now())


def _due(tenant_id: int, at: datetime) -> TenantQuerySet[Delivery]:
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    return _open(tenant_id).filter(free, due_at__lte=at)


def _open(tenant_id: int) -> TenantQuerySet[Delivery]:
    return Delivery.objects.of(tenant_id).filter(delivered_at=None, given_up_at=None)


def _follow(tenant_id: int, targets: Iterable[Target], at: datetime) -> None:
    """What waits for a webhook goes to where the webhook is now; what waits for nobody any more is dropped."""
    hooks = [target.address for target in targets if target.channel is Channel.WEBHOOK]
    people = [target.address for target in targets if target.channel is Channel.MAIL]
    waiting = _open(tenant_id)
    moved = waiting.filter(channel=Channel.WEBHOOK).exclude(target__in=hooks)
    if hooks:
        moved.update(target=hooks[0], due_at=at)
    else:
        moved.update(given_up_at=at, error="there is no webhook any more")
    unknown = waiting.filter(channel=Channel.MAIL).exclude(target__in=people)
    unknown.update(given_up_at=at, error="the address is no receiver any more")


def _target(delivery: Delivery, targets: Iterable[Target]) -> Target | None:
    whose = (delivery.channel, delivery.target)
    return next((target for target in targets if (target.channel, target.address) == whose), None)


def _claim(delivery: Delivery) -> bool:
    """Take the delivery, unless another process was quicker."""
    now = clock.now()
    delivery.lease = uuid4().hex
    rows = _due(delivery.tenant_id, now).filter(pk=delivery.pk)
    return rows.update(lease=delivery.lease, lease_until=now + LEASE) == 1


def _deliver(tenant: Tenant, delivery: Delivery, target: Target) -> bool:
    outcome = send(tenant, delivery.alert, target)
    now = clock.now()
    held = _open(tenant.pk).filter(pk=delivery.pk, lease=delivery.lease)
    attempts = delivery.attempts + 1
    if outcome.delivered:
        held.update(delivered_at=now, attempts=attempts, lease_until=None, error="")
        went_well(tenant.pk, target)
        return True
    due = now + timedelta(seconds=_pause(attempts, outcome.after))
    given_up = now if outcome.gone or due - delivery.alert.at > GIVE_UP else None
    held.update(attempts=attempts, due_at=due, given_up_at=given_up, lease_until=None, error=outcome.error)
    went_wrong(tenant.pk, target, now, outcome.error, outcome.gone)
    log.warning(
        "an alert was given up" if given_up else "an alert was not taken, trying again",
        tenant=tenant.name,
        receiver=target.shown,
        error=outcome.error,
        attempts=attempts,
    )
    return False


def _pause(attempts: int, asked: float) -> float:
    """Seconds until the next attempt; spread, so that many do not come back at the same moment."""
    return max(asked, DELAYS[min(attempts, len(DELAYS)) - 1]) * uniform(1.0, JITTER)
