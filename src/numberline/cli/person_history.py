"""`numberline person history`: what became of a person, and which numbers they held when."""

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.start import tenant_of

app = typer.Typer()


@app.command(epilog=examples("numberline person history contoso adele@contoso.example"))
def history(tenant: arguments.Tenant, person: arguments.Person, json: arguments.Json = False) -> None:
    """Tell everything that happened to a person: when, what, which numbers they held after it, by whom and why."""
    row = tenant_of(tenant)
    from numberline.audit.history import person_history
    from numberline.directory.find import PersonUnknown, person_named

    try:
        moments = person_history(row.pk, person_named(row.pk, person).object_id)
    except PersonUnknown:
        moments = person_history(row.pk, person.strip().lower())  # the trail outlives the directory
        if not moments:
            raise
    if json:
        output.items_as_json(moment.to_json() for moment in moments)
        return
    output.table(
        ("When (UTC)", "What", "Number", "From", "To", "Holds then", "By", "Why"),
        (
            (
                output.moment(m.at),
                m.verb.replace("_", " "),
                output.grouped(m.number),
                m.before,
                m.after,
                ", ".join(map(output.grouped, m.holds)),
                m.by,
                m.reason,
            )
            for m in moments
        ),
        empty="Nothing is recorded of this person.",
    )
