"""What a tenant may be called, and calling it something else."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from numberline.audit.record import Cause, Fact, record
from numberline.tenants.models import Tenant

NAME = re.compile(r"[^\W_](?:[\w .&()'-]{0,98}[\w.)])?")
OBJECT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class RenameError(Exception):
    """The tenant can't be called so. The message is one sentence that says what to do."""


def why_no_name(name: str) -> str:
    """Why this can't be a tenant's name, in a sentence; empty when it can."""
    if not NAME.fullmatch(name):
        return (
            f"{name[:120]!r} can't be a tenant's name: use up to 100 letters, digits, spaces and . - ( ) & '"
        )
    if OBJECT_ID.fullmatch(name.lower()):
        return f"{name} looks like an id: give the tenant a name that people recognise"
    return ""


def rename(tenant: Tenant, name: str, at: datetime, cause: Cause) -> bool:
    """Call a tenant something else from now on, and record it; False when it is called so already.

    Whatever belongs to the tenant belongs to its row and follows. Configuration files name their tenant: they are to be
    changed by whoever keeps them. Raises RenameError.
    """
    name = name.strip()
    refusal = why_no_name(name)
    if refusal:
        raise RenameError(refusal)
    taken = Tenant.objects.filter(name__iexact=name).exclude(pk=tenant.pk).first()
    if taken is not None:
        raise RenameError(f"there is a tenant {taken.name} already: choose another name")
    try:
        with transaction.atomic():
            current = Tenant.everyone.select_for_update().get(pk=tenant.pk)
            before, tenant.name = current.name, name
            if before == name:
                return False
            tenant.save(update_fields=["name"])
            record(tenant.pk, at, cause, Fact("rename", before={"name": before}, after={"name": name}))
    except IntegrityError:  # somebody else was a moment faster
        raise RenameError(f"there is a tenant {name} already: choose another name") from None
    return True
