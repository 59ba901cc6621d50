"""Finding a number by what people type."""

from numberline.core.phone import NumberError, parse
from numberline.inventory.models import Number


class NumberUnknown(Exception):
    """This tenant has no such number, or the text is not a number."""


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
