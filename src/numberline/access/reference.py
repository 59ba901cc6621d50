"""Writes docs/reference/roles.md from the tables of roles and routes: `python -m numberline.access.reference`.

A test holds the page to what this writes.
"""

import sys
from pathlib import Path

from numberline.access.permissions import Open, Permission
from numberline.access.roles import ROLES
from numberline.access.routes import ROUTES, Need

HEAD = """\
# Roles

*This page is written by `python -m numberline.access.reference` from the tables that the portal itself asks
(`access/roles.py`, `access/routes.py`); change those, not this page.*

A role is given in a tenant, and says nothing of any other. Each holds all that those before it hold. Nobody gives,
changes or takes away a role that holds more than their own. How roles are given: [accounts](../how-to/accounts-and-mfa.md).
"""
ROUTES_HEAD = """\
## What each address asks

Whoever lacks the permission is refused (403). Whoever has no role in a tenant is told that there is no such page (404),
as if there were no such tenant. Whoever is not signed in is sent to the sign-in page. Every write needs the token that
the portal's own forms carry. What has no entry in this table is refused to everybody.

| route | to read | to write |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    return "\n".join((HEAD, _roles(), _permissions(), ROUTES_HEAD + _routes()))


def _roles() -> str:
    rows = [f"| {role.title} | `{role.name}` | {role.meant_for} |" for role in ROLES]
    return "\n".join(("| role | in commands | for |", "| --- | --- | --- |", *rows, ""))


def _permissions() -> str:
    titles = " | ".join(role.title for role in ROLES)
    rows = [
        f"| {each.sentence} | {' | '.join('yes' if each in role.permissions else '' for role in ROLES)} |"
        for each in Permission
    ]
    head = ("## What each role may do", "", f"| | {titles} |", f"| --- |{' --- |' * len(ROLES)}")
    return "\n".join((*head, *rows, ""))


def _routes() -> str:
    rows = (
        f"| `{name}` | {_asked(route.reads)} | {_asked(route.writes)} |" for name, route in ROUTES.items()
    )
    return "\n".join((*rows, ""))


def _asked(need: Need | None) -> str:
    """Who may, in short: the least role that holds the permission."""
    if need is None:
        return "nobody"
    if isinstance(need, Open):
        return need.sentence
    return next(role.title for role in ROLES if need in role.permissions)


def main() -> None:
    """Write the page to docs/reference/roles.md below the current folder, or to the file that is named."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/reference/roles.md")
    file.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
