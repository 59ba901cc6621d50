"""Opening and closing what needs a human, by the facts."""

from datetime import datetime

from numberline.worklist.codes import ADVICE
from numberline.worklist.models import Item


def open_item(
    tenant_id: int,
    code: str,
    at: datetime,
    *,
    person: str = "",
    number: str = "",
    range_name: str = "",
    subject: str = "",
    cause: str = "",
    detail: str = "",
) -> Item:
    """Open an item, or bring the open one of the same occasion up to date. `since` stays the first time."""
    item, _ = Item.objects.of(tenant_id).update_or_create(
        code=code,
        person=person,
        number=number,
        range_name=range_name,
        subject=subject,
        closed_at=None,
        defaults={"cause": cause or ADVICE[code].cause, "detail": detail},
        create_defaults={"cause": cause or ADVICE[code].cause, "detail": detail, "since": at},
    )
    return item


def close_items(
    tenant_id: int,
    at: datetime,
    *codes: str,
    person: str | None = None,
    number: str | None = None,
    range_name: str | None = None,
    subject: str | None = None,
) -> int:
    """Close the open items of these codes about this person, number, range or other subject. Gives how many."""
    rows = Item.objects.of(tenant_id).filter(code__in=codes, closed_at=None)
    if person is not None:
        rows = rows.filter(person=person)
    if number is not None:
        rows = rows.filter(number=number)
    if range_name is not None:
        rows = rows.filter(range_name=range_name)
    if subject is not None:
        rows = rows.filter(subject=subject)
    return rows.update(closed_at=at)
