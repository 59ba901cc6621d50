"""`numberline number`: what numbers there are, who holds one, and what became of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.failures import Refusal
from numberline.cli.groups import WholeSentences
from numberline.cli.start import tenant_of
from numberline.core.states import State
from numberline.core.until import UntilError, on

if TYPE_CHECKING:
    from numberline.audit.history import Moment
    from numberline.tenants.models import Tenant

app = typer.Typer(
    cls=WholeSentences,
    help="List and show numbers and their history; assign, change, swap, release, reserve, block and lock by hand.",
)


@app.command(
    "list",
    epilog=examples(
        "numberline number list contoso --state available --range 'London Park Lane'",
        "numberline number list contoso --json",
    ),
)
def list_(
    tenant: arguments.Tenant,
    state: Annotated[
        arguments.NumberState | None, typer.Option(metavar="S", help="Only numbers in this state.")
    ] = None,
    range: Annotated[
        str | None, typer.Option(metavar="R", help="Only numbers of the range of this name.")
    ] = None,
    json: arguments.Json = False,
) -> None:
    """List the tenant's numbers in order, with their state and who holds them."""
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.assignments.listing import number_items
    from numberline.inventory.find import range_named

    chosen = None if range is None else range_named(row, range).pk
    wanted = state.value if state else None
    items = number_items(row.pk, clock.now(), state=wanted, range_id=chosen, spoken=not json)
    if json:
        output.items_as_json(items)
        return
    output.table(
        ("Number", "State", "Holder", "Range", "Type", "Provider", "Since (UTC)", "Until (UTC)"),
        (_cells(item) for item in items),
        empty="There is no such number."
        if state or range
        else "There is no number yet: declare ranges, or sync.",
    )


@app.command(epilog=examples("numberline number show contoso +442079460012 --at 2026-03-31"))
def show(
    tenant: arguments.Tenant,
    number: arguments.Number,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="As of the end of this day, or of this moment (RFC 3339; UTC unless it says).",
        ),
    ] = None,
    json: arguments.Json = False,
) -> None:
    """Show one number: its state, who holds it, and its history.

    With --at: the state and the holder that it had then, as the audit trail knows them; what the trail does not
    record (locks, reservations, until when) is left out. Before its first entry nobody is known to have held it.
    """
    row = tenant_of(tenant)
    from numberline import clock
    from numberline.assignments.listing import number_item
    from numberline.audit.history import number_history
    from numberline.inventory.find import number_named

    then = None if at is None else _moment(at)
    found = number_named(row.pk, number)
    history = number_history(row.pk, found.text, then)
    item = number_item(found, clock.now(), spoken=not json)
    if then is not None:
        item |= _as_of(row, history) | ({} if json else {"kept_for": None})
    if json:
        output.as_json({**item, "history": [moment.to_json() for moment in history]})
        return
    _describe(item)
    output.out()
    _tell(row, history, then)


@app.command(epilog=examples("numberline number history contoso +442079460012"))
def history(tenant: arguments.Tenant, number: arguments.Number, json: arguments.Json = False) -> None:
    """Tell everything that happened to a number: when, what, who held it, by whom and why."""
    row = tenant_of(tenant)
    from numberline.audit.history import number_history
    from numberline.inventory.find import number_named

    moments = number_history(row.pk, number_named(row.pk, number).text)
    if json:
        output.items_as_json(moment.to_json() for moment in moments)
    else:
        _tell(row, moments)


@app.command(epilog=examples("numberline number recount contoso"))
def recount(tenant: arguments.Tenant, json: arguments.Json = False) -> None:
    """Count all numbers anew and compare with the tally that pages show; mend it where it is wrong.

    The database keeps the tally right by itself. A difference means that something wrote to the tables directly.
    """
    row = tenant_of(tenant)
    from numberline.inventory.models import Range
    from numberline.inventory.tally import recount as count_anew

    wrong = count_anew(row.pk)
    if json:
        names = dict(Range.objects.of(row.pk).values_list("pk", "name"))
        output.items_as_json(one.to_json(names) for one in wrong)
        return
    for one in wrong:
        output.out(f"Mended: {one}.")
    if not wrong:
        output.out("The tally is right.")


def _moment(text: str) -> datetime:
    """The end of a day, or a moment. Both in UTC unless the text says otherwise."""
    try:
        return on(text)
    except UntilError as error:
        raise Refusal(str(error)) from None


def _as_of(tenant: "Tenant", history: "list[Moment]") -> dict[str, Any]:
    """What the audit trail says the number was at the end of this history, in place of what it is now."""
    known: dict[str, Any] = dict.fromkeys(
        ("state", "holder", "upn", "locked", "reserved_for", "since", "until")
    )
    if not history:
        return known
    from numberline.assignments.listing import upns

    last = history[-1]
    since = next((moment.at for moment in reversed(history) if moment.moved), history[0].at)
    names = upns(tenant.pk, [last.holder] if last.holder else [])
    upn = names.get(last.holder) if last.holder else None
    return known | {"state": last.after, "holder": last.holder, "upn": upn, "since": since}


def _cells(item: dict[str, Any]) -> tuple[object, ...]:
    return (
        output.grouped(item["number"]),
        item["state"],
        item["upn"] or item["holder"] or _kept(item["kept_for"]),
        item["range"],
        item["type"],
        item["provider"],
        output.moment(item["since"]),
        _until(item),
    )


def _kept(for_: str | None) -> str | None:
    """The reservation where otherwise the holder stands."""
    from numberline.inventory.placement import DECLARED_PURPOSE

    if for_ is None:
        return None
    return f"({for_})" if for_ == DECLARED_PURPOSE else f"(for {for_})"


def _until(item: dict[str, Any]) -> str:
    """When the state ends by itself. A block never does: what such a number has is the end of its quarantine, before
    which it can't be unblocked."""
    return output.NOTHING if item["state"] == State.BLOCKED else output.moment(item["until"])


def _describe(item: dict[str, Any]) -> None:
    output.facts(
        (
            ("Number", output.grouped(item["number"])),
            ("State", item["state"]),
            ("Holder", item["upn"] or item["holder"]),
            ("Range", item["range"]),
            ("Type", item["type"]),
            ("Provider", item["provider"]),
            ("Locked", item["locked"]),
            ("Reserved for", item["kept_for"]),
            ("Since (UTC)", output.moment(item["since"])),
            ("Until (UTC)", _until(item)),
        )
    )


def _tell(tenant: "Tenant", history: "list[Moment]", then: datetime | None = None) -> None:
    from numberline.assignments.listing import upns

    names = upns(tenant.pk, [moment.holder for moment in history if moment.holder])
    output.table(
        ("When (UTC)", "What", "From", "To", "Holder", "By", "Why"),
        (
            (
                output.moment(m.at),
                m.verb.replace("_", " "),
                m.before,
                m.after,
                names.get(m.holder or "", m.holder or ""),
                m.by,
                m.reason,
            )
            for m in history
        ),
        empty=f"Nothing is recorded of this number{'' if then is None else f' up to {output.rfc3339(then)}, so nobody is known to have held it'}.",
    )
