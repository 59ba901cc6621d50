"""The switch of a tenant (M8): what automation may do there."""

from datetime import datetime

from django.db import transaction

from numberline.audit.record import Cause, Fact, record
from numberline.tenants.models import Mode, Tenant


class ModeError(Exception):
    """There is no such mode, or the tenant is in another one than somebody thought. The message is one sentence that
    says what to do."""


def set_mode(tenant: Tenant, mode: str, at: datetime, cause: Cause, *, was: str = "") -> bool:
    """Switch a tenant to this mode and record it; False when it was in that mode already.

    `was` is the mode in which whoever switches saw it, empty for any: in another one nothing is done. Raises ModeError.
    """
    if mode not in Mode.values:
        raise ModeError(f"there is no mode {mode!r}: use one of {', '.join(Mode.values)}")
    with transaction.atomic():
        current = Tenant.objects.select_for_update().get(pk=tenant.pk)
        before = current.mode
        if was and was != before:
            raise ModeError(f"somebody switched to mode {before} meanwhile: look again before you switch")
        tenant.mode = mode
        if before == mode:
            return False
        tenant.save(update_fields=["mode"])
        record(
            tenant.pk, at, cause, Fact(verb="mode", before={"mode": before}, after={"mode": mode}, code=mode)
        )
    return True
