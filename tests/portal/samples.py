"""What a tenant must have so that every route of the portal has something to show, and the arguments of each route."""

from numberline.access.routes import ROUTES
from numberline.tenants.models import Tenant
from tests import factories as make

NUMBER = "+442079460001"
PERSON = "ann"


def prepare(tenant: Tenant) -> None:
    """One range with two numbers, one of which a person holds."""
    home = make.range_(tenant, "London")
    held = make.number(tenant, NUMBER, home, state="assigned")
    make.number(tenant, "+442079460002", home)
    make.person(tenant, PERSON)
    make.holding(held, PERSON)


def arguments(route: str, tenant: Tenant) -> dict[str, str]:
    """What the address of a route is made of, for `reverse`; of things that `prepare` made in that tenant."""
    own = {"tenant": tenant.name} if ROUTES[route].in_tenant else {}
    return {**own, **ARGUMENTS.get(route, {})}


ARGUMENTS: dict[str, dict[str, str]] = {
    "person": {"object_id": make.oid(PERSON)},
    "number": {"text": NUMBER},
}
"""Beyond the tenant, for the routes that have more arguments."""
