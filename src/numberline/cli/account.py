"""`numberline account`: who signs in to the portal, links into accounts, and roles in tenants."""

from typing import TYPE_CHECKING, Annotated

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.groups import WholeSentences
from numberline.cli.hands import cause_of
from numberline.cli.start import ready, tenant_of

if TYPE_CHECKING:
    from numberline.accounts.links import MadeLink
    from numberline.accounts.models import User
    from numberline.audit.record import Cause

app = typer.Typer(
    cls=WholeSentences, help="Make accounts for the portal, links into them, and roles in tenants."
)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The mail address that the account is known by.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit trail.")]


@app.command(
    epilog=examples(
        "numberline account add anna@contoso.example --owner", "numberline account add bert@contoso.example"
    )
)
def add(
    email: Email,
    owner: Annotated[
        bool, typer.Option("--owner", help="An owner of the installation: every role in every tenant.")
    ] = False,
    reason: Why = "",
    json: arguments.Json = False,
) -> None:
    """Make an account, and print the one-time link that sets its password and second factor.

    Without --owner the account opens nothing until it has a role: numberline account grant.
    """
    ready()
    from numberline import clock
    from numberline.accounts import links, manage

    cause, now = _cause(reason), clock.now()
    user = manage.add(email, now, cause, owner=owner)
    _told(user, links.make(user, now, cause.actor), json)


@app.command(
    epilog=examples(
        "numberline account link anna@contoso.example",
        "numberline account link anna@contoso.example --reset-factors --reason 'lost her phone'",
    )
)
def link(
    email: Email,
    reset_factors: Annotated[
        bool,
        typer.Option("--reset-factors", help="Take all second factors away when the link is used."),
    ] = False,
    reason: Why = "",
    json: arguments.Json = False,
) -> None:
    """Print a new one-time link into an account, after a lost password or second factor.

    Earlier links are over. Whoever opens it chooses a new password, and every session of the account ends; the
    second factor is asked for as before, unless --reset-factors takes it away.
    """
    ready()
    from numberline import clock
    from numberline.accounts import links, manage

    cause, now, user = _cause(reason), clock.now(), manage.account_named(email)
    if not user.is_active:
        raise manage.AccountRefused(f"{user} is deactivated: numberline account activate lets them in again")
    made = links.make(user, now, cause.actor, resets_factors=reset_factors)
    manage.note_link(user, now, cause, resets_factors=reset_factors)
    _told(user, made, json)


@app.command("list", epilog=examples("numberline account list --json"))
def list_(json: arguments.Json = False) -> None:
    """List the accounts: owners, roles in tenants, second factors, and when each last signed in."""
    ready()
    from numberline.accounts.adapters import with_second_factor
    from numberline.accounts.models import User

    users = list(User.objects.order_by("email").prefetch_related("grants__where"))
    factors = with_second_factor()
    if json:
        output.items_as_json(_item(user, user.pk in factors) for user in users)
        return
    output.table(
        ("Account", "Name", "Owner", "Can sign in", "Second factor", "Signed in (UTC)", "Roles"),
        (
            (
                *(user.email, user.name, user.owner, user.is_active, user.pk in factors),
                *(output.moment(user.last_login), ", ".join(_roles(user))),
            )
            for user in users
        ),
        empty="Nobody can sign in yet: numberline account add EMAIL --owner makes the first account.",
    )


@app.command(
    epilog=examples("numberline account deactivate bert@contoso.example --reason 'left the company'")
)
def deactivate(email: Email, reason: arguments.Reason, ticket: arguments.Ticket = "") -> None:
    """Let an account no longer sign in: its sessions and links end at once. Its roles stay, for when it comes back."""
    _set_active(email, reason, ticket, active=False)


@app.command(epilog=examples("numberline account activate bert@contoso.example --reason 'is back'"))
def activate(email: Email, reason: arguments.Reason, ticket: arguments.Ticket = "") -> None:
    """Let a deactivated account sign in again, with the roles that it had."""
    _set_active(email, reason, ticket, active=True)


def _set_active(email: str, reason: str, ticket: str, *, active: bool) -> None:
    ready()
    from numberline import clock
    from numberline.accounts import manage

    cause, user = cause_of(reason, ticket), manage.account_named(email)
    changed = manage.set_active(user, active, clock.now(), cause)
    output.out(f"{user} {'can' if active else 'can no longer'} sign in{'' if changed else ', as before'}.")


@app.command(
    epilog=examples(
        "numberline account grant bert@contoso.example contoso range_manager --reason 'looks after London'"
    )
)
def grant(
    email: Email,
    tenant: arguments.Tenant,
    role: Annotated[
        str,
        typer.Argument(metavar="ROLE", help="viewer, service_desk, range_manager or administrator."),
    ],
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
) -> None:
    """Give an account a role in a tenant, in place of the one that it had there."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.access import grants
    from numberline.accounts import manage

    cause, user, given = cause_of(reason, ticket), manage.account_named(email), grants.role_for(role)
    changed = grants.give(row, user, given, grants.AT_TERMINAL, clock.now(), cause)
    output.out(f"{user} is {given.name} in {row.name}{' from now on' if changed else ' already'}.")


@app.command(
    epilog=examples("numberline account revoke bert@contoso.example contoso --reason 'moved to sales'")
)
def revoke(
    email: Email, tenant: arguments.Tenant, reason: arguments.Reason, ticket: arguments.Ticket = ""
) -> None:
    """Take an account's role in a tenant away. The account stays."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.access import grants
    from numberline.accounts import manage

    cause, user = cause_of(reason, ticket), manage.account_named(email)
    grants.take_away(row, grants.grant_of(row, user).pk, grants.AT_TERMINAL, clock.now(), cause)
    output.out(f"{user} has no role in {row.name} any longer.")


def _cause(reason: str) -> "Cause":
    from numberline.accounts.actor import at_terminal
    from numberline.audit.record import Cause

    return Cause(at_terminal(), reason.strip())


def _told(user: "User", made: "MadeLink", json: bool) -> None:
    if json:
        output.as_json({"account": user.email, "link": made.address, "until": made.ends_at})
        return
    output.out(made.address)
    output.out(f"It lets whoever opens it into {user}, once, until {output.moment(made.ends_at)} UTC.")


def _roles(user: "User") -> list[str]:
    granted = sorted(user.grants.all(), key=lambda each: each.where.name)
    return [f"{each.where.name}: {each.role}{'' if each.accepted_at else ' (invited)'}" for each in granted]


def _item(user: "User", has_factor: bool) -> dict[str, object]:
    return {
        "account": user.email,
        "name": user.name or None,
        "owner": user.owner,
        "active": user.is_active,
        "second_factor": has_factor,
        "signed_in": user.last_login,
        "roles": {each.where.name: each.role for each in user.grants.all() if each.accepted_at},
        "invited": {each.where.name: each.role for each in user.grants.all() if not each.accepted_at},
    }
