"""What the supply tells a human: ranges that people wait for and that are used up, ranges that run low."""

from collections.abc import Collection
from datetime import datetime

from numberline.inventory.draw import drawable
from numberline.inventory.models import Range
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item


def watch_supply(tenant: Tenant, at: datetime, exhausted: Collection[str]) -> None:
    """Open and close the items `range_exhausted` (of the ranges named, which people wait for) and `range_low`."""
    open_items = Item.objects.of(tenant.pk).filter(closed_at=None, code="range_exhausted")
    ranges = {r.name: r for r in Range.objects.of(tenant.pk)}
    for name in {*open_items.values_list("range_name", flat=True)} - {*exhausted}:
        close_items(tenant.pk, at, "range_exhausted", range_name=name)
    for name in exhausted:
        if name in ranges and not drawable(tenant.pk, at).filter(range=ranges[name]).exists():
            open_item(tenant.pk, "range_exhausted", at, range_name=name)
    for name, view in ranges.items():
        if view.alert_below is None:
            continue
        left = drawable(tenant.pk, at).filter(range=view)[: view.alert_below].count()
        if left < view.alert_below:
            cause = f"{name} has {left} available numbers, fewer than {view.alert_below}."
            open_item(tenant.pk, "range_low", at, range_name=name, cause=cause)
        else:
            close_items(tenant.pk, at, "range_low", range_name=name)
