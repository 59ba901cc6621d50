"""Arguments and options that several commands share, each described once."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

Tenant = Annotated[str, typer.Argument(metavar="TENANT", help="Name or Entra id of the tenant.")]
Person = Annotated[
    str,
    typer.Argument(
        metavar="PERSON",
        help="Object id or user principal name, ignoring case; a live person beats a deleted one.",
    ),
]


def _written(text: str | None) -> str | None:
    """A number as people write it and as the tables show it, in E.164. What is no number at all is left for the
    command to refuse. Files are stricter: nobody looks at each of their rows."""
    from numberline.core.phone import meant

    number = None if text is None else meant(text.strip())
    return text if number is None else str(number)


NUMBER = typer.Argument(
    metavar="NUMBER",
    callback=_written,
    help="The number: +442079460012, or '+44 20 7946 0012' as the tables show it; an extension as ;ext=12.",
)
Number = Annotated[str, NUMBER]
NumberOrNone = Annotated[str | None, NUMBER]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit trail; it must not be empty.")
]
Ticket = Annotated[
    str, typer.Option("--ticket", metavar="ID", help="The ticket that asks for it, for the audit trail.")
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="T",
        help="When it ends by itself: a date (the end of that day in UTC), a moment (RFC 3339) or a duration (30d).",
    ),
]
Wait = Annotated[
    float, typer.Option(metavar="S", min=0, help="Seconds to wait for another run of this tenant to end.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of text for people.")]
ConfigFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="The configuration file (YAML); - reads stdin.")
]


class Mode(str, Enum):  # noqa: UP042 - typer shows the values of a str Enum
    """What automation may do in a tenant."""

    off = "off"
    observe = "observe"
    assign = "assign"
    full = "full"


class NumberState(str, Enum):  # noqa: UP042 - as above
    """The states of a number."""

    available = "available"
    reserved = "reserved"
    assigning = "assigning"
    assigned = "assigned"
    releasing = "releasing"
    quarantined = "quarantined"
    blocked = "blocked"
    retired = "retired"


def examples(*lines: str) -> str:
    """What a command's help ends with; long lines are left to the terminal, so that they can be copied."""
    return "\n".join(("\b", "Examples:" if len(lines) > 1 else "Example:", *(f"  {line}" for line in lines)))
