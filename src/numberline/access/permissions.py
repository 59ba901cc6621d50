"""What may be done in the portal, one permission each. Roles are sets of them (numberline.access.roles)."""

from enum import Enum


class Permission(Enum):
    """Something that may be done in a tenant, with what it covers, as the documentation prints it."""

    VIEW = "see people, numbers, ranges, plans, the worklist, runs and the audit trail, and export them"
    SYNC = "sync a tenant or one person now"
    ACT = "assign, change, swap, release, adopt, reserve, block and lock numbers, lock and exclude people, one at a time"
    WORKLIST = "assign items of the worklist to somebody and put them off"
    BULK = "reserve, block and release many numbers at once, and import numbers"
    RANGES = "make, change and remove ranges, their rules, settings and policies"
    PLANS = "approve or refuse what a limit or the mode holds, and apply a plan"
    TENANT = "connect the tenant anew, and change its mode, schedule, limits, defaults and alerts; verify the audit trail"
    TEAM = "give, change and take away roles in the tenant, up to one's own"
    INSTALLATION = "connect and remove tenants, and make other owners"

    @property
    def sentence(self) -> str:
        """What it covers."""
        return self.value


class Open(Enum):
    """Who may open a page that belongs to no tenant."""

    ANYONE = "anyone"
    SETTING_UP = "whoever is signed in, before they have a second factor too"
    SIGNED_IN = "whoever is signed in"
    OWNER = "owners of the installation"

    @property
    def sentence(self) -> str:
        """Who that is."""
        return self.value
