"""How many numbers may be released at once by hand: the limit that holds automation holds these too (M18)."""

from dataclasses import dataclass
from datetime import datetime

from numberline.assignments.models import Assignment, Change, Kind
from numberline.audit.models import Entry
from numberline.core.limits import WINDOW
from numberline.planning.settings import limits_of
from numberline.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Room:
    """How many releases are allowed within 24 hours, and how many were made, by anybody."""

    allowed: int
    used: int

    @property
    def left(self) -> int:
        """How many may still be made."""
        return max(self.allowed - self.used, 0)

    def refusal(self, wanted: int) -> str | None:
        """Why so many can't be released at once; None when they can."""
        if wanted <= self.left:
            return None
        return (
            f"{wanted} releases are more than the limit allows: {self.allowed} within 24 hours, of which {self.used} "
            f"were made. Choose at most {self.left}, or have `limits: release` raised"
        )


def room_for_releases(tenant: Tenant, at: datetime) -> Room:
    """What the tenant's limit for releases leaves now; what is under way counts as made."""
    limits = limits_of(tenant)
    held = Assignment.objects.of(tenant.pk).filter(until=None).count()
    made = Entry.objects.of(tenant.pk).filter(verb="release", at__gt=at - WINDOW).count()
    open_ = Change.objects.of(tenant.pk).filter(open=True, kind=Kind.RELEASE).count()
    return Room(limits.raised(limits.release, held), made + open_)
