"""What a tenant must have so that every route of the portal has something to show, and the arguments of each route."""

import hashlib
from collections.abc import Callable
from typing import Any

from numberline import clock
from numberline.access.routes import ROUTES
from numberline.accounts.models import Grant, Link, User
from numberline.audit.record import Fact, record
from numberline.inventory.uploads import keep
from numberline.jobs.models import Task
from numberline.planning.decide import decide
from numberline.planning.models import StoredPlan
from numberline.planning.store import store
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from numberline.worklist.models import Item
from tests import factories as make

NUMBER = "+442079460001"
PERSON = "ann"
RANGE = "London"
TOKEN = "a-token-that-tests-know"


def prepare(tenant: Tenant) -> None:
    """One range with two numbers, one of which a person holds; an item of the worklist about that."""
    home = make.range_(tenant, RANGE)
    held = make.number(tenant, NUMBER, home, state="assigned")
    make.number(tenant, "+442079460002", home)
    make.person(tenant, PERSON)
    make.holding(held, PERSON)
    Run.objects.of(tenant.pk).create(
        pk=task_of(tenant), kind="sync", mode="full", actor="automation", started_at=clock.now()
    )
    record(tenant.pk, clock.now(), make.CAUSE, Fact("mode", after={"mode": "full"}))
    Task.objects.of(tenant.pk).create(pk=task_of(tenant), kind="sync", actor="cli:anna", asked_at=clock.now())
    Task.objects.of(tenant.pk).create(
        pk=1_000 + task_of(tenant),
        kind="rule_answer",
        arguments={"rule": "EVERYONE", "range": RANGE, "type": "", "priority": 100, "before": "", "who": ""},
        actor="cli:anna",
        asked_at=clock.now(),
    )
    store(tenant, decide(tenant, make.NOW, everybody=True).plan, make.NOW, "cli:anna")
    open_item(tenant.pk, "not_ready", make.NOW, person=make.oid(PERSON))
    _team(tenant)


def _team(tenant: Tenant) -> None:
    """Somebody who was invited to each tenant, and has a link."""
    user, _ = User.objects.get_or_create(
        email="invited@example.org", defaults={"created_at": make.NOW, "password": "!"}
    )
    Grant.objects.create(user=user, where=tenant, role="viewer", since=make.NOW, by="cli:anna")
    Link.objects.get_or_create(
        digest=hashlib.sha256(TOKEN.encode()).hexdigest(),
        defaults={
            "user": user,
            "made_by": "cli:anna",
            "made_at": make.NOW,
            "ends_at": clock.now() + make.DAY,
        },
    )


def arguments(route: str, tenant: Tenant) -> dict[str, Any]:
    """What the address of a route is made of, for `reverse`; of things that `prepare` made in that tenant."""
    own = {"tenant": tenant.name} if ROUTES[route].in_tenant else {}
    more = ARGUMENTS.get(route, {})
    return {**own, **(more(tenant) if callable(more) else more)}


def grant(tenant: Tenant) -> Grant:
    """The role of whoever was invited."""
    return Grant.objects.get(where=tenant, user__email="invited@example.org")


def task_of(tenant: Tenant) -> int:
    """The key of the tenant's task and of its run."""
    return 100 + tenant.pk


def plan(tenant: Tenant) -> dict[str, Any]:
    """The stored plan."""
    return {"name": StoredPlan.objects.of(tenant.pk).get().name}


def upload(tenant: Tenant) -> dict[str, Any]:
    """A file that is to be imported."""
    data = b"first,last,range\n+442079460500,,London\n"
    return {"upload": keep(tenant, "numbers.csv", data, by="portal:ann@example.org", at=make.NOW).pk}


def item(tenant: Tenant) -> dict[str, Any]:
    """The open item of the worklist."""
    return {"item": Item.objects.of(tenant.pk).get().pk}


ARGUMENTS: dict[str, dict[str, Any] | Callable[[Tenant], dict[str, Any]]] = {
    **{
        route: {"object_id": make.oid(PERSON)}
        for route in ROUTES
        if route == "person" or route.startswith("person_")
    },
    **{route: {"text": NUMBER} for route in ROUTES if route == "number" or route.startswith("number_")},
    "plan_named": plan,
    "plan_export": plan,
    "plan_apply": plan,
    "plan_refuse": plan,
    "import_preview": upload,
    "import_confirm": upload,
    "worklist_assign": item,
    "worklist_snooze": item,
    "worklist_wake": item,
    "task": lambda tenant: {"key": task_of(tenant)},
    "task_withdraw": lambda tenant: {"key": task_of(tenant)},
    "run": lambda tenant: {"key": task_of(tenant)},
    "rule_everybody": lambda tenant: {"key": 1_000 + task_of(tenant)},
    "entry": {"seq": 1},
    "activity_export": {"form": "csv"},
    "settings_change": {"section": "schedule"},
    "team_member": lambda tenant: {"grant_id": grant(tenant).pk},
    "account_of": lambda tenant: {"account_id": grant(tenant).user_id},
    "account_link": {"token": TOKEN},
    "mfa_edit_webauthn": {"pk": "1"},
    "mfa_remove_webauthn": {"pk": "1"},
    **{route: {"name": RANGE} for route in ("range", "range_cells", "range_edit", "range_remove")},
}
"""Beyond the tenant, for the routes that have more arguments: as they are, or made for the tenant."""
