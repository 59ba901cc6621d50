"""What `tenant check` says of notifications."""

from django.conf import settings

from numberline import clock
from numberline.graph.client import GraphClient
from numberline.graph.diagnose import Check
from numberline.graph.errors import GraphError
from numberline.notifications.models import Subscription, WakeUp
from numberline.tenants.credentials import client
from numberline.tenants.models import Mode, Tenant
from numberline.worklist.codes import ADVICE

NAME = "notifications"
REMEDY = ADVICE["notifications_failing"].remedy


def checks(tenant: Tenant) -> list[Check]:
    """Whether Microsoft tells of changes, where it is to; polling finds them without, so nothing here is needed."""
    if not settings.NOTIFICATION_URL:
        return []
    row = Subscription.objects.of(tenant.pk).first()
    if tenant.mode == Mode.OFF:
        return [_fine("none are asked for in mode off")]
    if row is None:
        return [_fine("the next sync asks for them")]
    if not row.key:
        return [_failed(f"{row.error or 'there is no subscription yet'}; {_polls(tenant)}")]
    with client(tenant) as graph:
        return [_live(tenant, row, graph)]


def _live(tenant: Tenant, row: Subscription, graph: GraphClient) -> Check:
    try:
        found = graph.subscriptions.get(row.key)
    except GraphError as error:
        return Check(NAME, False, f"{error.cause} ({error.raw})", error.remedy, error.code, needed=False)
    if found is None or found.expiration_date_time <= clock.now():
        return _failed(f"the subscription is gone, and made anew within hours; {_polls(tenant)}")
    last = WakeUp.objects.of(tenant.pk).values_list("last_at", flat=True).first()
    came = f"the last one came at {last:%Y-%m-%d %H:%M} UTC" if last else "none has come yet"
    return _fine(f"asked for until {found.expiration_date_time:%Y-%m-%d %H:%M} UTC; {came}")


def _polls(tenant: Tenant) -> str:
    return f"changes are found by asking every {tenant.poll_seconds} s"


def _fine(detail: str) -> Check:
    return Check(NAME, True, detail, needed=False)


def _failed(detail: str) -> Check:
    return Check(NAME, False, detail, REMEDY, "notifications_failing", needed=False)
