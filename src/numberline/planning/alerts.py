"""What supply and plan tell a human: ranges that are used up or run low, what a limit holds, who left with a number."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef

from numberline.assignments.models import Assignment
from numberline.audit.models import Entry
from numberline.core.limits import Limit
from numberline.core.plan import Plan
from numberline.directory.models import Person
from numberline.inventory.draw import drawable
from numberline.inventory.models import Number, Range
from numberline.scope import TenantQuerySet
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item

_KINDS = {"assign": "assignment", "change": "change", "release": "release"}


def watch_supply(tenant: Tenant, at: datetime, exhausted: Collection[str]) -> None:
    """Open and close the items `range_exhausted` (of the ranges named, which people wait for) and `range_low`."""
    ranges = {view.name: view for view in Range.objects.of(tenant.pk)}
    rows = drawable(tenant.pk, at)
    empty = {name for name in exhausted if name in ranges and not _left(rows, ranges[name], 1)}
    low = {}
    for name, view in ranges.items():
        left = _left(rows, view, view.alert_below or 0)
        if left < (view.alert_below or 0):
            numbers = "number" if left == 1 else "numbers"
            low[name] = f"{name} has {left} available {numbers}, fewer than {view.alert_below}."
    for code, names in (("range_exhausted", empty), ("range_low", low.keys())):
        open_items = Item.objects.of(tenant.pk).filter(closed_at=None, code=code)
        for name in set(open_items.values_list("range_name", flat=True)) - names:
            close_items(tenant.pk, at, code, range_name=name)
    for name in sorted(empty):
        open_item(tenant.pk, "range_exhausted", at, range_name=name)
    for name, cause in low.items():
        open_item(tenant.pk, "range_low", at, range_name=name, cause=cause)


def watch_held(tenant: Tenant, at: datetime, plan: Plan) -> None:
    """Open and close the items `held`, one for each limit that holds changes of this plan of everybody who is to be
    looked at. What the mode holds is as it was set, and `listing_short` tells of a short listing."""
    counts = Counter(str(limit) for _, limit in plan.held if limit not in (Limit.MODE, Limit.LISTING))
    items = Item.objects.of(tenant.pk).filter(closed_at=None, code="held")
    items.exclude(subject__in=counts).update(closed_at=at)
    for limit, count in sorted(counts.items()):
        verb = "waits" if count == 1 else "wait"
        changes = f"{count:,} {_KINDS[limit]}{'' if count == 1 else 's'}"
        cause = f"{changes} {verb} for approval: more than the limit {limit} allows within 24 hours."
        room = plan.rooms[Limit(limit)]
        used, wanted = "was" if room.used == 1 else "were", "is" if room.wanted == 1 else "are"
        detail = f"The limit allows {room.allowed:,} in 24 hours; {room.used:,} {used} used, {room.wanted:,} {wanted} wanted."
        open_item(tenant.pk, "held", at, subject=limit, cause=cause, detail=detail)


def watch_leavers(tenant: Tenant, at: datetime) -> None:
    """Open and close the items `not_adopted`: numbers that were set in Teams directly stay on people who are gone or
    no longer licensed, until somebody adopts or removes them (M19)."""
    held = Assignment.objects.of(tenant.pk).filter(person=OuterRef("object_id"), until=None, source="found")
    people = Person.objects.of(tenant.pk).filter(action="keep", code__in=("deleted", "unlicensed"))
    staying = set(people.filter(Exists(held)).values_list("object_id", flat=True))
    items = Item.objects.of(tenant.pk).filter(closed_at=None, code="not_adopted")
    items.exclude(person__in=staying).update(closed_at=at)
    for person in staying - set(items.values_list("person", flat=True)):
        row = (
            Assignment.objects.of(tenant.pk)
            .select_related("number")
            .get(person=person, until=None, category="primary")
        )
        open_item(tenant.pk, "not_adopted", at, person=person, number=row.number.text)


def _left(rows: TenantQuerySet[Number], view: Range, most: int) -> int:
    """How many of these drawable numbers a range has, counted up to `most`. Every poll asks this of every range."""
    return len(rows.filter(range_id=view.pk).values_list("pk")[:most]) if most else 0


def close_settled(tenant: Tenant, at: datetime) -> None:
    """Close what stood in the way of people who are no longer to be served: they hold a number, or want none."""
    about = Person.objects.of(tenant.pk).filter(object_id=OuterRef("person"))
    items = Item.objects.of(tenant.pk).filter(closed_at=None).exclude(person="")
    in_the_way = items.filter(
        code__in=("not_ready", "refused", "given_up", "found_other_holder", "change_stuck")
    )
    in_the_way.filter(Exists(about.filter(action__in=("keep", "skip")))).update(closed_at=at)
    stuck = items.filter(code="change_stuck")
    holds = Assignment.objects.of(tenant.pk).filter(person=OuterRef("person"), until=None, category="primary")
    stuck.filter(Exists(holds) | Exists(about.exclude(deleted=""))).update(closed_at=at)
    still = Assignment.objects.of(tenant.pk).filter(person=OuterRef("person"), until=None)
    still = still.filter(number__text=OuterRef("number"))
    # A lock that is older than the item was there when the number was to go all the same.
    later = Entry.objects.of(tenant.pk).filter(at__gt=OuterRef("since"))
    locks = later.filter(verb="lock", number=OuterRef("number"))
    person_locks = later.filter(verb="lock_person", person=OuterRef("person"))
    undone = items.filter(code="by_hand_failed")
    undone.filter(~Exists(still) | Exists(locks) | Exists(person_locks)).update(closed_at=at)
    freed = items.filter(code="freed_in_teams")
    freed.filter(~Exists(about.filter(code="freed_in_teams"))).update(closed_at=at)
