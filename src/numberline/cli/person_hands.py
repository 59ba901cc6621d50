"""`numberline person lock`, `exclude` and their opposites: people set apart by hand, never undone by a sync."""

from typing import TYPE_CHECKING

import typer

from numberline.cli import arguments
from numberline.cli.arguments import examples
from numberline.cli.hands import cause_of, tell, until_of
from numberline.cli.start import tenant_of

if TYPE_CHECKING:
    from numberline.directory.models import Person
    from numberline.overrides.outcome import Outcome

app = typer.Typer()


@app.command(
    epilog=examples(
        "numberline person lock contoso adele@contoso.example --until 30d --reason 'on secondment'"
    )
)
def lock(
    tenant: arguments.Tenant,
    person: arguments.Person,
    reason: arguments.Reason,
    until: arguments.Until = None,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """Lock a person against automation: whatever they have stays as it is, and they are given nothing."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.directory.find import person_named
    from numberline.overrides.people import lock as verb

    cause, now = cause_of(reason, ticket), clock.now()
    found = person_named(row.pk, person)
    _told(found, verb(found, now, cause, until_of(until, now)), json)


@app.command(epilog=examples("numberline person unlock contoso adele@contoso.example --reason 'back again'"))
def unlock(
    tenant: arguments.Tenant,
    person: arguments.Person,
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """End a person's lock."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.directory.find import person_named
    from numberline.overrides.people import unlock as verb

    found = person_named(row.pk, person)
    _told(found, verb(found, clock.now(), cause_of(reason, ticket)), json)


@app.command(
    epilog=examples(
        "numberline person exclude contoso lobby@contoso.example --reason 'served by the reception desk'",
        "numberline person exclude contoso adele@contoso.example --until 2026-12-31 --reason 'keeps her old line'",
    )
)
def exclude(
    tenant: arguments.Tenant,
    person: arguments.Person,
    reason: arguments.Reason,
    until: arguments.Until = None,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """Exclude a person from automation: they keep what they have, and are given nothing."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.directory.find import person_named
    from numberline.overrides.people import exclude as verb

    cause, now = cause_of(reason, ticket), clock.now()
    found = person_named(row.pk, person)
    _told(found, verb(found, now, cause, until_of(until, now)), json)


@app.command(
    epilog=examples("numberline person include contoso adele@contoso.example --reason 'needs a number'")
)
def include(
    tenant: arguments.Tenant,
    person: arguments.Person,
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """End a person's exclusion, and let automation serve them again after a release by hand."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.directory.find import person_named
    from numberline.overrides.people import include as verb

    found = person_named(row.pk, person)
    _told(found, verb(found, clock.now(), cause_of(reason, ticket)), json)


def _told(person: "Person", outcome: "Outcome", json: bool) -> None:
    from numberline import clock
    from numberline.assignments.listing import person_item

    tell(outcome, person_item(person, clock.now()), json)
