"""`numberline import`: numbers from a CSV file."""

from pathlib import Path
from typing import Annotated

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.config import refused
from numberline.cli.files import read_bytes
from numberline.cli.groups import WholeSentences
from numberline.cli.start import tenant_of

app = typer.Typer(cls=WholeSentences, help="Bring in numbers that are kept elsewhere.")


@app.callback()
def group() -> None:
    """Bring in numbers that are kept elsewhere."""


@app.command(
    epilog=examples(
        "numberline import numbers contoso numbers.csv --preview",
        "numberline import numbers contoso numbers.csv",
    )
)
def numbers(
    tenant: arguments.Tenant,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with header first,last,range; - reads stdin.")
    ],
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would be imported.")] = False,
    json: arguments.Json = False,
) -> None:
    """Add Direct Routing numbers to ranges from a CSV file.

    The header is first,last,range; last may be empty for a single number. Commas, semicolons, tabs and bars
    separate. All rows are imported, or none: every wrong row is listed.
    """
    data = read_bytes(file, "CSV file")
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.accounts.actor import at_terminal
    from numberline.audit.record import Cause
    from numberline.inventory.import_file import ImportRefused
    from numberline.inventory.importing import import_numbers

    cause = Cause(at_terminal(), reason=f"import numbers {file.name}")
    try:
        result = import_numbers(row, data, cause=cause, at=clock.now(), preview=preview)
    except ImportRefused as error:
        raise refused(file, error.problems) from None
    if json:
        output.as_json(result.to_json())
        return
    for line in result.lines() or ["Nothing to import: every number is there already."]:
        output.out(line)
