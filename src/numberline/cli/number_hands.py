"""`numberline number reserve`, `block`, `lock` and their opposites: numbers set by hand, never undone by a sync."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from numberline.cli import arguments
from numberline.cli.arguments import examples
from numberline.cli.hands import cause_of, tell, until_of
from numberline.cli.start import tenant_of

if TYPE_CHECKING:
    from numberline.audit.record import Cause
    from numberline.overrides.outcome import Outcome
    from numberline.tenants.models import Tenant

app = typer.Typer()


@app.command(
    epilog=examples(
        "numberline number reserve contoso +442079460012 --for adele@contoso.example --reason 'asked for it'",
        "numberline number reserve contoso +442079460012 --purpose Reception --until 90d --reason 'new desk'",
    )
)
def reserve(
    tenant: arguments.Tenant,
    number: arguments.Number,
    reason: arguments.Reason,
    for_: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="PERSON", help="Who is to have it; automation gives it to nobody else."
        ),
    ] = None,
    purpose: Annotated[str, typer.Option("--purpose", metavar="TEXT", help="What it is kept for.")] = "",
    until: arguments.Until = None,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """Reserve a free number for a person, for a purpose, or for nobody in particular.

    Somebody who waits for a number is given the one that is reserved for them first. Reserving it again with another
    --until moves the end.
    """
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.directory.find import person_named
    from numberline.overrides.reserve import Reservation
    from numberline.overrides.reserve import reserve as verb

    cause, now = cause_of(reason, ticket), clock.now()
    person = None if for_ is None else person_named(row.pk, for_)
    wanted = Reservation(person, purpose.strip(), until_of(until, now))
    _told(row, number, verb(row, number, wanted, now, cause), json)


@app.command(epilog=examples("numberline number unreserve contoso +442079460012 --reason 'desk given up'"))
def unreserve(
    tenant: arguments.Tenant,
    number: arguments.Number,
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """End a reservation that was made by hand."""
    row = tenant_of(tenant)
    from numberline.overrides.reserve import unreserve as verb

    _told(row, number, _now(verb, row, number, cause_of(reason, ticket)), json)


@app.command(
    epilog=examples("numberline number block contoso +442079460013 --reason 'nuisance calls' --ticket INC-7")
)
def block(
    tenant: arguments.Tenant,
    number: arguments.Number,
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """Block a number that nobody holds, so that nobody is given it; a reservation of it ends."""
    row = tenant_of(tenant)
    from numberline.overrides.block import block as verb

    _told(row, number, _now(verb, row, number, cause_of(reason, ticket)), json)


@app.command(epilog=examples("numberline number unblock contoso +442079460013 --reason 'calls have stopped'"))
def unblock(
    tenant: arguments.Tenant,
    number: arguments.Number,
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """End a block that was made by hand, or by Microsoft's refusal of the number."""
    row = tenant_of(tenant)
    from numberline.overrides.block import unblock as verb

    _told(row, number, _now(verb, row, number, cause_of(reason, ticket)), json)


@app.command(
    epilog=examples("numberline number lock contoso +442079460012 --until 30d --reason 'under review'")
)
def lock(
    tenant: arguments.Tenant,
    number: arguments.Number,
    reason: arguments.Reason,
    until: arguments.Until = None,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """Lock a number against automation: it stays with whoever holds it, and is given to nobody."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.overrides.lock import lock as verb

    cause, now = cause_of(reason, ticket), clock.now()
    _told(row, number, verb(row, number, now, cause, until_of(until, now)), json)


@app.command(epilog=examples("numberline number unlock contoso +442079460012 --reason 'review is over'"))
def unlock(
    tenant: arguments.Tenant,
    number: arguments.Number,
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
    json: arguments.Json = False,
) -> None:
    """End a number's lock."""
    row = tenant_of(tenant)
    from numberline.overrides.lock import unlock as verb

    _told(row, number, _now(verb, row, number, cause_of(reason, ticket)), json)


def _now(
    verb: "Callable[[Tenant, str, datetime, Cause], Outcome]", tenant: "Tenant", number: str, cause: "Cause"
) -> "Outcome":
    from numberline import clock

    return verb(tenant, number, clock.now(), cause)


def _told(tenant: "Tenant", number: str, outcome: "Outcome", json: bool) -> None:
    from numberline import clock
    from numberline.assignments.listing import number_item
    from numberline.audit.history import number_history
    from numberline.inventory.find import number_named

    found = number_named(tenant.pk, number)
    history = [moment.to_json() for moment in number_history(tenant.pk, found.text)] if json else []
    tell(outcome, {**number_item(found, clock.now()), "history": history}, json)
