"""`numberline plan`, `apply` and `explain`: what automation is about to do, and why."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from numberline.cli import arguments, output
from numberline.cli.failures import CHANGES
from numberline.cli.output import quoted
from numberline.cli.start import tenant_of

LIMITS = {
    "assign": "over the limit of assignments in 24 hours",
    "change": "over the limit of changes in 24 hours: needs approval",
    "release": "over the limit of releases in 24 hours: needs approval",
    "mode": "the tenant's mode does not allow it",
    "listing": "Teams' list of numbers was not whole",
}
VERBS = {"assign": "gets", "change": "changes to", "release": "gives back"}


def plan(tenant: arguments.Tenant, json: arguments.Json = False) -> None:
    """Show what automation would do now: who gets which number and why, what is held, and who waits.

    Reads the directory and Teams first, and changes nothing. Ends with exit code 2 when there is anything to do,
    held or not. The plan is kept: `numberline apply TENANT --plan ID` carries out exactly this one.
    """
    row = tenant_of(tenant)
    from numberline.accounts.actor import at_terminal
    from numberline.cli.progress import progress
    from numberline.planning.store import shown
    from numberline.runs.sync import make_plan

    with progress() as seen:
        stored = make_plan(row, actor=at_terminal(), progress=seen)
    told = shown(stored)
    if json:
        output.as_json(told)
    else:
        _tell(told)
    if told["changes"] or told["held"]:
        raise typer.Exit(CHANGES)


def apply(
    tenant: arguments.Tenant,
    plan: Annotated[str, typer.Option("--plan", metavar="ID", help="The plan, as numberline plan named it.")],
    json: arguments.Json = False,
) -> None:
    """Carry out exactly a plan that was reviewed, or refuse because the world moved, saying what moved.

    Carries out what the plan would have done and what it held by the mode or a limit: naming a plan is the
    approval. What waits for a whole list of numbers from Teams is not taken back. Ends with 3 when items failed, 4
    when the plan is refused.
    """
    row = tenant_of(tenant)
    from numberline.accounts.actor import at_terminal
    from numberline.cli.alerts import told_after
    from numberline.cli.ending import ending
    from numberline.cli.progress import progress
    from numberline.cli.sync import finish
    from numberline.runs.sync import apply_plan

    with ending() as end, progress() as seen, told_after(row):
        result = apply_plan(row, plan, actor=at_terminal(), progress=seen, stop=end.stop)
    finish(row, result, json, end, f"numberline plan {quoted(row.name)} shows what is left")


def explain(tenant: arguments.Tenant, person: arguments.Person, json: arguments.Json = False) -> None:
    """Explain the decision about a person, with every range considered and what ruled it out."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.directory.find import person_named
    from numberline.planning.explain import explain as why

    told = why(row, person_named(row.pk, person), clock.now())
    if json:
        output.as_json(told)
        return
    decision = told["decision"]
    output.facts(
        (
            ("Person", told["upn"] or told["person"]),
            ("Entitlement", told["entitlement"]),
            ("Ready in Teams", "not looked at yet" if told["ready"] is None else told["ready"]),
            ("Holds", output.grouped(told["holds"])),
            ("Decision", f"{decision['action']} ({decision['code']})"),
            ("Because", decision["reason"]),
            *output.held(told.get("held")),
        )
    )
    output.out()
    output.table(
        ("Range", "Chosen", "Code", "Why", "Available"),
        ((r["range"], r["chosen"], r["code"], r["reason"], r["available"]) for r in told["ranges"]),
        empty="No range is declared yet: numberline config apply.",
    )


def _tell(told: dict[str, Any]) -> None:
    counts = told["counts"]
    output.out(
        f"Plan {told['plan']} for {told['tenant']} (mode {told['mode']}, digest {told['digest'][:12]})."
    )
    _grouped(told["changes"])
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for change in told["held"]:
        held[change["limit"]].append(change)
    for limit, changes in held.items():
        output.out(f"\nHeld by limit {limit} ({LIMITS[limit]}):")
        _grouped(changes)
    if told["waiting"]:
        output.out("\nWaiting:")
        output.table(
            ("Person", "Code", "Why"),
            ((w["upn"] or w["person"], w["code"], w["reason"]) for w in told["waiting"]),
            empty="",
        )
    output.out(
        f"\n{counts['assign']:,} to assign, {counts['change']:,} to change, {counts['release']:,} to release; "
        f"{counts['held']:,} held, {counts['waiting']:,} waiting."
    )
    for line in _next(told):
        output.out(line)


def _next(told: dict[str, Any]) -> Iterator[str]:
    """What can be done with a plan that was looked at."""
    name = quoted(told["tenant"])
    if any(c["limit"] != "listing" for c in told["held"]) or told["changes"]:
        yield f"To carry out exactly this: numberline apply {name} --plan {told['plan']}"
    elif told["held"]:
        yield "What is held waits for a whole list of numbers from Teams: numberline worklist says more."
    else:
        yield "There is nothing to do."
    by_mode = {c["action"] for c in told["held"] if c["limit"] == "mode"}
    if by_mode:
        mode = "full" if "release" in by_mode else "assign"
        yield f"To let automation do it from now on: numberline tenant mode {name} {mode}"


def _grouped(changes: list[dict[str, Any]]) -> None:
    """Changes under the heading of their range, in the order of the plan."""
    ranges: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for change in changes:
        ranges[change["range"] or "no range"].append(change)
    for name, of_range in ranges.items():
        output.out(f"\n{name} ({of_range[0]['type']}), {output.plural(len(of_range), 'change')}:")
        output.table(
            ("Person", "Does", "Number", "Code", "Why"),
            (
                (
                    c["upn"] or c["person"],
                    VERBS[c["action"]],
                    output.grouped(c["number"]),
                    c["code"],
                    c["reason"],
                )
                for c in of_range
            ),
            empty="",
        )
