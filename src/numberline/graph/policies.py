"""Teams policies: what they are called in Graph, and what Teams shows of them on people."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from numberline.graph.types import Entity

POLICY = "/admin/teams/policy"
PERMISSION = "TeamsPolicyUserAssign.ReadWrite.All"
"""Needed for all three calls, the reading one included (Microsoft: permissions-reference)."""

ITEMS = 20
"""Assignments in one request. Microsoft documents no maximum; a request that is refused is divided by the caller."""

_ITEM = "#microsoft.graph.teamsAdministration.teamsPolicyUserAssignment"
_TAG = "tag:"


class PolicyIdentifier(Entity, frozen=True, kw_only=True):
    """A policy that a tenant has (Microsoft: teamspolicyassignment-getpolicyid). The name comes as `Tag:NAME`."""

    name: str | None = None
    policy_id: str | None = None


class PolicyDetail(Entity, frozen=True, kw_only=True):
    """Which policy, and how it came to the person: `direct` or by a `group`."""

    display_name: str | None = None
    assignment_type: str | None = None
    policy_id: str | None = None
    group_id: str | None = None


class EffectivePolicy(Entity, frozen=True, kw_only=True):
    """A policy in effect on a person (Microsoft: resources/teamsadministration-effectivepolicyassignment).

    A type that is not listed is governed by the tenant's Global policy of that type.
    """

    policy_type: str | None = None
    policy_assignment: PolicyDetail | None = None

    @property
    def type_key(self) -> str:
        """The policy type, folded for comparing."""
        return (self.policy_type or "").casefold()

    @property
    def name(self) -> str:
        """The policy's name without its tag."""
        return plain_name((self.policy_assignment and self.policy_assignment.display_name) or "")

    @property
    def policy_id(self) -> str:
        """The policy's opaque id; empty when Teams does not say it."""
        return (self.policy_assignment and self.policy_assignment.policy_id) or ""

    @property
    def is_direct(self) -> bool:
        """Whether it was assigned to the person, not to a group that they are in."""
        return self.policy_assignment is not None and self.policy_assignment.assignment_type != "group"


class PoliciesOfUser(Entity, frozen=True, kw_only=True):
    """The part of a user configuration that speaks of policies."""

    id: str
    effective_policy_assignments: tuple[EffectivePolicy | None, ...] | None = None

    @property
    def policies(self) -> tuple[EffectivePolicy, ...]:
        """The policies in effect."""
        return tuple(one for one in self.effective_policy_assignments or () if one is not None)


class PolicyItem(msgspec.Struct, frozen=True):
    """One policy for one person; without `policy_id` the policy of that type is to be taken from them."""

    person: str
    type: str
    policy_id: str | None = None

    def body(self) -> dict[str, Any]:
        """The item as Graph takes it (Microsoft: teamspolicyuserassignment-assign)."""
        item = {"@odata.type": _ITEM, "userId": self.person, "policyType": self.type}
        return item if self.policy_id is None else {**item, "policyId": self.policy_id}


def plain_name(name: str) -> str:
    """A policy's name without the prefix that Graph puts before it."""
    return name[len(_TAG) :] if name[: len(_TAG)].casefold() == _TAG else name


def policy_url(type: str, name: str) -> str:
    """Where the id of a policy is asked for: `getPolicyId(type='…',name='…')`."""
    return f"{POLICY}/getPolicyId(type='{_quoted(type)}',name='{_quoted(name)}')"


def _quoted(text: str) -> str:
    return quote(text.replace("'", "''"), safe="")
