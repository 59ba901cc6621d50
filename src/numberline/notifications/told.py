"""What a post to the public address says, and which of it is Microsoft's. What is
not is told apart without asking the database each time."""

import hmac
import re
import threading
from datetime import datetime

import msgspec
from django.db import connection

from numberline import clock
from numberline.notifications.keep import digest
from numberline.notifications.models import Subscription
from numberline.notifications.wake import note
from numberline.tenants.models import Tenant

KEYS_LAST = 1.0
"""Seconds for which a process keeps what it knows of subscriptions."""
MOST_ITEMS = 1_000
MOST_SUBSCRIPTIONS = 200
"""A post that names more subscriptions than this is not Microsoft's."""
REAUTHORIZE = "reauthorizationRequired"
_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")


class Item(msgspec.Struct, rename="camel"):
    """One notification, of which nothing is kept: that it came is all it says (Microsoft: changeNotification)."""

    subscription_id: str
    tenant_id: str = ""
    client_state: str | None = None
    lifecycle_event: str | None = None


class Post(msgspec.Struct):
    """One post: it may be of several subscriptions and several tenants."""

    value: list[Item]


class Malformed(Exception):
    """Nothing that Microsoft would send."""


def read(body: bytes) -> list[Item]:
    """The notifications of a post. Raises Malformed."""
    try:
        items = msgspec.json.decode(body, type=Post).value
    except msgspec.MsgspecError as error:
        raise Malformed from error
    keys = {item.subscription_id for item in items}
    if not items or len(items) > MOST_ITEMS or len(keys) > MOST_SUBSCRIPTIONS:
        raise Malformed
    if not all(_KEY.fullmatch(key) for key in keys):
        raise Malformed
    return items


class _Keys:
    """The subscriptions that this process knows of, in which database, and since when (monotonic seconds)."""

    lock = threading.Lock()
    known: frozenset[str] = frozenset()
    database = ""
    at = 0.0


def known_keys(asked: set[str]) -> set[str]:
    """Which of these are subscriptions of ours. Strangers cost one query a second, however much they send: all keys are
    kept for that long. One that was made within that second is unknown, which costs the polling interval at most."""
    now, database = clock.monotonic(), str(connection.settings_dict["NAME"])
    with _Keys.lock:
        stale = database != _Keys.database or abs(now - _Keys.at) >= KEYS_LAST
        if stale and not (database == _Keys.database and asked <= _Keys.known):
            rows = Tenant.objects.exclude(subscription__key="").filter(subscription__isnull=False)
            _Keys.known = frozenset(rows.values_list("subscription__key", flat=True))
            _Keys.database, _Keys.at = database, now
        return asked & _Keys.known


def take_in(items: list[Item], at: datetime) -> int:
    """Note a wake-up for each tenant that a genuine item is of: one statement a tenant, and none while one waits.

    Gives how many items were not genuine: of a subscription that is not ours, or with another's secret.
    """
    ours = known_keys({item.subscription_id for item in items})
    if not ours:
        return len(items)
    known = {
        key: (tenant_id, entra_id, state, waits)
        for tenant_id, entra_id, key, state, waits in Tenant.objects.filter(
            subscription__key__in=ours
        ).values_list(
            "pk", "entra_id", "subscription__key", "subscription__state_digest", "wake_up__first_at"
        )
    }
    woken: set[int] = set()
    ends: set[int] = set()
    foreign = 0
    for item in items:
        tenant_id, entra_id, state, waits = known.get(item.subscription_id, (0, "", "", None))
        same = hmac.compare_digest(digest(item.client_state or ""), state or digest("nobody's"))
        if not same or item.tenant_id.casefold() != entra_id.casefold():
            foreign += 1
            continue
        if waits is None:
            woken.add(tenant_id)
        if item.lifecycle_event == REAUTHORIZE:
            ends.add(tenant_id)
    for tenant_id in sorted(ends):
        Subscription.objects.of(tenant_id).filter(due_at__gt=at).update(due_at=at)
    for tenant_id in sorted(woken):
        note(tenant_id, at)
    return foreign
