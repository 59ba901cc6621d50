"""What every writing route of a tenant accepts: a request that is carried out, if whoever sends it may."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from numberline.access.routes import ROUTES
from numberline.directory.models import Person
from numberline.inventory.models import Range
from numberline.jobs.models import Task
from numberline.simulator.process import SimulatorProcess
from numberline.tenants.models import Tenant
from numberline.worklist.models import Item
from tests import factories as make
from tests.portal.samples import RANGE, arguments, item
from tests.support.forms import read

FREE, OTHERS, RESERVED, BLOCKED, LOCKED, FOREIGN = (f"+4420794600{last:02}" for last in range(2, 8))


@dataclass(frozen=True)
class Sent:
    """A request: how it is filled in, to which route it leads (none: the answer is a page), what else than `samples` its
    address names and asks, what is sent before it, and what of the tenant is first set so that it can be done.

    What the form of its page holds besides (the mark of what was shown) goes along, as a browser sends it.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    leads: str = "task"
    named: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    step: Mapping[str, str] = field(default_factory=dict)
    first: Callable[[Tenant], object] = lambda _tenant: None
    writes: bool = True


@dataclass(frozen=True)
class Request:
    """The same for one tenant, as a browser sends it."""

    address: str
    body: Any
    kind: Mapping[str, str]


def furnish(tenant: Tenant) -> None:
    """Besides what `samples` made: somebody without a number, two who hold one, and numbers in every state."""
    home = Range.objects.of(tenant.pk).get(name=RANGE)
    for name, text, source in (("cyd", OTHERS, "numberline"), ("dan", FOREIGN, "found")):
        make.person(tenant, name)
        make.holding(make.number(tenant, text, home), name, source=source)
    make.number(tenant, RESERVED, home, state="reserved", reserved_purpose="Reception")
    make.number(tenant, BLOCKED, home, state="blocked", block_code="by_hand")
    make.number(tenant, LOCKED, home, locked=True)
    make.person(tenant, "bob")
    make.person(tenant, "eve")
    Person.objects.of(tenant.pk).filter(object_id=make.oid("eve")).update(locked=True, excluded=True)
    make.range_(tenant, "Empty")


def request(route: str, sent: Sent, tenant: Tenant, reader: Client) -> Request:
    """What is sent to that route of a tenant; `reader` may read every page."""
    sent.first(tenant)
    tenant.refresh_from_db()
    address = address_of(route, sent, tenant)
    if route == "rule_convert":
        return Request(address, json.dumps(sent.fields), {"content_type": "application/json"})
    shown = _form(reader.get(address), address) if ROUTES[route].reads else {}
    given = {"reason": "a test", **sent.fields}
    whole = {**shown, **given}
    if sent.step:
        whole |= {**_form(reader.post(address, {**whole, **sent.step}), address), **given}
    return Request(address, whole, {})


def address_of(route: str, sent: Sent, tenant: Tenant) -> str:
    """Where that is sent to."""
    address = reverse(route, kwargs={**arguments(route, tenant), **sent.named})
    return f"{address}?{urlencode(sent.query)}" if sent.query else address


def _form(answer: Any, address: str) -> dict[str, str]:
    """What the form of a page holds that is sent to this address."""
    forms = [each for each in read(answer.content.decode()).forms if each.method == "POST"]
    plain = address.partition("?")[0]
    found = [each for each in forms if (each.action or address).partition("?")[0] == plain]
    return found[-1].fields if found else {}


def _put_off(tenant: Tenant) -> None:
    later = make.NOW + 3650 * make.DAY
    Item.objects.of(tenant.pk).filter(pk=item(tenant)["item"]).update(snoozed_until=later)


def _given(tenant: Tenant) -> None:
    Item.objects.of(tenant.pk).update(assignee="invited@example.org")


def _nothing_asked(tenant: Tenant) -> None:
    Task.objects.of(tenant.pk).update(state="done", ended_at=make.NOW)


def _off(tenant: Tenant) -> None:
    """And called as the form says: an owner may retire the other one, too."""
    Tenant.objects.exclude(pk=tenant.pk).update(name="another")
    Tenant.objects.filter(pk=tenant.pk).update(mode="off", name="contoso")


