"""A tenant's ranges and settings as the decision reads them, compiled once for each version of the configuration."""

from datetime import timedelta
from functools import lru_cache

from numberline.core.compiled import compile_rule
from numberline.core.limits import Limits, Mode
from numberline.core.person import NumberType
from numberline.core.ranges import Draw, RangeView, Rule, Settings
from numberline.core.rules import LicenceNames, parse
from numberline.inventory.models import Number, Range
from numberline.inventory.teams import last_listing
from numberline.tenants.licences import licence_names
from numberline.tenants.models import Tenant


def settings_of(tenant: Tenant) -> Settings:
    """The settings of a tenant; equal rule texts share one compiled rule and so are evaluated once a person."""
    last = last_listing(tenant.pk)
    return _settings(tenant.pk, tenant.config_version, last.pk if last else 0)


def limits_of(tenant: Tenant) -> Limits:
    """The tenant's limits."""
    return Limits(**tenant.limits)


def effective_mode(tenant: Tenant) -> Mode:
    """The tenant's mode as the core knows it."""
    return Mode(tenant.mode)


def view_of(tenant: Tenant, row: Range) -> RangeView:
    """A range, saved or not, as the decision would see it; of which countries its numbers are is read from the supply."""
    return _view(row, {}, licence_names(tenant), None)


@lru_cache(maxsize=64)
def _settings(tenant_id: int, version: int, listing: int) -> Settings:
    """Cached by what it depends on: the configuration, and the last listing for the countries of numbers."""
    tenant = Tenant.objects.get(pk=tenant_id)
    names = licence_names(tenant)
    compiled: dict[str, Rule] = {}
    rows = list(Range.objects.of(tenant_id))
    countries = _countries(tenant_id, [row.pk for row in rows if row.type != NumberType.DIRECT_ROUTING])
    views = [_view(row, compiled, names, countries.get(row.pk)) for row in rows]
    return Settings(
        views,
        exclude=_compile(tenant.exclude, compiled, names) if tenant.exclude else None,
        country=tenant.country or None,
        default_grace=timedelta(seconds=tenant.grace_seconds),
        default_quarantine=timedelta(seconds=tenant.quarantine_seconds),
    )


def _view(
    row: Range, compiled: dict[str, Rule], names: LicenceNames, countries: set[str] | None
) -> RangeView:
    return RangeView(
        name=row.name,
        type=NumberType(row.type),
        rule=_compile(row.rule, compiled, names) if row.rule else None,
        priority=row.priority,
        enabled=row.enabled,
        draw=Draw(row.draw),
        provider=row.provider or None,
        grace=_seconds(row.grace_seconds),
        quarantine=_seconds(row.quarantine_seconds),
        location=row.location or None,
        countries=frozenset(countries) if countries else None,
    )


def _countries(tenant_id: int, bound: list[int]) -> dict[int, set[str]]:
    """The countries of each range's numbers, for the types that are bound to a country."""
    found: dict[int, set[str]] = {}
    rows = Number.objects.of(tenant_id).filter(range__in=bound).exclude(type=NumberType.DIRECT_ROUTING)
    for range_id, country in rows.order_by().values_list("range_id", "country").distinct():
        if country and range_id is not None:
            found.setdefault(range_id, set()).add(country)
    return found


def _compile(text: str, compiled: dict[str, Rule], names: LicenceNames) -> Rule:
    if text not in compiled:
        compiled[text] = compile_rule(parse(text), names)
    return compiled[text]


def _seconds(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
