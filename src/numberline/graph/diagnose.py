"""What `tenant check` asks: does signing in work, which permissions are there, does each part of Microsoft answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from numberline.graph.errors import GraphError
from numberline.graph.reasons import by_code

WRITE = "TeamsTelephoneNumber.ReadWrite.All"
NEEDED = ("User.Read.All", WRITE, "TeamsUserConfiguration.Read.All")
"""The least permissions with which everything works (Microsoft: permissions-reference)."""


@dataclass(frozen=True)
class Check:
    """One line of the check: what was tried, whether it works, what was found, how to mend it (empty when it works).

    `code` is the error's, or None. `needed` is False for what Numberline can do without.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    code: str | None = None
    needed: bool = True


def run(sign_in: Callable[[], frozenset[str]], probes: dict[str, Callable[[], str]]) -> list[Check]:
    """Sign in, look at the permissions, then try each probe once; a probe gives what it found as text.

    Without a token nothing else is tried. A probe's failure never ends the check.
    """
    try:
        roles = sign_in()
    except GraphError as error:
        return [_failed("token", error)]
    checks = [Check("token", True, f"signed in with {len(roles)} permissions"), _permissions(roles)]
    return checks + [_tried(name, probe) for name, probe in probes.items()]


def _permissions(roles: frozenset[str]) -> Check:
    missing = [name for name in NEEDED if name not in roles and not _covered(name, roles)]
    if not missing:
        return Check("permissions", True, ", ".join(sorted(roles)))
    listed = ", ".join(missing)
    remedy = by_code("permission_missing").remedy.format(permission=listed)
    return Check("permissions", False, f"missing: {listed}", remedy, "permission_missing")


def _covered(name: str, roles: frozenset[str]) -> bool:
    """A wider permission serves as well (Microsoft: permissions-reference)."""
    wider = {"User.Read.All": ("User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")}
    return not roles.isdisjoint(wider.get(name, ()))


def _tried(name: str, probe: Callable[[], str]) -> Check:
    needed = name != "subscribedSkus"
    try:
        return Check(name, True, probe(), needed=needed)
    except GraphError as error:
        return _failed(name, error, needed=needed)


def _failed(name: str, error: GraphError, *, needed: bool = True) -> Check:
    detail = f"{error.cause} ({error.raw})" if error.raw else error.cause
    return Check(name, False, detail, error.remedy, error.code, needed)