def _who(name: str) -> dict[str, str]:
    return {"object_id": make.oid(name)}


def _text(number: str) -> dict[str, str]:
    return {"text": number}


def connecting(simulator: SimulatorProcess) -> dict[str, str]:
    """The form that connects the simulator's tenant."""
    return {
        "name": "tailspin",
        "entra_id": simulator.tenant_id,
        "client_id": simulator.client_id,
        "secret": simulator.client_secret,
        "graph_url": simulator.url,
        "login_url": simulator.url,
        "ca_pem": Path(simulator.ca_file).read_text(),
    }


def with_credential(simulator: SimulatorProcess) -> Sent:
    """Another credential, which is tried: the tenant's Microsoft must answer."""

    def there(tenant: Tenant) -> None:
        own = {key: value for key, value in connecting(simulator).items() if key not in ("name", "secret")}
        Tenant.objects.filter(pk=tenant.pk).update(**own)

    return Sent({"secret": simulator.client_secret}, "settings", first=there)


SENT: dict[str, Sent] = {
    "overview": Sent(leads="overview", first=_nothing_asked),
    "person_assign": Sent(named=_who("bob"), query={"range": RANGE}),
    "person_change": Sent(query={"number": FREE}),
    "person_swap": Sent(query={"person": make.oid("cyd")}),
    "person_release": Sent(),
    "person_lock": Sent(leads="person"),
    "person_unlock": Sent(leads="person", named=_who("eve")),
    "person_exclude": Sent(leads="person"),
    "person_include": Sent(leads="person", named=_who("eve")),
    "person_sync": Sent(),
    "number_assign": Sent(named=_text(FREE), query={"person": make.oid("bob")}),
    "number_release": Sent(),
    "number_adopt": Sent(named=_text(FOREIGN)),
    "number_reserve": Sent({"purpose": "Reception"}, "number", _text(FREE)),
    "number_unreserve": Sent(leads="number", named=_text(RESERVED)),
    "number_block": Sent(leads="number", named=_text(FREE)),
    "number_unblock": Sent(leads="number", named=_text(BLOCKED)),
    "number_lock": Sent(leads="number"),
    "number_unlock": Sent(leads="number", named=_text(LOCKED)),
    "numbers_bulk": Sent({"act": "block"}, "numbers", step={"number": FREE}),
    "task_withdraw": Sent(),
    "import_numbers": Sent({"text": "first,last,range\n+442079460600,,London\n"}, "import_preview"),
    "import_confirm": Sent(),
    "plan_make": Sent(),
    "plan_apply": Sent(),
    "plan_refuse": Sent(leads="plan"),
    "worklist_assign": Sent({"assignee": ""}, "worklist", first=_given),
    "worklist_snooze": Sent({"for": "1d"}, "worklist"),
    "worklist_wake": Sent(leads="worklist", first=_put_off),
    "settings_mode": Sent({"mode": "observe"}, "overview"),
    "settings_rename": Sent({"name": "renamed"}, "settings"),
    "settings_retire": Sent({"name": "contoso"}, "home", first=_off),
    "settings_change": Sent({"poll": "5m"}, "settings"),
    "settings_alerts": Sent({"mail": "own", "addresses": "ops@example.org"}, "settings_alerts"),
    "settings_alerts_test": Sent(leads="settings_alerts"),
    "settings_audit": Sent(leads="settings_audit"),
    "tenant_check": Sent(leads="tenant_check"),
    "team": Sent({"email": "new@example.org", "role": "viewer"}, ""),
    "team_member": Sent({"role": "viewer", "action": "take_away"}, "team"),
    "range_new": Sent(
        {"name": "Leeds", "rule": 'City = "Leeds"', "do": "save"}, "range", step={"do": "preview"}
    ),
    "range_edit": Sent({"priority": "7", "do": "save"}, "range", step={"do": "preview"}),
    "range_remove": Sent(leads="ranges", named={"name": "Empty"}),
    "rules_check": Sent(leads="rules_check"),
    "rule_answer": Sent({"rule": 'City = "London"', "everybody": "1"}, "rule_everybody"),
    "rule_convert": Sent({"text": 'City = "London"'}, "", writes=False),
}
"""By route; `settings_credential` is made for a simulator that runs."""
