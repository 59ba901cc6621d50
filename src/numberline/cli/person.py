"""`numberline person`: who is in the directory, and what Numberline knows of one person."""

from typing import TYPE_CHECKING, Any

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.groups import WholeSentences
from numberline.cli.start import tenant_of

if TYPE_CHECKING:
    from numberline.tenants.models import Tenant

app = typer.Typer(
    cls=WholeSentences, help="List and show people and their history; lock, exclude and include them by hand."
)


@app.command("list", epilog=examples("numberline person list contoso --json"))
def list_(tenant: arguments.Tenant, json: arguments.Json = False) -> None:
    """List the people of the directory, what they hold, and what was decided about them last."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.assignments.listing import person_items

    items = person_items(row.pk, clock.now())
    if json:
        output.items_as_json(items)
        return
    output.table(
        ("UPN", "Name", "Number", "Entitlement", "Decision", "Why"),
        (_cells(item) for item in items),
        empty=_nobody(row),
    )


@app.command(epilog=examples("numberline person show contoso adele@contoso.example"))
def show(tenant: arguments.Tenant, person: arguments.Person, json: arguments.Json = False) -> None:
    """Show one person: licences, readiness, number, the last decision, policies, and the attributes that rules read."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.assignments.listing import person_item
    from numberline.directory.find import person_named
    from numberline.policies.listing import policies_of

    item = person_item(person_named(row.pk, person), clock.now())
    if json:
        output.as_json(item)
        return
    output.facts(_facts(item))
    policies = policies_of(row.pk, item["person"])
    if policies:
        output.out()
        output.facts(policies)
    output.out()
    known = sorted((name, value) for name, value in item["attributes"].items() if value not in (None, "", []))
    names = _names(row)
    output.facts((name, _shown(value, names)) for name, value in known)


def _nobody(tenant: "Tenant") -> str:
    """Why nobody is listed."""
    from numberline.runs.models import Run

    read = Run.objects.of(tenant.pk).filter(outcome="done").exclude(kind="person").order_by("-started_at")
    last = read.first()
    if last is None:
        return f"Nobody has been read from the directory yet: numberline sync {output.quoted(tenant.name)}"
    return f"The directory of {tenant.name} was read at {output.moment(last.started_at)} UTC and has nobody in it."


def _cells(item: dict[str, Any]) -> tuple[object, ...]:
    decision = item["decision"] or {}
    name = f"{item['name'] or ''}{' (deleted)' if item['deleted'] else ''}{'' if item['enabled'] else ' (disabled)'}"
    number = output.grouped(item["number"])
    decided = f"{decision['action']}: {decision['code']}" if decision else None
    return (
        item["upn"] or item["person"],
        name.strip(),
        number,
        item["entitlement"],
        decided,
        decision.get("reason"),
    )


def _facts(item: dict[str, Any]) -> list[tuple[str, object]]:
    decision = item["decision"]
    decided = (
        f"{decision['action']} ({decision['code']}): {decision['reason']}" if decision else "not yet decided"
    )
    return [
        ("UPN", item["upn"]),
        ("Name", item["name"]),
        ("Object id", item["person"]),
        ("Enabled", item["enabled"]),
        ("Deleted", item["deleted"]),
        ("Entitlement", item["entitlement"]),
        ("Ready in Teams", "not looked at yet" if item["ready"] is None else item["ready"]),
        ("Number", output.grouped(item["number"])),
        ("Decision", decided),
        ("Locked", item["locked"]),
        ("Excluded", item["excluded"]),
    ]


def _names(tenant: "Tenant") -> dict[str, str]:
    """What the ids of the tenant's products and service plans are called."""
    names = {sku["skuId"]: sku["skuPartNumber"] for sku in tenant.skus}
    for sku in tenant.skus:
        names |= {plan["servicePlanId"]: plan["servicePlanName"] for plan in sku["servicePlans"]}
    return {key: name for key, name in names.items() if name}


def _shown(value: object, names: dict[str, str]) -> str:
    """An attribute's value as text: lists by commas, licences and plans by their names where they are known."""
    if isinstance(value, list):
        return ", ".join(_shown(part, names) for part in value)
    if isinstance(value, dict):
        key, status = value.get("servicePlanId") or value.get("skuId") or "", value.get("capabilityStatus")
        name = names.get(str(key), str(key))
        return f"{name} ({status})" if status not in (None, "Enabled") else name
    return output.words(value)
