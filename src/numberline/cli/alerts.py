"""`numberline alerts`: try whether alerts reach their receivers, and show with which secret webhooks are signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.failures import Refusal
from numberline.cli.groups import WholeSentences
from numberline.cli.start import ready, tenant_of

if TYPE_CHECKING:
    from numberline.tenants.models import Tenant

app = typer.Typer(
    cls=WholeSentences, help="Try whether alerts reach people, and see what webhooks are signed with."
)

SomeTenant = Annotated[
    str | None,
    typer.Argument(
        metavar="TENANT",
        help="Name or Entra id of a tenant with a webhook of its own; the installation's without it.",
    ),
]


@app.command(epilog=examples("numberline alerts test contoso"))
def test(tenant: arguments.Tenant) -> None:
    """Send a test to everybody who hears of a tenant's alerts, and say what happened to it.

    A webhook that said it was gone is called again after a test that it takes.
    """
    row = tenant_of(tenant)
    from numberline.alerts.tell import try_out

    told = try_out(row)
    if not told:
        raise Refusal(
            f"nobody hears of alerts of {row.name}: give alerts in its configuration file, or set "
            "NUMBERLINE_ALERT_WEBHOOK or NUMBERLINE_ALERT_MAIL"
        )
    for target, outcome in told:
        if outcome.delivered:
            output.out(f"{target.shown}: taken")
    wrong = [f"{target.shown}: {outcome.error}" for target, outcome in told if not outcome.delivered]
    if wrong:
        raise Refusal(
            wrong[0] if len(wrong) == 1 else f"{len(wrong)} receivers did not take it",
            tuple(wrong) if len(wrong) > 1 else (),
        )


@app.command(epilog=examples("numberline alerts secret contoso", "numberline alerts secret"))
def secret(tenant: SomeTenant = None) -> None:
    """Show the secret that a webhook is signed with, for whoever checks the signature.

    It follows from the secret key. While that is being changed there are two, and either verifies; the first line
    is the one that stays.
    """
    key = None
    if tenant is not None:
        key = tenant_of(tenant).pk
    else:
        ready()
    from numberline.alerts.signing import secrets_of

    for line in secrets_of(key):
        output.out(line)


@contextmanager
def told_after(tenant: "Tenant") -> Iterator[None]:
    """Around a run: afterwards, also when it failed, what is new on the worklist is told. Never fails the command; who
    was told to end ends."""
    try:
        yield
    except Exception:
        _tell(tenant)
        raise
    _tell(tenant)


def _tell(tenant: "Tenant") -> None:
    import structlog

    from numberline.alerts.tell import tell

    log = structlog.get_logger("numberline.alerts")
    try:
        tell(tenant)
    except Exception:
        log.exception("alerts could not be told", tenant=tenant.name)
