"""`numberline audit`: proves that the audit trail is whole, and gives it to other tools."""

import json as json_text
import re
import sys
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.failures import FAILED_ITEMS, Refusal, say
from numberline.cli.groups import WholeSentences
from numberline.cli.start import ready, tenant_of

if TYPE_CHECKING:
    from numberline.audit.verify import Verdict

_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-fA-F]{64})")
"""The number of an entry and its code, as a log and `audit verify` tell them."""

NAMED = 50
"""So many findings are named to people; `--json` has them all."""

app = typer.Typer(cls=WholeSentences, help="Prove that the audit trail is whole, and export it.")

SomeTenant = Annotated[
    str | None,
    typer.Argument(metavar="TENANT", help="Name or Entra id of the tenant; all of them without it."),
]


@app.command(
    epilog=examples("numberline audit verify", "numberline audit verify contoso --json"),
)
def verify(
    tenant: SomeTenant = None,
    head: Annotated[
        str | None,
        typer.Option(
            metavar="SEQ:MAC",
            help="A head of TENANT's trail as a log or an earlier verify told it: it must still be part of the trail.",
        ),
    ] = None,
    json: arguments.Json = False,
) -> None:
    """Prove that the audit trail is whole: exit code 0.

    An entry that was altered, removed, moved, added or cut off is named, and the exit code is 1. What the runs noted
    of the trail is compared as well; --head does so with what was kept outside the database.
    A trail that was begun anew, because its secret key was lost, ends with 3: the part before can't be proved.
    """
    if head is not None and tenant is None:
        raise Refusal("--head belongs to one tenant: name it before the option")
    noted = None if head is None else _noted(head)
    verdicts = [(name, _verdict(key, noted)) for key, name in _tenants(tenant)]
    if json:
        output.items_as_json({"tenant": name, **verdict.to_json()} for name, verdict in verdicts)
    else:
        for name, verdict in verdicts:
            _tell(name, verdict)
        if not verdicts:
            output.out("No tenant is connected and nothing is recorded yet.")
    _end(verdicts)


def _end(verdicts: "list[tuple[str, Verdict]]") -> None:
    """End with 1 when something is wrong, with 3 when something can't be proved because a key was lost."""
    broken = [name for name, verdict in verdicts if not verdict.whole and verdict.whole_since is None]
    if broken:
        raise Refusal(
            f"the audit trail of {', '.join(broken)} is not whole: keep the database as it is and look into it"
        )
    anew = [name for name, verdict in verdicts if verdict.whole_since is not None]
    if anew:
        say(f"the audit trail of {', '.join(anew)} was begun anew: what stands before can't be proved")
        raise typer.Exit(FAILED_ITEMS)


@app.command(
    epilog=examples('numberline audit begin-anew contoso --reason "secret.key was lost with the old server"')
)
def begin_anew(tenant: arguments.Tenant, reason: arguments.Reason, ticket: arguments.Ticket = "") -> None:
    """Go on recording after the secret key was lost for good.

    Without the key that sealed it nobody can prove a trail, and nothing is changed in its tenant. This appends an
    entry under the key of today that says so, with your name and reason; it seals the earlier part as it stands
    now. From then on audit verify proves what follows, shows for ever that the trail was begun anew, and ends with
    3. Refused while the key is there. Afterwards give the tenant's credential anew: numberline tenant credential.
    """
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.audit.anew import begin_anew as begin
    from numberline.cli.hands import cause_of

    record = begin(row.pk, row.name, clock.now(), cause_of(reason, ticket))
    output.out(
        f"The audit trail of {row.name} was begun anew: {output.plural(record.last, 'entry', 'entries')} before "
        "that can't be proved any more, and everything from now on can."
    )
    output.out(
        f"Next: numberline tenant credential {output.quoted(row.name)}, because the stored one is lost too."
    )


@app.command(epilog=examples("numberline audit export contoso --since 2026-11-01", "numberline audit export"))
def export(
    tenant: SomeTenant = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="T", help="Only from this day or moment on (RFC 3339; UTC unless it says)."),
    ] = None,
) -> None:
    """Print the audit trail as JSON lines, an entry each, in its order."""
    begin = None if since is None else _moment(since)
    chosen = _tenants(tenant)
    from numberline.audit.export import exported

    for key, name in chosen:
        for entry in exported(key, begin):
            sys.stdout.write(f"{json_text.dumps({'tenant': name, **entry}, ensure_ascii=False)}\n")


def _tenants(name: str | None) -> list[tuple[int, str]]:
    """The id and the name of the tenant that was named; else of all, with those that left a trail behind."""
    if name is not None:
        row = tenant_of(name)
        return [(row.pk, row.name)]
    ready()
    from numberline.audit.verify import tenants_with_entries
    from numberline.tenants.models import Tenant

    known = list(Tenant.objects.order_by("name").values_list("pk", "name"))
    gone = sorted(tenants_with_entries() - {key for key, _ in known})
    retired = dict(Tenant.everyone.exclude(retired_at=None).values_list("pk", "name"))
    return [*known, *((key, retired.get(key, f"tenant {key}, no longer connected")) for key in gone)]


def _verdict(tenant_id: int, noted: tuple[int, str] | None) -> "Verdict":
    from numberline.audit.verify import Witness, verify
    from numberline.runs.heads import noted_heads

    given = () if noted is None else (Witness(*noted, "the head that you gave"),)
    return verify(tenant_id, (*given, *noted_heads(tenant_id)))


def _noted(head: str) -> tuple[int, str]:
    """The number and the code of a head."""
    match = _HEAD.fullmatch(head.strip())
    if match is None:
        raise Refusal(
            f"{head!r} is no head: write SEQ:MAC, the number of the entry, a colon and its 64 hexadecimal digits"
        )
    return int(match[1]), match[2].lower()


def _tell(name: str, verdict: "Verdict") -> None:
    entries = output.plural(verdict.entries, "entry", "entries")
    if verdict.whole:
        output.out(f"{name}: whole, {entries}, head {verdict.head}")
        return
    if verdict.whole_since is not None:
        output.out(f"{name}: whole since entry {verdict.whole_since:,}, {entries}, head {verdict.head}")
    else:
        output.out(f"{name}: NOT whole, {entries}, {output.plural(len(verdict.findings), 'fault')}")
    for finding in verdict.findings[:NAMED]:
        output.out(f"  {finding.text}")
    if len(verdict.findings) > NAMED:
        output.out(f"  and {len(verdict.findings) - NAMED:,} more (--json has them all)")


def _moment(text: str) -> datetime:
    """The beginning of a day, or a moment. Both in UTC unless the text says otherwise."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass  # not a day: perhaps a moment
    else:
        return datetime.combine(day, time(), UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{text!r} is not a time: write 2026-03-31 or 2026-03-31T09:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
