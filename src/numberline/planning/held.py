"""Which limit holds what is decided for somebody, kept with the person: lists and counts over everybody go by it.

The mode is not kept: it holds from the moment on which it is set, whether or not anybody is looked at.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from django.db.models import Count, QuerySet

from numberline import bulk
from numberline.core.decision import Action
from numberline.core.held import ALLOWED
from numberline.core.limits import Limit, Mode
from numberline.core.plan import Plan
from numberline.directory.models import Person

KEPT = ("limited_by", "limited_since")
SOME = 500
OF: Final = {Limit.ASSIGN: Action.ASSIGN, Limit.RELEASE: Action.RELEASE, Limit.LISTING: Action.RELEASE}
"""What each limit holds of what is decided for people."""


def keep_limits(tenant_id: int, plan: Plan, at: datetime, only: str | None = None) -> None:
    """Write down whom the limits hold now, and since when; take it down of those whom they no longer hold.

    Whoever is held is looked at by every decision, so that nobody else can be held. `only`: nobody but this person
    was looked at.
    """
    rows = Person.objects.of(tenant_id).filter(limited_by__isnull=False)
    if only is not None:
        rows = rows.filter(object_id=only)
    known = {person: (pk, limit) for person, pk, limit in rows.values_list("object_id", "pk", "limited_by")}
    now = {decision.person: str(limit) for decision, limit in plan.held if limit is not Limit.MODE}
    over = [(None, None, pk) for person, (pk, _) in known.items() if person not in now]
    changed = {person: limit for person, limit in now.items() if known.get(person, (0, None))[1] != limit}
    keys = _keys(tenant_id, list(changed))
    held = [(limit, at, keys[person]) for person, limit in changed.items() if person in keys]
    bulk.update(Person, tenant_id, KEPT, [*over, *held])


def let_go(tenant_id: int, people: list[str]) -> None:
    """Nothing holds these people any more: what is decided for them was approved, and is about to be done."""
    for start in range(0, len(people), SOME):
        rows = Person.objects.of(tenant_id).filter(object_id__in=people[start : start + SOME])
        rows.filter(limited_by__isnull=False).update(limited_by=None, limited_since=None)


def held_by_limit(people: QuerySet[Person], mode: Mode) -> dict[str, int]:
    """How many of these people each limit holds, of what the mode allows: counted along the index of the limits, of which
    one may hold everybody."""
    limits = [limit for limit, action in OF.items() if action in ALLOWED[mode]]
    rows = people.filter(limited_by__in=limits).order_by()
    return dict(rows.values_list("limited_by").annotate(count=Count("*")).order_by("limited_by"))


def held_by_mode(people: QuerySet[Person], mode: Mode) -> Counter[str]:
    """How many changes are decided for these people that the mode does not allow, by action: all of them, perhaps, as on
    the first day, and counted along the index of decisions."""
    held = [action for action in (Action.ASSIGN, Action.RELEASE) if action not in ALLOWED[mode]]
    if not held:
        return Counter()
    rows = people.filter(action__in=held).order_by()
    return Counter(dict(rows.values_list("action").annotate(count=Count("*")).order_by("action")))


def _keys(tenant_id: int, people: list[str]) -> dict[str, int]:
    """The primary keys of these people."""
    found: dict[str, int] = {}
    for start in range(0, len(people), SOME):
        rows = Person.objects.of(tenant_id).filter(object_id__in=people[start : start + SOME])
        found.update(rows.values_list("object_id", "pk"))
    return found
