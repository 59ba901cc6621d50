"""Numbers that the inventory has already: a number is in it because Teams listed it, or because it was declared and found
possible. Those are not refused for their length: what Teams lists is right, and what was right stays so."""

from __future__ import annotations

from collections.abc import Callable

from numberline.core.blocks import Block
from numberline.inventory.models import Number
from numberline.tenants.find import tenant_named

Known = Callable[[Block], bool]
"""Whether every number of a block is known."""


def in_inventory(tenant_id: int) -> Known:
    """What the inventory of a tenant has."""

    def known(block: Block) -> bool:
        first, last = block.first, block.last
        rows = Number.objects.of(tenant_id).filter(text__range=(str(first), str(last)))
        same = rows.filter(value__range=(first.value, last.value), extension=first.extension or "")
        return same.count() == len(block)

    return known


def in_inventory_of(name: str) -> Known:
    """The same of the tenant of this name, which is only looked for when a number asks for it. Raises TenantUnknown then."""
    return lambda block: in_inventory(tenant_named(name).pk)(block)
