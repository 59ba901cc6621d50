"""Plans as they were shown: stored under a short name, and compared with the world when they are applied."""

import json
import secrets
from datetime import datetime
from typing import Any

import msgspec

from numberline.core.decision import Action, Decision
from numberline.core.plan import Plan
from numberline.inventory.models import Range
from numberline.planning.models import StoredPlan
from numberline.tenants.models import Tenant


class _Body(msgspec.Struct):
    """What a page shows of a plan; what each change stands on, which is longer, is passed over."""

    shown: dict[str, Any]


_decode = msgspec.json.Decoder(_Body).decode


class PlanUnknown(Exception):
    """This tenant has no plan of this name."""


class PlanRefused(Exception):
    """The world moved since the plan was shown. `differences` names each person and what moved."""

    def __init__(self, name: str, differences: list[str]) -> None:
        self.differences = differences
        more = f"; and {len(differences) - 5} more" if len(differences) > 5 else ""
        super().__init__(
            f"plan {name} is refused because the world moved ({'; '.join(differences[:5])}{more}): make a new plan"
        )


def store(tenant: Tenant, plan: Plan, at: datetime, by: str = "") -> StoredPlan:
    """Keep a plan that is about to be shown to whoever asked for it, with the facts that each change stands on."""
    name = secrets.token_hex(4)
    body = {
        "shown": {**plan.to_json(name), "mode": tenant.mode},
        "stands_on": {d.person: stands_on(d) for d in (*plan.changes, *(d for d, _ in plan.held))},
        "policies": _policies(tenant.pk, plan),
    }
    return StoredPlan.objects.of(tenant.pk).create(
        name=name, digest=plan.digest, body=json.dumps(body), by=by, created_at=at
    )


def plan_named(tenant: Tenant, name: str) -> StoredPlan:
    """The plan of this name, or whose digest begins so. Raises PlanUnknown."""
    rows = StoredPlan.objects.of(tenant.pk).order_by("-created_at")
    found = rows.filter(name=name).first() or (
        rows.filter(digest__startswith=name).first() if len(name) >= 8 else None
    )
    if found is None:
        raise PlanUnknown(f"{tenant.name} has no plan {name!r}: numberline plan {tenant.name} makes one")
    return found


def shown(plan: StoredPlan) -> dict[str, Any]:
    """The plan as it was shown: the JSON of spec section 7."""
    return _decode(plan.body).shown


def stands_on(decision: Decision) -> dict[str, Any]:
    """What must be the same for a reviewed change to be carried out."""
    facts = {
        "action": decision.action,
        "number": decision.number,
        "range": decision.range,
        "code": decision.code,
        "location": decision.location_id,
        "basis": decision.basis,
    }
    same: dict[str, Any] = json.loads(json.dumps(facts, default=str))
    return same


def differences(plan: StoredPlan, now: Plan) -> list[str]:
    """What moved since the plan was shown, a sentence each; empty when it can be applied exactly."""
    body = json.loads(plan.body)
    current = {d.person: stands_on(d) for d in (*now.changes, *(d for d, _ in now.held))}
    waiting = {d.person: d for d in now.waiting}
    found: list[str] = []
    for change in (*body["shown"]["changes"], *body["shown"]["held"]):
        person, who = change["person"], change["upn"] or change["person"]
        then, today = body["stands_on"][person], current.get(person)
        if today is None:
            why = f"waits now ({waiting[person].code})" if person in waiting else "wants nothing any more"
            found.append(f"{who} {why}")
        elif today["number"] != then["number"]:
            found.append(f"{who} would get {today['number']} instead of {then['number']}")
        elif today != then:
            found.append(f"{who}: {_moved(then, today)}")
    then, today = body["policies"], _policies(plan.tenant_id, now)
    for name in sorted(then.keys() & today.keys()):
        if then[name] != today[name]:
            found.append(f'the policies of range "{name}" were {then[name]} and are {today[name]}')
    return found


def _policies(tenant_id: int, plan: Plan) -> dict[str, dict[str, str | None]]:
    """The policies that come with the numbers of a plan, by range."""
    changes = (*plan.changes, *(decision for decision, _ in plan.held))
    names = {decision.range for decision in changes if decision.range and decision.action is Action.ASSIGN}
    return dict(Range.objects.of(tenant_id).filter(name__in=names).values_list("name", "policies"))


def _moved(then: dict[str, Any], today: dict[str, Any]) -> str:
    old, new = _flat(then), _flat(today)
    parts = [
        f"{name} was {old.get(name)!r} and is {new.get(name)!r}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
    return ", ".join(parts)


def _flat(facts: dict[str, Any]) -> dict[str, Any]:
    """A change's facts in one layer: attributes of the person beside the rest."""
    basis = facts["basis"] or {}
    flat = {**facts, **basis, **basis.get("attributes", {})}
    return {name: value for name, value in flat.items() if name not in ("basis", "attributes")}
