"""Small builders for what most tests of the database rooms need. Every name gives the same object id each time."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import NAMESPACE_DNS, uuid5

import msgspec

from numberline.assignments.models import Assignment
from numberline.audit.record import Cause
from numberline.core.person import PlanTable
from numberline.core.phone import parse
from numberline.core.plans_table import PLAN_ID
from numberline.core.states import State
from numberline.directory.intake import take_people
from numberline.directory.models import Person
from numberline.graph.types import GraphNumber, Removed
from numberline.graph.users import GraphUser
from numberline.inventory.models import Number, Range
from numberline.tenants.credentials import Secret, seal
from numberline.tenants.models import Tenant

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CAUSE = Cause("automation")
CARRIER = ("MCOEV",)
PLAN = ("MCOEV", "MCOPSTN1")
N1, N2, N3 = "+442079460001", "+442079460002", "+442079460003"

# Settings and rates are remembered for each tenant of a process, so no two tests may share a tenant's id.
_keys = itertools.count(1001)


def oid(name: str) -> str:
    """The object id of a person of this name."""
    return str(uuid5(NAMESPACE_DNS, name))


def tenant(name: str = "contoso", **fields: Any) -> Tenant:
    """A tenant in mode `full` whose country is known."""
    key = next(_keys)
    given: dict[str, Any] = {
        "pk": key,
        "entra_id": oid(f"tenant {key}"),
        "client_id": oid("application"),
        "credential": seal(Secret(client_secret="a secret")),
        "graph_url": "https://graph.example",
        "login_url": "https://login.example",
        "mode": "full",
        "country": "GB",
        "created_at": NOW - DAY,
    }
    return Tenant.objects.create(name=name, **{**given, **fields})


def range_(owner: Tenant, name: str = "London", **fields: Any) -> Range:
    """A Direct Routing range for people in London."""
    given: dict[str, Any] = {"type": "direct_routing", "rule": 'City = "London"'}
    return Range.objects.of(owner.pk).create(name=name, **{**given, **fields})


def number(owner: Tenant, text: str, home: Range | None = None, **fields: Any) -> Number:
    """A free number that may be drawn; of its range's type, else Direct Routing."""
    phone = parse(text)
    given: dict[str, Any] = {
        "value": phone.value,
        "extension": phone.extension or "",
        "type": home.type if home is not None else "direct_routing",
        "range": home,
        "country": phone.country or "",
        "area_code": phone.area_code or "",
        "subscriber": phone.subscriber,
        "reversed": f"{phone.value}{phone.extension or ''}"[::-1],
        "since": NOW - DAY,
        "free_since": NOW - DAY,
        "teams_free": True,
    }
    return Number.objects.of(owner.pk).create(text=text, **{**given, **fields})


def plans(*names: str, status: str = "Enabled", since: str = "2026-11-20T08:00:00Z") -> list[dict[str, Any]]:
    """`assignedPlans` of these service plans, as Graph shows them."""
    return [
        {
            "servicePlanId": PLAN_ID[name],
            "service": "MicrosoftCommunicationsOnline",
            "capabilityStatus": status,
            "assignedDateTime": since,
        }
        for name in names
    ]


def user(name: str = "ann", licences: tuple[str, ...] = CARRIER, **attributes: Any) -> GraphUser:
    """A user as Graph returns one: somebody in London with Phone System. Attributes have Graph's own names."""
    given: dict[str, Any] = {
        "id": oid(name),
        "userPrincipalName": f"{name}@contoso.example",
        "displayName": name.title(),
        "accountEnabled": True,
        "userType": "Member",
        "city": "London",
        "usageLocation": "GB",
        "assignedPlans": plans(*licences),
    }
    return msgspec.convert({**given, **attributes}, GraphUser)


def gone(name: str, reason: Literal["changed", "deleted"] = "changed") -> Removed:
    """What users delta says of somebody who left: soft-deleted (`changed`) or for good."""
    return Removed(oid(name), reason)


def person(owner: Tenant, name: str = "ann", *, at: datetime = NOW - HOUR, **graph: Any) -> Person:
    """A person whom the directory showed at `at`; see `user`."""
    take_people(owner, [user(name, **graph)], [], PlanTable(), at, 1)
    return person_row(owner, name)


def person_row(owner: Tenant, name: str = "ann") -> Person:
    """The row of a person as it stands."""
    return Person.objects.of(owner.pk).get(object_id=oid(name))


def number_row(owner: Tenant, text: str) -> Number:
    """The row of a number as it stands."""
    return Number.objects.of(owner.pk).get(text=text)


def holding(row: Number, name: str = "ann", **fields: Any) -> Assignment:
    """`name` holds this number since yesterday; Teams shows it so."""
    Number.objects.of(row.tenant_id).filter(pk=row.pk).update(state=State.ASSIGNED, teams_free=False)
    row.refresh_from_db()
    given: dict[str, Any] = {"person": oid(name), "since": NOW - DAY, "source": "numberline"}
    return Assignment.objects.of(row.tenant_id).create(number=row, **{**given, **fields})


def said(text: str, holder: str = "", **fields: Any) -> GraphNumber:
    """A number as Teams lists it: an activated Direct Routing number, held by the person of this name if given."""
    given: dict[str, Any] = {
        "telephoneNumber": text,
        "numberType": "directRouting",
        "activationState": "activated",
        "assignmentStatus": "userAssigned" if holder else "unassigned",
        "assignmentCategory": "primary" if holder else None,
        "assignmentTargetId": oid(holder) if holder else None,
        "capabilities": ["userAssignment"],
        "operatorId": "",
        "numberSource": "online",
    }
    return msgspec.convert({**given, **fields}, GraphNumber)
