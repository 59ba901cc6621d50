"""Whether Microsoft is down for a tenant, as the circuits that all processes share tell it."""

from urllib.parse import urlsplit

from numberline import clock
from numberline.graph.circuit import Outage, outage
from numberline.tenants.models import Tenant
from numberline.tenants.shared import store


def outage_of(tenant: Tenant) -> Outage | None:
    """What keeps every call of this tenant from leaving: Graph or the sign-in service does not answer. None when both
    do, as far as anybody knows."""
    shared, wall = store(), clock.now().timestamp()
    hosts = dict.fromkeys(urlsplit(url).netloc for url in (tenant.graph_url, tenant.login_url))
    found = (outage(shared, host, tenant.entra_id, wall) for host in hosts)
    return next((one for one in found if one is not None), None)
