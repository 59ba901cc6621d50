"""`numberline worklist`: what needs a human."""

from collections import Counter
from typing import Annotated

import typer

from numberline.cli import arguments, output
from numberline.cli.failures import Refusal
from numberline.cli.start import tenant_of


def worklist(
    tenant: arguments.Tenant,
    code: Annotated[str | None, typer.Option(metavar="CODE", help="Only items of this code.")] = None,
    json: arguments.Json = False,
) -> None:
    """List what needs a human: since when, why, and what to do about it.

    The last line counts the items of each code.
    """
    _refuse_unknown(code)
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.planning.movers import worklist as items_of

    items = [item for item in items_of(row, clock.now()) if code in (None, item.item.code)]
    if json:
        output.items_as_json(item.to_json() for item in items)
        return
    output.table(
        ("Since (UTC)", "Code", "About", "Cause", "What to do", "Details"),
        (
            (output.moment(i.item.since), i.item.code, i.about, i.item.cause, i.remedy, i.detail)
            for i in items
        ),
        empty=f"Nothing on the worklist of {row.name} has the code {code}."
        if code
        else f"Nothing in {row.name} needs a human.",
    )
    counts = Counter(item.item.code for item in items).most_common()
    if counts:
        output.out()
        of_each = ", ".join(f"{count:,} {name}" for name, count in counts)
        output.out(f"{output.plural(len(items), 'item')}: {of_each}.")


def _refuse_unknown(code: str | None) -> None:
    from numberline.worklist.codes import ADVICE

    if code is not None and code not in ADVICE:
        raise Refusal(f'"{code}" is no code of the worklist: write one of {", ".join(sorted(ADVICE))}')
