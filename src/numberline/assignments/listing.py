"""Numbers with who holds them, and people with what they hold, as listings show them (spec section 7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import msgspec
from django.db.models.functions import Length

from numberline.assignments.models import Assignment
from numberline.core.held import held
from numberline.directory.facts import ended
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.tenants.models import Tenant

CHUNK = 500
T = TypeVar("T")


def number_items(
    tenant_id: int,
    now: datetime,
    *,
    state: str | None = None,
    range_id: int | None = None,
    spoken: bool = False,
) -> Iterator[dict[str, Any]]:
    """The tenant's numbers in order of their value, of one state or one range if asked.

    With `spoken` each has `kept_for` besides, for people: for whom or for what it is reserved, in words.
    """
    rows = Number.objects.of(tenant_id).select_related("range")
    if state is not None:
        rows = rows.filter(state=state)
    if range_id is not None:
        rows = rows.filter(range_id=range_id)
    ordered = rows.order_by("value", Length("extension"), "extension")
    for chunk in _chunks(ordered.iterator(chunk_size=CHUNK)):
        yield from _number_chunk(tenant_id, chunk, now, spoken)


def number_item(number: Number, now: datetime, *, spoken: bool = False) -> dict[str, Any]:
    """One number as `number show` prints it, without its history; `spoken` as in `number_items`."""
    return next(_number_chunk(number.tenant_id, [number], now, spoken))


def person_items(tenant_id: int, now: datetime) -> Iterator[dict[str, Any]]:
    """The tenant's people in order of their names, without their attributes."""
    rows = Person.objects.of(tenant_id).order_by("upn_key", "object_id")
    for chunk in _chunks(rows.iterator(chunk_size=CHUNK)):
        yield from _person_chunk(tenant_id, chunk, now)


def person_item(person: Person, now: datetime) -> dict[str, Any]:
    """One person as `person show` prints it."""
    item = next(_person_chunk(person.tenant_id, [person], now))
    return {**item, "attributes": msgspec.json.decode(person.attributes)}


def upns(tenant_id: int, people: Iterable[str]) -> dict[str, str]:
    """The user principal names of these object ids, as far as the directory knows them."""
    found: dict[str, str] = {}
    for chunk in _chunks(sorted(set(people))):
        rows = Person.objects.of(tenant_id).filter(object_id__in=chunk)
        found.update(rows.exclude(upn="").values_list("object_id", "upn"))
    return found


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a number: their object id, and name and UPN as far as the directory knows them."""

    person: str
    name: str = ""
    upn: str = ""

    def __str__(self) -> str:
        return self.name or self.upn or self.person


def named_people(tenant_id: int, people: Iterable[str]) -> dict[str, Holder]:
    """Who these object ids are, as far as the directory knows them by name or UPN."""
    found: dict[str, Holder] = {}
    for chunk in _chunks(sorted(set(people))):
        rows = Person.objects.of(tenant_id).filter(object_id__in=chunk)
        known = rows.values_list("object_id", "name", "upn")
        found.update({key: Holder(key, name, upn) for key, name, upn in known if name or upn})
    return found


def holders_of(tenant_id: int, numbers: Iterable[int]) -> dict[int, Holder]:
    """Who holds the numbers with these keys now; two queries for any page of them."""
    rows = Assignment.objects.of(tenant_id).filter(number_id__in=list(numbers), until=None)
    held = dict(rows.values_list("number_id", "person"))
    people = Person.objects.of(tenant_id).filter(object_id__in=set(held.values()))
    known = {person: (name, upn) for person, name, upn in people.values_list("object_id", "name", "upn")}
    return {key: Holder(person, *known.get(person, ("", ""))) for key, person in held.items()}


def _number_chunk(
    tenant_id: int, numbers: Sequence[Number], now: datetime, spoken: bool
) -> Iterator[dict[str, Any]]:
    rows = Assignment.objects.of(tenant_id).filter(number_id__in=[n.pk for n in numbers], until=None)
    holders = dict(rows.values_list("number_id", "person"))
    kept_for = [n.reserved_for for n in numbers if spoken and n.reserved_for]
    names = upns(tenant_id, [*holders.values(), *kept_for])
    for number in numbers:
        holder = holders.get(number.pk)
        item = {
            "number": number.text,
            "type": number.type,
            "provider": (number.range and number.range.provider) or number.provider or None,
            "range": number.range and number.range.name,
            "state": number.state,
            "holder": holder,
            "upn": names.get(holder) if holder else None,
            "locked": number.locked and not ended(number.locked_until, now),
            "reserved_for": number.reserved_for or None,
            "since": number.since,
            "until": number.until,
        }
        yield {**item, "kept_for": _kept_for(number, names)} if spoken else item


def _kept_for(number: Number, names: Mapping[str, str]) -> str | None:
    """For whom or for what the number is reserved; None for nobody and nothing in particular."""
    person, purpose = names.get(number.reserved_for, number.reserved_for), number.reserved_purpose
    return f"{person} ({purpose})" if person and purpose else person or purpose or None


def _person_chunk(tenant_id: int, people: Sequence[Person], now: datetime) -> Iterator[dict[str, Any]]:
    rows = Assignment.objects.of(tenant_id).filter(
        person__in=[p.object_id for p in people], until=None, category="primary"
    )
    numbers = dict(rows.values_list("person", "number__text"))
    mode = Tenant.objects.get(pk=tenant_id).mode
    for person in people:
        holds = held(person.action, mode, person.limited_by, person.limited_since)
        decided = {"action": person.action, "code": person.code, "reason": person.reason}
        yield {
            "person": person.object_id,
            "upn": person.upn or None,
            "name": person.name or None,
            "enabled": person.enabled,
            "deleted": bool(person.deleted),
            "entitlement": person.entitlement,
            "ready": person.ready,
            "number": numbers.get(person.object_id),
            "decision": decided if person.decided_at is not None else None,
            **({"held": holds.to_json()} if holds else {}),
            "locked": person.locked and not ended(person.locked_until, now),
            "excluded": person.excluded and not ended(person.excluded_until, now),
        }


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
