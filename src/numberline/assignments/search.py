"""Finding people by the numbers that they hold, and what they hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from numberline.assignments.models import Assignment
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.inventory.search import Wanted, wanted_numbers

MOST: Final = 500
"""Of up to how many numbers that somebody typed a part of the holders are found."""


@dataclass(frozen=True, slots=True)
class Held:
    """The number that somebody has, and since when."""

    number: str
    since: datetime


def held_by(tenant_id: int, people: Iterable[str]) -> dict[str, Held]:
    """The number that each of these people (object ids) has now, as far as they have one."""
    rows = Assignment.objects.of(tenant_id).filter(person__in=list(people), until=None, category="primary")
    return {
        person: Held(text, since)
        for person, text, since in rows.values_list("person", "number__text", "since")
    }


def with_number(people: QuerySet[Person], tenant_id: int, has: bool) -> QuerySet[Person]:
    """Those of `people` who have a number now, or who have none."""
    held = Assignment.objects.of(tenant_id).filter(
        person=OuterRef("object_id"), until=None, category="primary"
    )
    return people.filter(Exists(held)) if has else people.filter(~Exists(held))


def holders_like(numbers: QuerySet[Number], tenant_id: int, text: str) -> tuple[list[str], bool]:
    """The object ids of those who hold a number that is written like this, or a part of one, up to MOST; and whether
    there are, or may be, more."""
    found = wanted_numbers(numbers, tenant_id, Wanted(text=text))
    held = Assignment.objects.of(tenant_id).filter(until=None, number__in=found.rows.order_by().values("pk"))
    people = list(held.order_by().values_list("person", flat=True)[: MOST + 1])
    return people[:MOST], found.more or len(people) > MOST
