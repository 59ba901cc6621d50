"""What keeps automation from what a preview promises: the mode of the tenant, or a range that is not enabled."""

from numberline.inventory.models import Range
from numberline.tenants.models import Mode, Tenant


def by_mode(tenant: Tenant) -> str:
    """What the mode makes of "the next sync decides about them"; empty when it keeps nothing from being done."""
    if tenant.mode == Mode.OFF:
        return (
            "Automation is off here: nothing is decided until somebody changes the mode or asks for a sync."
        )
    if tenant.mode == Mode.OBSERVE:
        return "The mode observe holds what is decided: nothing is given until somebody changes it or approves a plan."
    return ""


def by_range(tenant: Tenant, home: Range | None) -> str:
    """What keeps a number from being given again; empty when nothing does."""
    if home is None:
        return "It is in no range, so that automation gives it to nobody."
    if not home.enabled:
        return f'Range "{home.name}" is disabled, so that automation gives it to nobody.'
    return by_mode(tenant)
