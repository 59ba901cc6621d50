"""Who looks after an item, and putting it off: people's own marks on what the facts opened."""

from datetime import datetime, timedelta

from django.db import transaction

from numberline.audit.record import Cause, Fact, record
from numberline.worklist.models import Item

LONGEST_SNOOZE = timedelta(days=90)


class ItemRefused(Exception):
    """An item can't be assigned or put off so. The message is one sentence."""


def assign(tenant_id: int, item: int, assignee: str, at: datetime, cause: Cause) -> Item:
    """Say who looks after an open item (a mail address; empty: nobody in particular). ItemRefused if it is closed."""
    return _mark(tenant_id, item, at, cause, "item_assigned", "assignee", assignee)


def snooze(tenant_id: int, item: int, until: datetime, at: datetime, cause: Cause) -> Item:
    """Put an open item off until a time; the facts may close it before. ItemRefused if it is closed, or the time is not
    within the next 90 days."""
    if not at < until <= at + LONGEST_SNOOZE:
        raise ItemRefused(
            f"an item is put off for {LONGEST_SNOOZE.days} days at most, to a time that is still to come"
        )
    return _mark(tenant_id, item, at, cause, "item_snoozed", "snoozed_until", until)


def wake(tenant_id: int, item: int, at: datetime, cause: Cause) -> Item:
    """Take an item that was put off back onto the list. ItemRefused if it is closed."""
    return _mark(tenant_id, item, at, cause, "item_woken", "snoozed_until", None)


def _mark(
    tenant_id: int, pk: int, at: datetime, cause: Cause, verb: str, field: str, value: str | datetime | None
) -> Item:
    with transaction.atomic():
        item = Item.objects.of(tenant_id).select_for_update().filter(pk=pk, closed_at=None).first()
        if item is None:
            raise ItemRefused("this item is closed by now: what it told of is over")
        before = getattr(item, field)
        if before != value:
            setattr(item, field, value)
            item.save(update_fields=[field])
            what = {"item": item.code, "about": item.range_name or item.subject}
            facts = ({**what, field: _text(before)}, {**what, field: _text(value)})
            record(tenant_id, at, cause, Fact(verb, item.person, item.number, *facts))
    return item


def _text(value: str | datetime | None) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else value
