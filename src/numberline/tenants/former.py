"""Names that tenants had before. Scripts, bookmarks and configuration files go on using them, so that such a name stays
its directory's own: nobody else is called so, and whoever uses it is told what the tenant is called now."""

from datetime import datetime

from numberline.tenants.models import FormerName, Tenant


def key_of(name: str) -> str:
    """A name as it is compared: its case does not matter."""
    return name.casefold()


def keep(tenant: Tenant, name: str, at: datetime) -> None:
    """Note that the tenant is not called so any more."""
    FormerName.objects.update_or_create(
        key=key_of(name),
        defaults={"name": name, "where": tenant, "entra_id": tenant.entra_id, "given_up_at": at},
    )


def take_up(tenant: Tenant) -> None:
    """A tenant has its name: it is no former one any more. What its directory was called while it was connected before
    leads to it from now on."""
    FormerName.objects.filter(key=key_of(tenant.name), entra_id=tenant.entra_id).delete()
    FormerName.objects.filter(entra_id=tenant.entra_id).update(where=tenant)


def why_anothers(name: str, entra_id: str) -> str:
    """Why this directory's tenant can't be called so, in a sentence: another one was. Empty when it can."""
    if not FormerName.objects.filter(key=key_of(name)).exclude(entra_id=entra_id).exists():
        return ""
    return (
        f"{name} was another tenant's name, and scripts and bookmarks may still use it: choose another name"
    )


def former(name: str) -> FormerName | None:
    """The name, if a tenant was called so and none is now."""
    return FormerName.objects.filter(key=key_of(name)).select_related("where").first()
