"""The switch of a tenant (M8): what automation may do there."""

from datetime import datetime

from django.db import transaction

from numberline.audit.record import Cause, Fact, record
from numberline.tenants.models import Mode, Tenant


class ModeError(Exception):
    """There is no such mode. The message names those that there are."""


def set_mode(tenant: Tenant, mode: str, at: datetime, cause: Cause) -> bool:
    """Switch a tenant to this mode and record it; False when it was in that mode already. Raises ModeError."""
    if mode not in Mode.values:
        raise ModeError(f"there is no mode {mode!r}: use one of {', '.join(Mode.values)}")
    with transaction.atomic():
        current = Tenant.objects.select_for_update().get(pk=tenant.pk)
        before = current.mode
        tenant.mode = mode
        if before == mode:
            return False
        tenant.save(update_fields=["mode"])
        record(
            tenant.pk, at, cause, Fact(verb="mode", before={"mode": before}, after={"mode": mode}, code=mode)
        )
    return True
