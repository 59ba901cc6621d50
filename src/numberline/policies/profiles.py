"""What ranges want of the people who hold their numbers, and whether Teams shows it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from numberline.graph.policies import EffectivePolicy, plain_name
from numberline.inventory.models import Range
from numberline.tenants.models import Tenant

ROUTING = "OnlineVoiceRoutingPolicy"
"""What only Direct Routing needs, and must go when somebody leaves it (Microsoft: operator-connect-configure)."""
GLOBAL = "global"
"""Assigning the Global policy of a type is taking away the one of the person's own (Microsoft: assign-policies)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One policy that somebody is to have; without a name, none of that type of their own. `code` says why."""

    type: str
    name: str
    code: str = "profile"

    @property
    def key(self) -> tuple[str, str]:
        """Type and name, folded."""
        return self.type.casefold(), self.name.casefold()

    @property
    def words(self) -> str:
        """For people to read."""
        return f"{self.type} {self.name}" if self.name else f"no {self.type}"


@dataclass(frozen=True, slots=True)
class Profile:
    """The policies that go with a range."""

    range: str
    wishes: tuple[Wish, ...]


def profiles_of(tenant: Tenant) -> Mapping[int, Profile]:
    """The profiles by the key of their range; ranges without one are left out."""
    return _profiles(tenant.pk, tenant.config_version)


def digest_of(profiles: Mapping[int, Profile]) -> str:
    """Changes when any profile does; empty without profiles."""
    if not profiles:
        return ""
    told = sorted((key, sorted(wish.key for wish in one.wishes)) for key, one in profiles.items())
    return sha256(json.dumps(told).encode()).hexdigest()


def wish_of(type: str, name: str | None) -> Wish:
    """A line of a range's `policies`."""
    plain = plain_name(name or "")
    return Wish(type, "" if plain.casefold() == GLOBAL else plain)


def in_effect(wish: Wish, policy_id: str, shown: Iterable[EffectivePolicy]) -> bool:
    """Whether Teams shows it so. A policy that comes by a group counts as had, and is nobody's to take away."""
    of_type = [one for one in shown if one.type_key == wish.type.casefold()]
    if not wish.name:
        return not any(one.is_direct for one in of_type)
    ids = {policy_id} - {""}
    return any(one.policy_id in ids or one.name.casefold() == wish.key[1] for one in of_type)


def shown_name(wish: Wish, shown: Iterable[EffectivePolicy]) -> str:
    """The policy of that type that Teams shows: the direct one first; empty for the tenant's Global one."""
    of_type = [one for one in shown if one.type_key == wish.type.casefold()]
    of_type.sort(key=lambda one: not one.is_direct)
    return next((one.name or one.policy_id for one in of_type), "")


@lru_cache(maxsize=64)
def _profiles(tenant_id: int, version: int) -> Mapping[int, Profile]:
    """Cached by what it depends on: the version of the configuration."""
    found = {}
    for row in Range.objects.of(tenant_id).only("pk", "name", "policies"):
        wishes = tuple(wish_of(type_, name) for type_, name in row.policies.items())
        if wishes:
            found[row.pk] = Profile(row.name, wishes)
    return found
