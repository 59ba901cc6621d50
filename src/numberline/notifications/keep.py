"""The subscription of a tenant: made, renewed, made anew when it is gone, ended. Nothing that goes wrong here is an error
of the pass that looks after it: polling finds everything a little later."""

import hashlib
import secrets
from datetime import datetime, timedelta

import structlog
from django.conf import settings

from numberline.graph.client import GraphClient
from numberline.graph.errors import GraphError
from numberline.graph.subscriptions import GraphSubscription
from numberline.notifications.models import Subscription, WakeUp
from numberline.tenants.models import Mode, Tenant
from numberline.worklist.items import close_items, open_item

LASTS = timedelta(days=7)
"""How long it is asked for; Microsoft allows 29 days, and what ends soon is soon forgotten where nobody ends it."""
EVERY = timedelta(hours=6)
"""How often it is renewed, which shows as well whether it is still there."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
TOLD_AFTER = 2
"""So many failures in a row are told on the worklist."""
ELSEWHERE = (
    "The application is subscribed to this tenant already, for another address: {url}. Another installation uses the same "
    "application registration"
)

log = structlog.get_logger("numberline.notifications")


class Foreign(Exception):
    """There is a subscription of the same application that is not ours to touch."""


def is_due(tenant: Tenant, at: datetime) -> bool:
    """Whether there is anything to do about the tenant's subscription; one query, and none where nobody subscribes."""
    url = wanted_url(tenant)
    row = Subscription.objects.of(tenant.pk).only("url", "due_at").first()
    if row is None:
        return bool(url)
    return row.due_at <= at or (not row.failures and row.url not in ("", url))


def look_after(tenant: Tenant, client: GraphClient, at: datetime) -> None:
    """Make what is to be so if it is due. Never raises what Microsoft answers: it is noted and tried again later."""
    if not is_due(tenant, at):
        return
    url = wanted_url(tenant)
    row, _ = Subscription.objects.of(tenant.pk).get_or_create(defaults={"due_at": at})
    try:
        if not url:
            _end(row, client)
            close_items(tenant.pk, at, "notifications_failing")
            return
        if row.key and row.url != url:
            _end(row, client)
            row = Subscription(tenant=tenant, due_at=at)
        _keep(row, client, url, at)
    except (GraphError, Foreign) as error:
        _failed(row, error, at)
    else:
        close_items(tenant.pk, at, "notifications_failing")


def wanted_url(tenant: Tenant) -> str:
    """The address that Microsoft is to tell of this tenant's changes; empty where none is wanted."""
    return "" if tenant.mode == Mode.OFF or tenant.retired_at else str(settings.NOTIFICATION_URL)


def digest(state: str) -> str:
    """What is kept of the secret of a subscription. It is random and long: nobody finds it by trying."""
    return hashlib.sha256(state.encode()).hexdigest()


def _keep(row: Subscription, client: GraphClient, url: str, at: datetime) -> None:
    found = client.subscriptions.renew(row.key, at + LASTS) if row.key else None
    if found is None:
        found = _made(row, client, url, at)
    row.key, row.url, row.expires_at = found.id, url, found.expiration_date_time
    row.due_at = min(at + EVERY, at + (found.expiration_date_time - at) / 2)
    row.failures, row.error = 0, ""
    row.save()


def _made(row: Subscription, client: GraphClient, url: str, at: datetime) -> GraphSubscription:
    """A new one. Its secret is noted first, so that notifications are known from the first on."""
    state = secrets.token_urlsafe(48)
    row.key, row.url, row.state_digest = "", url, digest(state)
    row.save()
    WakeUp.objects.of(row.tenant_id).get_or_create()
    found = client.subscriptions.create(url, state, at + LASTS)
    if found is None:  # one of ours whose answer was lost, or another's
        _clear(client, url)
        found = client.subscriptions.create(url, state, at + LASTS)
    if found is None:
        raise Foreign(ELSEWHERE.format(url="unknown"))
    log.info("subscribed to changes of people", tenant=row.tenant.name, until=str(found.expiration_date_time))
    return found


def _clear(client: GraphClient, url: str) -> None:
    for one in client.subscriptions.everything():
        if one.of_everybody and one.notification_url != url:
            raise Foreign(ELSEWHERE.format(url=one.notification_url))
        if one.of_everybody:
            client.subscriptions.delete(one.id)


def _end(row: Subscription, client: GraphClient) -> None:
    if row.key:
        client.subscriptions.delete(row.key)
    row.delete()


def _failed(row: Subscription, error: GraphError | Foreign, at: datetime) -> None:
    row.failures += 1
    pause: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(row.failures - 1, 10))
    raw = error.raw if isinstance(error, GraphError) else ""
    row.due_at, row.error = at + pause, str(error)
    row.save()
    log.warning("no notifications for now, polling serves", tenant=row.tenant.name, error=str(error))
    if row.failures >= TOLD_AFTER:
        open_item(row.tenant_id, "notifications_failing", at, detail=f"{error} {raw or ''}".strip())
