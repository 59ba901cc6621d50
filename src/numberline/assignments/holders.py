"""Who holds a number: the rows, written only inside the transaction of the move that makes it so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from numberline import bulk
from numberline.assignments.models import Assignment
from numberline.audit.record import Cause
from numberline.columns import among
from numberline.core.person import Entitlement, NumberType
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.graph.types import GraphNumber
from numberline.inventory.models import Number
from numberline.inventory.moves import move
from numberline.worklist.items import open_item


def category_of(said: GraphNumber) -> str:
    """What line of its holder a number is: Teams' category, `service` for what is not given to a user."""
    return shown_category(said.assignment_status or "", said.assignment_category or "")


def shown_category(status: str, category: str) -> str:
    """`category_of` for the texts that Teams says; an unknown category is `other`, and no person's number."""
    if status not in ("userAssigned", ""):
        return "service"
    return category if category in ("primary", "private", "alternate") else "other" if category else "primary"


def is_ours(tenant_id: int, text: str) -> bool:
    """Whether whoever holds this number has it from us, or it was adopted; not what was set in Teams directly."""
    rows = Assignment.objects.of(tenant_id).filter(number__text=text, until=None)
    return not rows.filter(source="found").exclude(number__range__adopt=True).exists()


def quarantine_of(number: Number) -> timedelta:
    """How long this number rests after it was freed: as its range says, else the tenant."""
    home = number.range
    seconds = home.quarantine_seconds if home is not None else None
    return timedelta(seconds=number.tenant.quarantine_seconds if seconds is None else seconds)


def let_go(row: Assignment, at: datetime, cause: Cause, reason: str) -> None:
    """End a holding that Teams shows free: the number rests for what is left of its grace, then for its quarantine."""
    number = row.number
    unlisted = number.teams_at is None and number.type == NumberType.DIRECT_ROUTING
    grace_ends = (row.freed_in_teams_at or at) + grace_of(number)
    row.until = at
    row.save(update_fields=["until"])
    move(
        number,
        State.QUARANTINED,
        at,
        cause,
        verb="free",
        holder=(row.person, ""),
        code=row.freed_code,
        reason=reason,
        until=max(at, grace_ends) + quarantine_of(number),
        freed_at=at,
        # No listing will ever say so of a Direct Routing number that Teams has forgotten.
        teams_free=number.teams_free or unlisted,
    )


def grace_of(number: Number) -> timedelta:
    """How long a loss must last before this number is taken: as its range says, else the tenant."""
    home = number.range
    seconds = home.grace_seconds if home is not None else None
    return timedelta(seconds=number.tenant.grace_seconds if seconds is None else seconds)


def hold(
    number: Number,
    person: str,
    at: datetime,
    source: str,
    category: str = "primary",
    outside: dict[str, Any] | None = None,
) -> None:
    """Record that `person` holds `number` from now on; `outside` is `Assignment.given_outside`.

    A person who already holds another primary number is a double claim in Teams: the second is recorded under
    the category `second`, so that one person never counts as holding two, and lands on the worklist.
    """
    rows = Assignment.objects.of(number.tenant_id)
    if category == "primary" and rows.filter(person=person, until=None, category="primary").exists():
        category = "second"
        open_item(number.tenant_id, "double_claim", at, person=person, number=number.text)
    due = source == "numberline" and category == "primary"
    rows.create(
        number=number,
        person=person,
        since=at,
        source=source,
        category=category,
        policies_due=due,
        given_outside=outside,
    )
    if category == "primary":
        _have_one_again(number.tenant_id, {person})
    if source == "numberline":
        people = Person.objects.of(number.tenant_id).filter(object_id=person, released_by_hand=True)
        people.update(released_by_hand=False, changed=True)


def hold_found(tenant_id: int, found: Sequence[tuple[Number, str, str]], at: datetime) -> None:
    """`hold` for many numbers that Teams shows on somebody: each with the person and the category."""
    rows = Assignment.objects.of(tenant_id)
    people = {person for _, person, category in found if category == "primary"}
    taken = set(
        rows.filter(among("person", people), until=None, category="primary").values_list("person", flat=True)
    )
    made = []
    for number, person, shown in found:
        category = shown
        if category == "primary" and person in taken:
            category = "second"
            open_item(tenant_id, "double_claim", at, person=person, number=number.text)
        elif category == "primary":
            taken.add(person)
        made.append((number.pk, person, at, "found", category))
    bulk.insert(Assignment, tenant_id, ("number", "person", "since", "source", "category"), made)
    _have_one_again(tenant_id, people)


def _have_one_again(tenant_id: int, people: set[str]) -> None:
    """Whose number was taken in Teams, and who holds one by now, waits for nobody any more."""
    named = sorted(people)
    for start in range(0, len(named), 500):  # by their ids: asking who waits at all would read everybody
        rows = Person.objects.of(tenant_id).filter(among("object_id", named[start : start + 500]))
        rows.exclude(taken_number="").update(taken_number="", changed=True)


def licensed_for(person: Person, number: Number) -> bool:
    """Whether the licences let Microsoft leave this number with this person: it unassigns by itself when the Calling
    Plan or Phone System is removed (Microsoft: phone-numbers-licensing-changes)."""
    if person.deleted or person.entitlement in (Entitlement.NONE, Entitlement.SUSPENDED):
        return False
    return number.type != NumberType.CALLING_PLAN or person.entitlement == Entitlement.CALLING_PLAN


def end_holding(number: Number, at: datetime) -> str:
    """End whoever holds the number, and say who it was (empty: nobody)."""
    with transaction.atomic():
        row = Assignment.objects.of(number.tenant_id).filter(number=number, until=None).first()
        if row is None:
            return ""
        row.until = at
        row.save(update_fields=["until"])
        return row.person
