"""`numberline sync`: read, decide, and apply as the mode allows."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from numberline.cli import arguments, output
from numberline.cli.failures import say
from numberline.cli.start import tenant_of

if TYPE_CHECKING:
    from numberline.cli.ending import Ending
    from numberline.runs.result import RunResult
    from numberline.tenants.models import Tenant


def sync(
    tenant: arguments.Tenant,
    full: Annotated[bool, typer.Option("--full", help="Read everything again and compare it.")] = False,
    person: Annotated[
        str | None, typer.Option(metavar="PERSON", help="Only this person, read directly and at once.")
    ] = None,
    wait: arguments.Wait = 0,
    json: arguments.Json = False,
) -> None:
    """Read the directory and Teams, decide, and apply what the tenant's mode allows.

    Ends with 3 when items failed, 4 when something is held by a limit, 5 when another run is busy with the tenant.
    """
    row = tenant_of(tenant)
    from numberline.accounts.actor import at_terminal
    from numberline.cli.alerts import told_after
    from numberline.cli.ending import ending
    from numberline.cli.failures import Refusal
    from numberline.cli.progress import progress
    from numberline.runs.sync import sync as run

    if full and person is not None:
        raise Refusal("--full and --person exclude each other: leave one of them out")
    with ending() as end, progress() as shown, told_after(row):
        result = run(
            row, actor=at_terminal(), full=full, person=person, wait=wait, progress=shown, stop=end.stop
        )
    finish(row, result, json, end)


def finish(
    tenant: "Tenant",
    result: "RunResult",
    json: bool,
    end: "Ending",
    go_on: str = "run the command again to go on",
) -> None:
    """Print what a run did, name each item that failed, and end with the run's exit code; `go_on` says how to go on
    after a run that was ended by a signal."""
    told = result.to_json()
    if json:
        output.as_json(told)
    else:
        _tell(tenant, told, result.held_by, stopped=end.number is not None)
    for person, number, sentence in result.failures:
        say(f"{person or 'nobody'} did not get {number}: {sentence}")
    end.check(go_on)
    raise typer.Exit(result.exit_code)


def _tell(tenant: "Tenant", told: dict[str, Any], held_by: tuple[str, ...], stopped: bool) -> None:
    from numberline.worklist.listing import open_items

    name = output.quoted(told["tenant"])
    read, applied = told["read"], told["applied"]
    output.out(
        f"{told['tenant']} ({told['mode']}), run {told['run']}: read {output.plural(read['people'], 'person', 'people')} "
        f"and {output.plural(read['numbers'], 'number')} in {told['seconds']:.1f} s."
    )
    done = [f"{count:,} {verb}" for verb, count in _done(applied) if count]
    output.out(f"Numbers: {', '.join(done)}." if done else "Numbers: none changed.")
    if told["waiting"]:
        output.out(
            f"{output.plural(told['waiting'], 'person', 'people')} waiting: numberline plan {name} says why."
        )
    if told["held"] and stopped:
        output.out(f"{output.plural(told['held'], 'change')} left for the next run.")
    elif told["held"]:
        by = f" by {' and '.join(held_by)}" if held_by else ""
        output.out(f"{output.plural(told['held'], 'change')} held{by}: numberline plan {name} shows what.")
    if told["failed"]:
        output.out(f"{output.plural(told['failed'], 'item')} failed.")
    items = len(open_items(tenant.pk))
    if items:
        output.out(f"{output.plural(items, 'item')} on the worklist: numberline worklist {name}")


def _done(applied: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return ("assigned", applied["assign"]), ("changed", applied["change"]), ("released", applied["release"])
