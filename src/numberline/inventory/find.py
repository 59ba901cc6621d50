"""Finding a number, or a range, by what people type."""

from numberline.core.phone import NumberError, parse
from numberline.inventory.models import Number, Range
from numberline.tenants.models import Tenant


class NumberUnknown(Exception):
    """This tenant has no such number, or the text is not a number."""


class RangeUnknown(Exception):
    """This tenant has no range of this name."""


def range_named(tenant: Tenant, name: str) -> Range:
    """The range of this name, ignoring case. Raises RangeUnknown."""
    rows = Range.objects.of(tenant.pk)
    found = rows.filter(name__iexact=name).first()
    if found is None:
        known = list(rows.order_by("priority", "name").values_list("name", flat=True)[:5])
        raise RangeUnknown(
            f"{tenant.name} has no range {name!r}"
            + (f": it has {', '.join(known)}" if known else ": declare one first")
        )
    return found


def number_named(tenant_id: int, text: str) -> Number:
    """The number of this text, as E.164 with an optional `;ext=`. Raises NumberUnknown."""
    try:
        wanted = str(parse(text))
    except NumberError as error:
        raise NumberUnknown(str(error)) from error
    found = Number.objects.of(tenant_id).select_related("range").filter(text=wanted).first()
    if found is None:
        raise NumberUnknown(
            f"{wanted} is not among this tenant's numbers: declare it in a range, or sync if Teams has it"
        )
    return found
