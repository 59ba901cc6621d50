"""Somebody at work in a tenant: who they are, what their role lets them do, and what of the tenant they see."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from numberline.access.permissions import Permission
from numberline.access.roles import OWNER, Role, role_named
from numberline.accounts.models import Grant, User
from numberline.directory.models import Person
from numberline.inventory.models import Number, Range
from numberline.tenants.former import former, key_of
from numberline.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Visit:
    """A person, the tenant that they are in, and their role there.

    Pages take people, numbers and ranges from here, so that a role that is narrowed to some of them is narrowed in
    one place.
    """

    user: User
    tenant: Tenant
    role: Role

    def allows(self, permission: Permission) -> bool:
        """Whether this role may do that here."""
        return permission in self.role.permissions

    @property
    def people(self) -> QuerySet[Person]:
        """The people of the tenant that may be seen."""
        return Person.objects.of(self.tenant.pk)

    @property
    def numbers(self) -> QuerySet[Number]:
        """The numbers of the tenant that may be seen."""
        return Number.objects.of(self.tenant.pk)

    @property
    def ranges(self) -> QuerySet[Range]:
        """The ranges of the tenant that may be seen."""
        return Range.objects.of(self.tenant.pk)


def visit(user: User, tenant_name: str) -> Visit | None:
    """What somebody is in the tenant of that name; None when there is no such tenant for them, or none at all."""
    if not user.is_active:
        return None
    if user.owner:
        tenant = Tenant.objects.filter(name=tenant_name).first()
        return None if tenant is None else Visit(user, tenant, OWNER)
    grants = Grant.objects.filter(
        user=user, where__name=tenant_name, where__retired_at=None, accepted_at__isnull=False
    )
    granted = grants.select_related("where").first()
    return None if granted is None else Visit(user, granted.where, role_named(granted.role))


def visit_by_former_name(user: User, name: str) -> Visit | None:
    """What somebody is in the tenant that was called so before; None when there is none for them, or none at all."""
    if not user.is_active:
        return None
    if user.owner:
        tenant = Tenant.objects.filter(former_names__key=key_of(name)).first()
        return None if tenant is None else Visit(user, tenant, OWNER)
    grants = Grant.objects.filter(
        user=user,
        where__former_names__key=key_of(name),
        where__retired_at=None,
        accepted_at__isnull=False,
    )
    granted = grants.select_related("where").first()
    return None if granted is None else Visit(user, granted.where, role_named(granted.role))


def retired_as(user: User, name: str) -> datetime | None:
    """When the tenant that was called so was retired, for owners of the installation, who may see every tenant."""
    if not (user.is_active and user.owner):
        return None
    before = former(name)
    return None if before is None else before.where.retired_at


def role_in(user: User, tenant: Tenant) -> Role | None:
    """Somebody's role in a tenant; None when they have none there, or can't sign in."""
    if not user.is_active:
        return None
    if user.owner:
        return OWNER
    granted = Grant.objects.filter(user=user, where=tenant, accepted_at__isnull=False)
    role = granted.values_list("role", flat=True).first()
    return None if role is None else role_named(role)


def tenants_of(user: User) -> QuerySet[Tenant]:
    """The tenants in which somebody has a role, by name."""
    if not user.is_active:
        return Tenant.objects.none()
    if user.owner:
        return Tenant.objects.order_by("name")
    granted = Grant.objects.filter(user=user, accepted_at__isnull=False)
    return Tenant.objects.filter(pk__in=granted.values("where")).order_by("name")


def members(tenant: Tenant) -> list[str]:
    """The mail addresses of those who have a role in a tenant and can sign in, in their order."""
    granted = Grant.objects.filter(where=tenant, user__is_active=True, accepted_at__isnull=False)
    return sorted(granted.values_list("user__email", flat=True))
