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
    from numberline.directory.spoken import attributes_spoken
    from numberline.policies.listing import policies_of
    from numberline.tenants.licences import names_of_ids

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
    output.facts(attributes_spoken(item["attributes"], names_of_ids(row)))


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
        *output.held(item.get("held")),
        ("Locked", item["locked"]),
        ("Excluded", item["excluded"]),
    ]
