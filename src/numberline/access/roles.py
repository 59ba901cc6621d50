"""The roles, from the least to the most. Each holds everything that those before it hold, and something more."""

from dataclasses import dataclass

from numberline.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its `name` as it is stored, its `title` as people read it, whom it is for, and what it adds."""

    name: str
    title: str
    meant_for: str
    adds: frozenset[Permission]

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that whoever has this role may do."""
        return frozenset().union(*(role.adds for role in ROLES[: ROLES.index(self) + 1]))

    def covers(self, other: "Role") -> bool:
        """Whether it holds at least what the other one holds: nobody grants or takes away more than they hold."""
        return self.permissions >= other.permissions


VIEWER = Role(
    "viewer",
    "Viewer",
    "auditors, and whoever needs to look a number up",
    frozenset({Permission.VIEW}),
)
SERVICE_DESK = Role(
    "service_desk",
    "Service desk",
    "those who help people with their numbers",
    frozenset({Permission.SYNC, Permission.ACT, Permission.WORKLIST}),
)
RANGE_MANAGER = Role(
    "range_manager",
    "Range manager",
    "voice engineers, who keep ranges and rules",
    frozenset({Permission.BULK, Permission.RANGES, Permission.PLANS}),
)
ADMINISTRATOR = Role(
    "administrator",
    "Administrator",
    "those who answer for the tenant and its team",
    frozenset({Permission.TENANT, Permission.TEAM}),
)
OWNER = Role(
    "owner",
    "Owner of the installation",
    "those who run Numberline: in every tenant, without being granted a role there",
    frozenset({Permission.INSTALLATION}),
)
ROLES: tuple[Role, ...] = (VIEWER, SERVICE_DESK, RANGE_MANAGER, ADMINISTRATOR, OWNER)
GRANTABLE: tuple[Role, ...] = ROLES[:-1]
"""Roles that are given in a tenant. Owners are made for the whole installation."""


def role_named(name: str) -> Role:
    """The role of that name; KeyError if there is none."""
    return {role.name: role for role in ROLES}[name]
