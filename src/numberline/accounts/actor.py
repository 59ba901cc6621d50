"""Who acts, as the audit trail names it."""

import getpass

AUTOMATION = "automation"


def at_terminal() -> str:
    """The actor of a command: `cli:` and the name of the operating system's user."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # no such user in the container's passwd
        return "cli:unknown"
