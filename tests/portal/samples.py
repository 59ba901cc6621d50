"""What a tenant must have so that every route of the portal has something to show, and the arguments of each route."""

from collections.abc import Callable

from numberline import clock
from numberline.access.routes import ROUTES
from numberline.jobs.models import Task
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
    Task.objects.of(tenant.pk).create(pk=task_of(tenant), kind="sync", actor="cli:anna", asked_at=clock.now())


def arguments(route: str, tenant: Tenant) -> dict[str, str]:
    """What the address of a route is made of, for `reverse`; of things that `prepare` made in that tenant."""
    own = {"tenant": tenant.name} if ROUTES[route].in_tenant else {}
    return {**own, **ARGUMENTS.get(route, {}), **(OWN[route](tenant) if route in OWN else {})}


def task_of(tenant: Tenant) -> int:
    """The key of the tenant's task."""
    return 100 + tenant.pk


ARGUMENTS: dict[str, dict[str, str]] = {
    "person": {"object_id": make.oid(PERSON)},
    "number": {"text": NUMBER},
}
"""Beyond the tenant, for the routes that have more arguments."""
OWN: dict[str, Callable[[Tenant], dict[str, str]]] = {"task": lambda tenant: {"key": str(task_of(tenant))}}
"""The same, where they differ from tenant to tenant."""
