"""Finding a tenant by what people type, and what a rule may name in it."""

from django.db.models import Q

from numberline.tenants.former import former
from numberline.tenants.models import FormerName, Tenant


class TenantUnknown(Exception):
    """No tenant has this name or Entra id."""


def tenant_named(text: str) -> Tenant:
    """The tenant of this name or Entra id, ignoring case. Raises TenantUnknown."""
    found = Tenant.objects.filter(Q(name__iexact=text) | Q(entra_id__iexact=text)).first()
    if found is not None:
        return found
    before = former(text)
    if before is not None:
        raise TenantUnknown(_gone(text, before))
    names = list(Tenant.objects.order_by("name").values_list("name", flat=True)[:5])
    known = f"known: {', '.join(names)}" if names else "none is connected yet: numberline tenant add"
    raise TenantUnknown(f"there is no tenant {text!r} ({known})")


def _gone(text: str, before: FormerName) -> str:
    """What became of a tenant that was called so."""
    if before.where.retired_at is None:
        return f"{text} is called {before.where.name} now: use that name, also in its configuration file"
    return (
        f"{text} was retired on {before.where.retired_at:%Y-%m-%d} and is served no more; "
        "its audit trail is in audit export and audit verify without a tenant"
    )


def touch_config(tenant: Tenant) -> None:
    """Note that ranges, rules or settings changed, so that every decision is looked at again."""
    tenant.config_version += 1
    tenant.save(update_fields=["config_version"])
