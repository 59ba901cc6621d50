"""Who acts, as the audit trail names it."""

import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numberline.accounts.models import User

AUTOMATION = "automation"
LONGEST = 200
"""Characters of an actor's name that are kept."""


def at_terminal() -> str:
    """The actor of a command: `cli:` and the name of the operating system's user."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # no such user in the container's passwd
        return "cli:unknown"


def user_of(actor: str) -> "User | None":
    """The account that an actor of the portal was: None for others, and for accounts that there are no longer."""
    from numberline.accounts.models import User

    where, _, address = actor.partition(":")
    if where != "portal" or not address:
        return None
    cut = len(actor) == LONGEST
    return User.objects.filter(**{"email__startswith" if cut else "email": address}).first()


def in_portal(user: "User") -> str:
    """The actor of what somebody does in the portal: `portal:` and their mail address, at most 200 characters."""
    return f"portal:{user.email}"[:LONGEST]
