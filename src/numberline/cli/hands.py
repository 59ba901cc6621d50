"""What the commands that set something by hand have in common: who does it and why, until when, and what is told."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from numberline.cli import output
from numberline.cli.failures import Refusal

if TYPE_CHECKING:
    from numberline.audit.record import Cause
    from numberline.overrides.outcome import Outcome

LONGEST_TICKET = 200


def cause_of(reason: str, ticket: str) -> "Cause":
    """Who sets it by hand, and why. Raises Refusal."""
    from numberline.accounts.actor import at_terminal
    from numberline.audit.record import Cause

    if not reason.strip():
        raise Refusal("--reason is empty: say why, for the audit trail")
    if len(ticket.strip()) > LONGEST_TICKET:
        raise Refusal(f"--ticket is longer than {LONGEST_TICKET} characters: name the ticket, not its text")
    return Cause(at_terminal(), reason.strip(), ticket.strip())


def until_of(text: str | None, now: datetime) -> datetime | None:
    """The end that was asked for, if any. Raises UntilError."""
    from numberline.core.until import parse

    return None if text is None else parse(text, now)


def tell(outcome: "Outcome", item: dict[str, Any], json: bool) -> None:
    """What became of it: a sentence for people, or the number or person as it is now."""
    if json:
        output.as_json(item)
    else:
        output.out(outcome.sentence)
