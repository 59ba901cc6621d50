"""Who acts, as the audit trail names it."""

import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numberline.accounts.models import User

AUTOMATION = "automation"


def at_terminal() -> str:
    """The actor of a command: `cli:` and the name of the operating system's user."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # no such user in the container's passwd
        return "cli:unknown"


def in_portal(user: "User") -> str:
    """The actor of what somebody does in the portal: `portal:` and their mail address, at most 200 characters."""
    return f"portal:{user.email}"[:200]
