"""The wall between tenants: a manager through which every query must name its tenant.

`Model.objects.of(tenant_id)` is the only way to a queryset of a tenant-owned model. Everything else that
a manager usually offers (`all`, `filter`, `get`, `exists`, `create`, `bulk_create` ...) raises
`UnscopedQuery`, so that forgetting the tenant is an error at once and not a leak later.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class UnscopedQuery(RuntimeError):
    """A query on a tenant-owned model did not name its tenant: use `objects.of(tenant_id)`."""


class CrossTenantWrite(RuntimeError):
    """A row of one tenant was about to be written through the scope of another."""


class TenantQuerySet(models.QuerySet[M, M]):
    """A queryset that is bound to one tenant and writes rows of this tenant only."""

    scope_id: int | None = None

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.scope_id = self.scope_id
        return clone

    def create(self, **kwargs: Any) -> M:
        """Insert a row of this tenant."""
        return super().create(**self._owned(kwargs))

    def get_or_create(self, defaults: Any = None, **kwargs: Any) -> tuple[M, bool]:
        """Find or insert a row of this tenant."""
        return super().get_or_create(defaults, **self._owned(kwargs))

    def update_or_create(
        self, defaults: Any = None, create_defaults: Any = None, **kwargs: Any
    ) -> tuple[M, bool]:
        """Update or insert a row of this tenant."""
        return super().update_or_create(defaults, create_defaults, **self._owned(kwargs))

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Insert (or upsert) rows, all of which must be of this tenant."""
        rows: Sequence[M] = list(objs)
        for row in rows:
            if row.tenant_id != self.scope_id:  # type: ignore[attr-defined]
                raise CrossTenantWrite(f"{row!r} is not of tenant {self.scope_id}")
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """Change rows of this tenant, which stay this tenant's."""
        self._refuse_others(kwargs)
        return super().update(**kwargs)

    def _owned(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        self._refuse_others(kwargs)
        kwargs.pop("tenant", None)
        return {**kwargs, "tenant_id": self.scope_id}

    def _refuse_others(self, kwargs: dict[str, Any]) -> None:
        owner = kwargs.get("tenant_id", self.scope_id)
        named = kwargs.get("tenant", owner)
        if {owner, getattr(named, "pk", named)} != {self.scope_id}:
            raise CrossTenantWrite(f"{self.model.__name__} is not of tenant {self.scope_id}")


class TenantManager(models.Manager[M]):
    """The manager of a tenant-owned model. Its one use is `of`."""

    def of(self, tenant_id: int) -> TenantQuerySet[M]:
        """The rows of one tenant."""
        rows: TenantQuerySet[M] = TenantQuerySet(self.model, using=self._db).filter(tenant_id=tenant_id)
        rows.scope_id = tenant_id
        return rows

    def get_queryset(self) -> NoReturn:
        """Refuse: every other manager method comes through here."""
        raise UnscopedQuery(f"say whose {self.model.__name__} rows: objects.of(tenant_id)")
