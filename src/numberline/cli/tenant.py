"""`numberline tenant`: connect tenants, list and rename them, switch automation, and check what works."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.failures import ERROR, Refusal
from numberline.cli.groups import WholeSentences
from numberline.cli.start import ready, tenant_of

if TYPE_CHECKING:
    from numberline.runs.models import Run
    from numberline.tenants.models import Tenant

GRAPH = "https://graph.microsoft.com"
LOGIN = "https://login.microsoftonline.com"

app = typer.Typer(
    cls=WholeSentences, help="Connect tenants, list and rename them, switch automation, and check what works."
)

SecretFile = Annotated[
    Path | None, typer.Option(metavar="F", help="A file with the client secret's value; - reads stdin.")
]
Certificate = Annotated[
    Path | None,
    typer.Option(metavar="F", help="A certificate with its private key instead of a secret: PEM or PKCS#12."),
]
PasswordFile = Annotated[
    Path | None, typer.Option(metavar="F", help="A file with the password of the certificate's private key.")
]

SecretEnds = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="The day on which the secret ends, as Entra shows it: it is told before."
    ),
]


@app.command(
    epilog=examples(
        "numberline tenant add contoso --entra-id ID --client-id ID --certificate app.pem",
        "pass show teams/secret | numberline tenant add contoso --entra-id ID --client-id ID --client-secret-file -",
    )
)
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you will call the tenant in commands.")],
    entra_id: Annotated[
        str,
        typer.Option(metavar="ID", help="The tenant (directory) id that Entra shows, or a verified domain."),
    ],
    client_id: Annotated[
        str, typer.Option(metavar="ID", help="The application (client) id of the app registration.")
    ],
    client_secret_file: SecretFile = None,
    secret_ends: SecretEnds = None,
    certificate: Certificate = None,
    certificate_password_file: PasswordFile = None,
    graph_url: Annotated[
        str, typer.Option(metavar="U", help="The root of Microsoft Graph, for another cloud.")
    ] = GRAPH,
    login_url: Annotated[str, typer.Option(metavar="U", help="The root of the sign-in service.")] = LOGIN,
    ca_file: Annotated[
        Path | None, typer.Option(metavar="F", help="Certificates (PEM) to trust besides the system's.")
    ] = None,
) -> None:
    """Connect a Microsoft 365 tenant.

    Signs in first, and nothing is stored unless that works. Permissions need not be granted yet: `numberline tenant
    check` says which are missing. The new tenant is in mode observe: Numberline reads and plans there, and changes
    nothing until `numberline tenant mode` says so.
    """
    secret, pem = _credential(client_secret_file, certificate, certificate_password_file)
    ends = _ends(secret_ends, pem)
    authority = "" if ca_file is None else _authority(ca_file)
    ready()
    from numberline import clock
    from numberline.accounts.actor import at_terminal
    from numberline.audit.record import Cause
    from numberline.tenants.connect import Request, connect
    from numberline.tenants.credentials import Secret

    request = Request(
        name=name,
        entra_id=entra_id,
        client_id=client_id,
        secret=Secret(client_secret=secret, certificate_pem=pem, ends=ends),
        graph_url=graph_url,
        login_url=login_url,
        ca_pem=authority,
    )
    done = connect(request, clock.now(), Cause(at_terminal()))
    known = ", ".join(part for part in (done.organisation, done.tenant.country) if part)
    output.out(f"Connected {done.tenant.name}{f' ({known})' if known else ''} in mode {done.tenant.mode}.")
    if not done.organisation:
        output.out("The organisation may not be read yet: the check says which permissions are missing.")
    elif not done.licences_read:
        output.out("The tenant's licences could not be read: LicenseAssignment.Read.All is optional.")
    output.out(
        f"Next: numberline tenant check {output.quoted(done.tenant.name)}, then numberline config apply FILE."
    )


@app.command("list", epilog=examples("numberline tenant list --json"))
def list_(json: arguments.Json = False) -> None:
    """List the connected tenants, their modes, and how the last run ended."""
    ready()
    from django.db import connection

    from numberline.database import place
    from numberline.runs.models import Run
    from numberline.tenants.models import Tenant

    tenants = [
        (t, Run.objects.of(t.pk).order_by("-started_at").first()) for t in Tenant.objects.order_by("name")
    ]
    if json:
        output.items_as_json(_item(tenant, run) for tenant, run in tenants)
        return
    output.table(
        ("Tenant", "Mode", "Poll", "Country", "Last run (UTC)", "Outcome", "Entra id"),
        (
            (
                *(t.name, t.mode, f"{t.poll_seconds} s", t.country),
                *(run and output.moment(run.started_at), run and _outcome(run), t.entra_id),
            )
            for t, run in tenants
        ),
        empty=f"No tenant is connected yet in {place(connection)}: numberline tenant add --help says how.",
    )


def _outcome(run: "Run") -> str:
    """How a run ended, and what went wrong."""
    if not run.outcome:
        return "under way"
    return f"{run.outcome}: {run.error}" if run.outcome == "failed" and run.error else run.outcome


def _item(tenant: "Tenant", run: "Run | None") -> dict[str, object]:
    return {
        "tenant": tenant.name,
        "entra_id": tenant.entra_id,
        "mode": tenant.mode,
        "country": tenant.country or None,
        "poll_seconds": tenant.poll_seconds,
        "last_run": None if run is None else run.started_at,
        "outcome": None if run is None else run.outcome or None,
        "error": None if run is None else run.error or None,
    }


@app.command(epilog=examples("numberline tenant mode contoso full"))
def mode(
    tenant: arguments.Tenant,
    mode: Annotated[arguments.Mode, typer.Argument(metavar="MODE", help="off, observe, assign or full.")],
) -> None:
    """Switch automation in a tenant.

    \b
    off      the worker leaves the tenant alone; a sync by hand still reads and
             shows, and changes nothing
    observe  reads, decides and shows plans; changes nothing
    assign   gives numbers, never takes them
    full     gives numbers, and takes them back from who left
    """
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.accounts.actor import at_terminal
    from numberline.audit.record import Cause
    from numberline.tenants.mode import set_mode

    before = row.mode
    if set_mode(row, mode.value, clock.now(), Cause(at_terminal())):
        output.out(f"{row.name} is now in mode {mode.value} (it was in {before}).")
    else:
        output.out(f"{row.name} is in mode {mode.value} already.")


@app.command(epilog=examples('numberline tenant rename contoso "Contoso UK"'))
def rename(
    tenant: arguments.Tenant,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the tenant is called from now on.")],
) -> None:
    """Call a tenant something else.

    Everything that belongs to it follows, its audit trail too. The portal's addresses of the tenant and the name in
    commands change with it, and configuration files that name the tenant are to be changed by hand. The name that it
    had stays its own: commands refuse it and say the new one, and no other tenant can be called so.
    """
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.accounts.actor import at_terminal
    from numberline.audit.record import Cause
    from numberline.tenants.naming import rename as call_it

    before = row.name
    if not call_it(row, name, clock.now(), Cause(at_terminal())):
        output.out(f"{row.name} is called so already.")
        return
    output.out(f"{before} is now called {row.name}.")
    output.out(f'Write "tenant: {row.name}" in its configuration file before you apply it again.')


@app.command(epilog=examples('numberline tenant retire contoso --confirm contoso --reason "moved away"'))
def retire(
    tenant: arguments.Tenant,
    confirm: Annotated[str, typer.Option(metavar="NAME", help="The tenant's name, to confirm it.")],
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
) -> None:
    """Take a tenant out of service. It can't be taken back.

    The tenant must be in mode off. Nothing changes in Teams: people keep their numbers. The credential is erased, the
    roles of its team end, and commands and portal know it no more. Its audit trail stays: `audit export` and `audit
    verify` without a tenant go on to include it. The directory can be connected again, also under this name, as a new
    tenant; another directory can't take the name.
    """
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.cli.hands import cause_of
    from numberline.jobs.retiring import retire as take_out

    name = row.name
    take_out(row, confirm, clock.now(), cause_of(reason, ticket))
    output.out(f"{name} is retired. Its audit trail stays; remove the application in Entra yourself.")


@app.command(epilog=examples("numberline tenant check contoso"))
def check(tenant: arguments.Tenant, json: arguments.Json = False) -> None:
    """Check what works: signing in, each permission, and each part of Microsoft that Numberline asks.

    Says what is missing and how to mend it, and which policies of the ranges the tenant does not have. Ends with exit code 1 unless everything needed works.
    """
    row = tenant_of(tenant)
    from numberline.policies.checking import check_all
    from numberline.tenants.check import to_json, works

    checks = check_all(row)
    if json:
        output.as_json(to_json(row, checks))
    else:
        output.table(
            ("Check", "Works", "Found", "What to do"),
            (
                (c.name, "yes" if c.ok else "NO" if c.needed else "no (optional)", c.detail, c.remedy)
                for c in checks
            ),
            empty="Nothing was checked.",
        )
    if not works(checks):
        raise typer.Exit(ERROR)


@app.command(
    epilog=examples(
        "numberline tenant credential contoso --client-secret-file secret.txt --secret-ends 2027-11-30",
        "numberline tenant credential contoso --certificate numberline.pem",
    )
)
def credential(
    tenant: arguments.Tenant,
    client_secret_file: SecretFile = None,
    secret_ends: SecretEnds = None,
    certificate: Certificate = None,
    certificate_password_file: PasswordFile = None,
) -> None:
    """Replace the secret or certificate that a tenant signs in with.

    Signs in with the new one first: if that fails, nothing is changed. A worker that runs uses it from its next
    pass on.
    """
    secret, pem = _credential(client_secret_file, certificate, certificate_password_file)
    ends = _ends(secret_ends, pem)
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.accounts.actor import at_terminal
    from numberline.audit.record import Cause
    from numberline.tenants.credentials import Secret
    from numberline.tenants.replace import replace_credential
    from numberline.worklist.credential import watch_credential

    new = Secret(client_secret=secret, certificate_pem=pem, ends=ends)
    replace_credential(row, new, clock.now(), Cause(at_terminal()))
    watch_credential(row, clock.now())
    kind = "client secret" if pem is None else "certificate"
    output.out(f"{row.name} signs in with the new {kind} from now on. Remove the old credential in Entra.")


def _credential(
    secret_file: Path | None, certificate: Path | None, password_file: Path | None
) -> tuple[str | None, str | None]:
    """The client secret or the certificate as PEM; the other is None."""
    from numberline.cli import files

    if (secret_file is None) == (certificate is None):
        raise Refusal("give either --client-secret-file or --certificate: exactly one of them")
    if secret_file is not None:
        if password_file is not None:
            raise Refusal(
                "--certificate-password-file belongs to --certificate: leave it out, or give a certificate"
            )
        return files.read_secret(secret_file), None
    assert certificate is not None
    return None, files.read_certificate(certificate, password_file)


def _ends(text: str | None, pem: str | None) -> date | None:
    """The day on which a client secret ends, if it was said."""
    if text is None:
        return None
    if pem is not None:
        raise Refusal("--secret-ends belongs to --client-secret-file: a certificate says itself when it ends")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{text!r} is no day: write --secret-ends as 2027-01-31") from None


def _authority(file: Path) -> str:
    from numberline.cli import files

    return files.read_authority(file)
