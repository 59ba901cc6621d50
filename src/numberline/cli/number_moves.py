"""`numberline number assign`, `change`, `swap`, `release` and `adopt`: what an administrator does in Teams by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from numberline.cli import arguments, output
from numberline.cli.arguments import examples
from numberline.cli.failures import Refusal, say
from numberline.cli.hands import cause_of
from numberline.cli.start import tenant_of

if TYPE_CHECKING:
    from numberline.runs.hand import Hand
    from numberline.runs.hand_people import Wanted
    from numberline.runs.hand_result import HandResult

app = typer.Typer()

Preview = Annotated[bool, typer.Option("--preview", help="Only check it, and show what would be done.")]


@app.command(
    epilog=examples(
        "numberline number assign contoso adele@contoso.example +442079460012 --reason 'asked for it'",
        "numberline number assign contoso adele@contoso.example --next 'London Park Lane' --reason 'moves in early'",
    )
)
def assign(
    tenant: arguments.Tenant,
    person: arguments.Person,
    reason: arguments.Reason,
    number: arguments.NumberOrNone = None,
    next_: Annotated[
        str | None,
        typer.Option(
            "--next", metavar="RANGE", help="The next available number of this range, whatever its rule."
        ),
    ] = None,
    ticket: arguments.Ticket = "",
    preview: Preview = False,
    wait: arguments.Wait = 0,
    json: arguments.Json = False,
) -> None:
    """Give a number to somebody who has none.

    Works in every mode, and past rules, locks, exclusions and quarantine; a number that is reserved for somebody else
    is refused until it is unreserved. Automation leaves it alone from then on, and serves the person again whose number was released
    by hand.
    """
    row = tenant_of(tenant)
    from numberline.runs.hand_give import assign as give
    from numberline.runs.hand_give import assign_next

    _refuse_number("assign", tenant, person)
    with _hand(reason, ticket, preview, wait) as (hand, finish):
        if number is not None and next_ is not None:
            raise Refusal("NUMBER and --next RANGE exclude each other: leave one out")
        if number is None and next_ is None:
            raise Refusal("say which number: either NUMBER or --next RANGE")
        if number is not None:
            finish(give(row, person, number, hand), json)
        elif next_ is not None:
            finish(assign_next(row, person, next_, hand), json)


@app.command(
    epilog=examples(
        "numberline number change contoso adele@contoso.example --to-match --reason 'moved to Leeds'",
        "numberline number change contoso adele@contoso.example +442079460012 --reason 'asked for it' --ticket CHG-7",
        "numberline number change contoso --to-match --people movers.csv --preview --reason 'the office has moved'",
    )
)
def change(
    tenant: arguments.Tenant,
    reason: arguments.Reason,
    person: Annotated[
        str | None,
        typer.Argument(metavar="PERSON", help="Object id or user principal name; left out with --people."),
    ] = None,
    number: arguments.NumberOrNone = None,
    to_match: Annotated[
        bool, typer.Option("--to-match", help="The number that they would get if they came today.")
    ] = False,
    next_: Annotated[
        str | None,
        typer.Option(
            "--next", metavar="RANGE", help="The next available number of this range, whatever its rule."
        ),
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(
            "--people",
            metavar="FILE",
            help="Several people: CSV with header person,number; number may be left out with --to-match; - reads stdin.",
        ),
    ] = None,
    ticket: arguments.Ticket = "",
    preview: Preview = False,
    wait: arguments.Wait = 0,
    json: arguments.Json = False,
) -> None:
    """Give somebody who has a number another one in its place.

    The old number is taken back and rests for its quarantine. If the new one cannot be given, the old one is put
    back, or the worklist says how Teams stands. With --to-match: a number that is reserved for them, else the next
    available one of the first range that matches them; who has one that fits keeps it. All rows of a file are checked
    first: every wrong row is listed, and nobody's number is changed if one is wrong.
    """
    row = tenant_of(tenant)
    from numberline.runs import hand_change as runs

    _refuse_number("change", tenant, person)
    with _hand(reason, ticket, preview, wait) as (hand, finish):
        if people is not None:
            if next_ is not None:
                raise Refusal("--next RANGE and --people exclude each other: leave one of them out")
            if person is not None:
                raise Refusal("PERSON and --people exclude each other: leave one of them out")
            finish(_of_file(people, to_match, lambda rows: runs.change_many(row, rows, hand)), json)
        else:
            finish(runs.change(row, _wanted(person, number, next_, to_match), hand), json)


@app.command(
    epilog=examples(
        "numberline number swap contoso adele@contoso.example bert@contoso.example --reason 'they changed desks'"
    )
)
def swap(
    tenant: arguments.Tenant,
    person: arguments.Person,
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="The person whose number they get, and who gets theirs.")
    ],
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
    preview: Preview = False,
    wait: arguments.Wait = 0,
    json: arguments.Json = False,
) -> None:
    """Let two people exchange their numbers.

    Each number must fit the other's licences and country. If it fails midway everything is put back, or the worklist
    says how Teams stands.
    """
    row = tenant_of(tenant)
    from numberline.runs.hand_swap import swap as verb

    for who in (person, other):
        _refuse_number("swap", tenant, who)
    with _hand(reason, ticket, preview, wait) as (hand, finish):
        finish(verb(row, person, other, hand), json)


@app.command(epilog=examples("numberline number release contoso +442079460012 --reason 'given up'"))
def release(
    tenant: arguments.Tenant,
    number: arguments.Number,
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
    preview: Preview = False,
    wait: arguments.Wait = 0,
    json: arguments.Json = False,
) -> None:
    """Take a number back from whoever holds it, at once; it rests for its quarantine.

    Automation gives them no other until number assign or person include says so.
    """
    row = tenant_of(tenant)
    from numberline.runs.hand_take import release as verb

    _refuse_name("release", tenant, number)
    with _hand(reason, ticket, preview, wait) as (hand, finish):
        finish(verb(row, number, hand), json)


@app.command(epilog=examples("numberline number adopt contoso +442079460012 --reason 'ours from now on'"))
def adopt(
    tenant: arguments.Tenant,
    number: arguments.Number,
    reason: arguments.Reason,
    ticket: arguments.Ticket = "",
    preview: Preview = False,
    wait: arguments.Wait = 0,
    json: arguments.Json = False,
) -> None:
    """Take over a number that somebody set in Teams directly: from then on it is taken back when its holder leaves.

    Nothing changes in Teams.
    """
    row = tenant_of(tenant)
    from numberline.runs.hand_take import adopt as verb

    _refuse_name("adopt", tenant, number)
    with _hand(reason, ticket, preview, wait) as (hand, finish):
        finish(verb(row, number, hand), json)


def _refuse_name(command: str, tenant: str, number: str) -> None:
    """Raise Refusal when a person is named where the number belongs."""
    if "@" in number:
        raise Refusal(
            f"number {command} takes the number, not the person: numberline explain {tenant} {number} tells which is theirs"
        )


def _refuse_number(command: str, tenant: str, person: str | None) -> None:
    """Raise Refusal when a number is named where the person belongs."""
    from numberline.core.phone import meant

    number = None if person is None else meant(person)
    if number is not None:
        raise Refusal(
            f"number {command} takes the person, not the number: numberline number show {tenant} {number} tells who has it"
        )


def _wanted(person: str | None, number: str | None, next_: str | None, to_match: bool) -> "Wanted":
    from numberline.runs.hand_people import Wanted

    if person is None:
        raise Refusal("say whose number: either PERSON or --people FILE")
    ways = {"NUMBER": number is not None, "--next RANGE": next_ is not None, "--to-match": to_match}
    given = [name for name, is_given in ways.items() if is_given]
    if len(given) > 1:
        raise Refusal(f"{given[0]} and {given[1]} exclude each other: leave one out")
    if not given:
        raise Refusal("say which number: NUMBER, --next RANGE or --to-match")
    return Wanted(person, number, range=next_ or "")


def _of_file(file: Path, to_match: bool, verb: "Callable[[list[Wanted]], HandResult]") -> "HandResult":
    """Do what a file says. Raises Refusal with everything that is wrong with it."""
    from numberline.cli.config import refused
    from numberline.cli.files import read_bytes
    from numberline.runs.hand_people import PeopleRefused, read_people_file

    data = read_bytes(file, "CSV file")
    try:
        return verb(read_people_file(data, to_match=to_match))
    except PeopleRefused as error:
        raise refused(file, error.problems) from None


@contextmanager
def _hand(
    reason: str, ticket: str, preview: bool, wait: float
) -> "Iterator[tuple[Hand, Callable[[HandResult, bool], None]]]":
    """Whose hand it is, and what prints the outcome once nothing is at work any more."""
    from numberline.cli.ending import ending
    from numberline.cli.progress import progress
    from numberline.runs.hand import Hand

    cause = cause_of(reason, ticket)
    results: list[tuple[HandResult, bool]] = []
    with ending() as end, progress() as seen:
        yield (
            Hand(cause.actor, cause.reason, cause.ticket, wait, preview, seen, end.stop),
            lambda result, json: results.append((result, json)),
        )
    for result, json in results:
        _tell(result, json)
        end.check("look at the number before you try again")
        raise typer.Exit(result.exit_code)


def _tell(result: "HandResult", json: bool) -> None:
    if json:
        output.as_json(result.to_json())
    for row in result.rows:
        if row in result.failed:
            say(row.sentence)
        elif not json:
            output.out(row.sentence)
