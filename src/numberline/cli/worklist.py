"""`numberline worklist`: what needs a human."""

from numberline.cli import arguments, output
from numberline.cli.start import tenant_of


def worklist(tenant: arguments.Tenant, json: arguments.Json = False) -> None:
    """List what needs a human: since when, why, and what to do about it."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.planning.movers import worklist as items_of

    items = items_of(row, clock.now())
    if json:
        output.items_as_json(item.to_json() for item in items)
        return
    output.table(
        ("Since (UTC)", "Code", "About", "Cause", "What to do", "Details"),
        (
            (output.moment(i.item.since), i.item.code, i.about, i.item.cause, i.remedy, i.detail)
            for i in items
        ),
        empty=f"Nothing in {row.name} needs a human.",
    )
