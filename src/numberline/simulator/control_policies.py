"""Control verbs for policies: what an administrator does in the Teams admin centre."""

from collections.abc import Callable
from typing import Any

from .policies import spelled
from .state import Tenant


def verbs(tenant: Tenant) -> dict[str, Callable[..., Any]]:
    """The verbs by name."""
    policies = PolicyVerbs(tenant)
    names = "add_policy remove_policy set_policy_out_of_band policies_of"
    return {name: getattr(policies, name) for name in names.split()}


class PolicyVerbs:
    """Changes take effect, and show, at once."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def add_policy(self, type: str, name: str) -> str:
        """Let the tenant have a Teams policy; gives its id."""
        if spelled(type) is None:
            raise ValueError(f"There are no policies of type {type}.")
        return self._tenant.policies.add(type, name)

    def remove_policy(self, type: str, name: str) -> None:
        """Let the tenant have that policy no longer, nor anybody in it."""
        self._tenant.policies.remove(type, name)

    def set_policy_out_of_band(
        self, person: str, type: str, name: str | None = None, group: str | None = None
    ) -> None:
        """Another administrator gives a policy, directly or by a group; without a name takes the direct one away."""
        policies, id = self._tenant.policies, self._id(person)
        if name is None:
            policies.take(id, type)
        else:
            policies.give(id, policies.id_of(type, name), group)
        policies.show([id])

    def policies_of(self, person: str) -> dict[str, str]:
        """The policies assigned to a person directly: type and name."""
        return self._tenant.policies.of(self._id(person))

    def _id(self, person: str) -> str:
        found = self._tenant.directory.find(person)
        return found.id if found else person
