"""What a tenant may be called, and calling it something else."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from numberline.audit.record import Cause, Fact, record
from numberline.tenants.former import keep, key_of, take_up, why_anothers
from numberline.tenants.models import Tenant

NAME = re.compile(r"[^\W_](?:[\w .&()'-]{0,98}[\w.)])?")
OBJECT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class RenameError(Exception):
    """The tenant can't be called so. The message is one sentence that says what to do."""


class NameTaken(RenameError):
    """Another tenant is or was called so, and the message says which: only whoever may know of it is to read it."""


def why_no_name(name: str) -> str:
    """Why this can't be a tenant's name, in a sentence; empty when it can."""
    if not NAME.fullmatch(name):
        return (
            f"{name[:120]!r} can't be a tenant's name: use up to 100 letters, digits, spaces and . - ( ) & '"
        )
    if OBJECT_ID.fullmatch(name.lower()):
        return f"{name} looks like an id: give the tenant a name that people recognise"
    return ""


def taken(name: str, tenant: Tenant) -> str:
    """Why the tenant can't be called so, in a sentence: another one is or was. Empty when it can."""
    other = Tenant.objects.filter(name__iexact=name).exclude(pk=tenant.pk).first()
    if other is not None:
        return f"there is a tenant {other.name} already: choose another name"
    return why_anothers(name, tenant.entra_id)


def rename(tenant: Tenant, name: str, at: datetime, cause: Cause) -> bool:
    """Call a tenant something else from now on, and record it; False when it is called so already.

    Whatever belongs to the tenant belongs to its row and follows. Configuration files name their tenant: they are to be
    changed by whoever keeps them. The name that it had stays its own (numberline.tenants.former). Raises RenameError.
    """
    name = name.strip()
    refusal = why_no_name(name)
    if refusal:
        raise RenameError(refusal)
    refusal = taken(name, tenant)
    if refusal:
        raise NameTaken(refusal)
    try:
        with transaction.atomic():
            current = Tenant.objects.select_for_update().filter(pk=tenant.pk).first()
            if current is None:
                raise RenameError("the tenant was retired meanwhile: look again")
            before = current.name
            if before == name:
                tenant.name = name
                return False
            Tenant.objects.filter(pk=tenant.pk).update(name=name)
            refusal = why_anothers(name, tenant.entra_id)  # whose name it was may have given it up meanwhile
            if refusal:
                raise NameTaken(refusal)
            tenant.name = name
            if key_of(before) != key_of(name):
                keep(tenant, before, at)
                take_up(tenant)
            record(tenant.pk, at, cause, Fact("rename", before={"name": before}, after={"name": name}))
    except IntegrityError:  # somebody else was a moment faster
        raise NameTaken(f"there is a tenant {name} already: choose another name") from None
    return True
