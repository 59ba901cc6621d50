"""Whether the tenant has the policies that a configuration file names."""

from collections.abc import Iterable
from typing import Protocol

from numberline.graph.errors import GiveUp, Stop
from numberline.graph.policies import PERMISSION
from numberline.inventory.configfile import RangeConfig


class Policies(Protocol):
    """The part of the Graph client that this check needs."""

    def policy_id(self, policy_type: str, name: str) -> str | None:
        """The id of a policy, None when the tenant has none."""


def check_policies(
    ranges: Iterable[RangeConfig],
    client: Policies,
    confirmed: list[str],
    errors: list[str],
    unchecked: list[str],
) -> None:
    """Ask for each name once, and say of each range what was found. Raises GraphError when nothing can be asked;
    without the permission for it the names are unchecked."""
    asked: dict[tuple[str, str], str] = {}
    for one in ranges:
        named = {t: name for t, name in (one.settings.get("policies") or {}).items() if name is not None}
        if not named:
            continue
        where = f"line {one.lines.get('policies', one.line)}"
        try:
            wrong = {type_: _wrong(client, type_, name, asked) for type_, name in named.items()}
        except Stop as error:
            if error.code != "permission_missing":
                raise
            names = ", ".join(named.values())
            unchecked.append(
                f'{where}: policies of range "{one.name}" were not checked ({names}): grant the application {PERMISSION}.'
            )
            continue
        errors += [f'{where}: {words} (range "{one.name}").' for words in wrong.values() if words]
        if not any(wrong.values()):
            confirmed.append(f'{where}: the tenant has the policies of range "{one.name}".')


def _wrong(client: Policies, type_: str, name: str, asked: dict[tuple[str, str], str]) -> str:
    """What is wrong with a policy, in words; empty when the tenant has it."""
    key = (type_.casefold(), name.casefold())
    if name.casefold() in ("global", "tag:global"):
        return ""
    if key not in asked:
        try:
            found = client.policy_id(type_, name)
            asked[key] = "" if found else f'the tenant has no {type_} "{name}"'
        except GiveUp as error:
            asked[key] = f'{type_} "{name}": {error.cause.rstrip(".")}'
    return asked[key]
