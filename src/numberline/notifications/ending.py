"""Ends the subscription of a tenant in which automation is off: no pass looks after it there."""

from datetime import datetime

from numberline.notifications.keep import is_due, look_after
from numberline.notifications.models import Subscription
from numberline.tenants.credentials import client
from numberline.tenants.models import Mode, Tenant


def end(tenant: Tenant, at: datetime) -> bool:
    """End it if there is one and the tenant is off. Gives whether anything was done; what Microsoft answers is noted."""
    if tenant.mode != Mode.OFF or not Subscription.objects.of(tenant.pk).exists() or not is_due(tenant, at):
        return False
    with client(tenant) as graph:
        look_after(tenant, graph, at)
    return True
