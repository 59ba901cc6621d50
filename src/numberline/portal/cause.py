"""Why somebody changes something: the reason and the ticket that every form asks for which changes something."""

from numberline.accounts.actor import in_portal
from numberline.audit.record import Cause
from numberline.portal.request import SignedIn

LONGEST_REASON, LONGEST_TICKET = 2000, 200


class NoReason(Exception):
    """There is no reason, or it can't be kept. The message is one sentence that says what to do."""


def cause_of(request: SignedIn) -> Cause:
    """Who changes something by this form, and why. Raises NoReason."""
    reason, ticket = (plain_line(request.POST.get(name, "")) for name in ("reason", "ticket"))
    if not reason:
        raise NoReason("Say why: it stands in the audit trail.")
    if len(reason) > LONGEST_REASON:
        raise NoReason(f"The reason is longer than {LONGEST_REASON:,} characters: say it shorter.")
    if len(ticket) > LONGEST_TICKET:
        raise NoReason(f"The ticket is longer than {LONGEST_TICKET} characters: name it, not its text.")
    return Cause(in_portal(request.user), reason, ticket)


def plain_line(text: str) -> str:
    """One line without control characters, which neither database nor reader has a use for."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
