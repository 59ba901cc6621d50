"""`numberline config`: a tenant's ranges, rules and settings as a file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.failures import ERROR, Refusal
from numberline.cli.files import read_text
from numberline.cli.groups import WholeSentences
from numberline.cli.start import ready, tenant_of

if TYPE_CHECKING:
    from numberline.inventory.config_check import OnlineReport
    from numberline.inventory.configfile import ConfigFile

app = typer.Typer(cls=WholeSentences, help="Apply, check and export ranges, rules and settings.")


@app.command(
    epilog=examples(
        "numberline config apply contoso.yaml",
        "numberline config apply contoso.yaml --preview",
        "numberline config export contoso | numberline config apply -",
    )
)
def apply(
    file: arguments.ConfigFile,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would be changed.")] = False,
    json: arguments.Json = False,
) -> None:
    """Make a tenant's settings and ranges what a file says.

    All of the file is applied, or nothing. What would leave an assigned, reserved or quarantined number without a
    range is refused with a list. Ranges that the file leaves out are removed; keys that it leaves out stay as
    they are.
    """
    ready()
    from numberline import clock
    from numberline.accounts.actor import at_terminal
    from numberline.audit.record import Cause
    from numberline.inventory.config_apply import apply as make_so
    from numberline.inventory.configfile import parse
    from numberline.inventory.known import in_inventory_of

    config = _parsed(file, lambda text: parse(text, in_inventory_of))
    cause = Cause(at_terminal(), reason=f"config apply {file.name}")
    changes = make_so(config, cause=cause, at=clock.now(), preview=preview)
    if json:
        output.as_json(changes.to_json())
        return
    for line in changes.lines():
        output.out(line)
    if "mode" in changes.settings and not preview:
        from numberline.tenants.find import tenant_named

        output.out(f"{changes.tenant} is now in mode {tenant_named(changes.tenant).mode}.")


@app.command(
    epilog=examples("numberline config check contoso.yaml", "numberline config check contoso.yaml --online")
)
def check(
    file: arguments.ConfigFile,
    online: Annotated[
        bool, typer.Option("--online", help="Also compare with the tenant: policies, numbers, locations.")
    ] = False,
    tenant: Annotated[
        str | None, typer.Option(metavar="TENANT", help="With --online: another tenant than the file names.")
    ] = None,
    json: arguments.Json = False,
) -> None:
    """Check a file without applying it.

    Every error is shown with its line. Without --online neither the database nor Microsoft is asked. With it a policy
    that the tenant does not have is an error too; a location can only be doubted, because Graph lists none.
    """
    if tenant is not None and not online:
        raise Refusal("--tenant says whom to ask with --online: give both, or neither")
    from numberline.inventory.config_check import check as checked
    from numberline.inventory.config_check import doubts_of

    config = _parsed(file, checked)
    report = _online(config, tenant) if online else None
    if json:
        output.as_json(_found(config, doubts_of(config), report))
    else:
        _tell(file, config, doubts_of(config), report)
    if report is not None and report.errors:
        raise typer.Exit(ERROR)


@app.command(
    epilog=examples(
        "numberline config export contoso > contoso.yaml", "numberline config export contoso --proposed"
    )
)
def export(
    tenant: arguments.Tenant,
    proposed: Annotated[
        bool,
        typer.Option("--proposed", help="Instead: ranges for the numbers in Teams that no range claims yet."),
    ] = False,
) -> None:
    """Write a tenant's settings and ranges as a configuration file.

    Applying what is written changes nothing. With --proposed, ranges are written that could be made of numbers
    which Teams lists and no range claims, grouped by country, area code and provider; they still need rules.
    """
    row = tenant_of(tenant)
    if proposed:
        from numberline.inventory.proposed import proposed_ranges, to_yaml

        text = to_yaml(proposed_ranges(row.pk))
    else:
        from numberline.inventory.config_export import export as written

        text = written(row)
    output.out(text.rstrip("\n"))


def _parsed(file: Path, parse: "Callable[[str], ConfigFile]") -> "ConfigFile":
    """The file as `parse` reads it, or a refusal that names every error with its line."""
    from numberline.inventory.config_problems import ConfigError

    text = read_text(file, "configuration file")
    try:
        return parse(text)
    except ConfigError as error:
        raise refused(file, error.problems) from None


def refused(file: Path, problems: Sequence[object]) -> Refusal:
    """What is wrong with a file: in the sentence itself if it is one error, else a line for each."""
    name = "stdin" if str(file) == "-" else str(file)
    if len(problems) == 1:
        return Refusal(f"{name}, {problems[0]}")
    return Refusal(
        f"{name} has {len(problems)} errors and nothing was changed: mend them and try again",
        tuple(str(problem) for problem in problems),
    )


def _online(config: "ConfigFile", tenant: str | None) -> "OnlineReport":
    row = tenant_of(tenant or config.tenant)
    from numberline.inventory.config_check import check_online
    from numberline.inventory.known import in_inventory
    from numberline.tenants.credentials import client

    with client(row) as graph:
        return check_online(config, graph, in_inventory(row.pk))


def _tell(file: Path, config: "ConfigFile", doubts: Sequence[str], report: "OnlineReport | None") -> None:
    if report is None or not report.errors:
        count = output.plural(len(config.ranges or ()), "range")
        kept = "no ranges in it, so those that are there stay as they are"
        output.out(f"{file} is right: {kept if config.ranges is None else count} for {config.tenant}.")
    for sentence in doubts:
        output.out(f"Doubt: {sentence}")
    if report is None:
        return
    told = (("", report.confirmed), ("Wrong: ", report.errors), ("Doubt: ", report.doubts))
    for word, sentences in (*told, ("", report.unchecked)):
        for sentence in sentences:
            output.out(f"{word}{sentence}")


def _found(config: "ConfigFile", doubts: Sequence[str], report: "OnlineReport | None") -> dict[str, object]:
    return {
        "tenant": config.tenant,
        "ranges": [one.name for one in config.ranges or ()],
        "confirmed": None if report is None else list(report.confirmed),
        "errors": None if report is None else list(report.errors),
        "doubts": [*doubts, *(report.doubts if report is not None else ())],
        "unchecked": None if report is None else list(report.unchecked),
    }
