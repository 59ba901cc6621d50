"""The policies of a tenant: which there are, who has which, and what Teams shows of it."""

from collections.abc import Iterable
from typing import Any

from . import identifiers

TYPES = (
    "CallingLineIdentity",
    "OnlineVoicemailPolicy",
    "OnlineVoiceRoutingPolicy",
    "TeamsCallingPolicy",
    "TeamsCallParkPolicy",
    "TeamsEmergencyCallingPolicy",
    "TeamsEmergencyCallRoutingPolicy",
    "TeamsMeetingBroadcastPolicy",
    "TeamsMeetingPolicy",
    "TeamsUpgradePolicy",
    "TenantDialPlan",
)
_SPELLED = {type.casefold(): type for type in TYPES}


def spelled(type: str) -> str | None:
    """The type as Microsoft spells it; None when there is no such type."""
    return _SPELLED.get(type.casefold())


class Policies:
    """Ids by type and name; what each person has directly and by a group, really and as Teams shows it."""

    def __init__(self) -> None:
        self.named: dict[str, tuple[str, str]] = {}  # policy id -> type and name
        self._ids: dict[tuple[str, str], str] = {}  # (type, name) folded -> policy id
        self._direct: dict[str, dict[str, str]] = {}  # person -> type folded -> policy id
        self._of_groups: dict[str, dict[str, tuple[str, str]]] = {}  # the same, with the group's id
        self._shown: dict[str, list[dict[str, Any]]] = {}

    def add(self, type: str, name: str) -> str:
        """Let the tenant have a policy; gives its opaque id."""
        kind = spelled(type) or type
        id = identifiers.encode(f"{kind}/{name}")
        self._ids[kind.casefold(), name.casefold()] = id
        self.named[id] = (kind, name)
        return id

    def remove(self, type: str, name: str) -> None:
        """Let the tenant have that policy no longer, nor anybody in it."""
        id = self.id_of(type, name)
        del self._ids[type.casefold(), name.casefold()], self.named[id]
        for held in self._direct.values():
            for key in [key for key, its in held.items() if its == id]:
                del held[key]
        for grouped in self._of_groups.values():
            for key in [key for key, (its, _) in grouped.items() if its == id]:
                del grouped[key]
        self.show({*self._direct, *self._of_groups})

    def find(self, type: str, name: str) -> str | None:
        """The id of a policy, its name with or without `Tag:`."""
        return self._ids.get((type.casefold(), name.casefold().removeprefix("tag:")))

    def id_of(self, type: str, name: str) -> str:
        """The id of a policy; ValueError when the tenant has none."""
        id = self.find(type, name)
        if id is None:
            raise ValueError(f"The tenant has no {type} {name}.")
        return id

    def give(self, person: str, id: str, group: str | None = None) -> None:
        """Let the person have the policy, directly or by a group; it is not shown yet."""
        key = self.named[id][0].casefold()
        if group is None:
            self._direct.setdefault(person, {})[key] = id
        else:
            self._of_groups.setdefault(person, {})[key] = (id, group)

    def take(self, person: str, type: str) -> None:
        """Let the person have no direct policy of that type; it is still shown."""
        self._direct.get(person, {}).pop(type.casefold(), None)

    def has(self, person: str, type: str) -> bool:
        """Whether the person has a direct policy of that type."""
        return type.casefold() in self._direct.get(person, {})

    def show(self, people: Iterable[str]) -> None:
        """Let Teams show what these people have: direct policies go before those of groups."""
        for person in people:
            direct = {key: (id, None) for key, id in self._direct.get(person, {}).items()}
            shown: dict[str, tuple[str, str | None]] = {**self._of_groups.get(person, {}), **direct}
            self._shown[person] = [self._effective(id, group) for id, group in shown.values()]

    def shown(self, person: str) -> list[dict[str, Any]]:
        """`effectivePolicyAssignments` of the person."""
        return self._shown.get(person, [])

    def of(self, person: str) -> dict[str, str]:
        """The person's direct policies: type and name."""
        return dict(self.named[id] for id in self._direct.get(person, {}).values())

    def _effective(self, id: str, group: str | None) -> dict[str, Any]:
        type, name = self.named[id]
        kind = "direct" if group is None else "group"
        assignment = {"displayName": name, "assignmentType": kind, "policyId": id, "groupId": group}
        return {"policyType": type, "policyAssignment": assignment}
