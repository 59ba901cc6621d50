"""Taking in what the directory says: pages of users delta and the cursor after them, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec
from django.db import transaction
from django.db.models.base import ModelState

from numberline import bulk
from numberline.columns import among
from numberline.core.folding import fold
from numberline.core.person import Entitlement, PersonFacts, PlanTable, facts_from_attributes
from numberline.directory.models import Cursor, Person
from numberline.directory.terms import Changed, keep_terms
from numberline.graph.types import Removed
from numberline.graph.users import DeltaPage, GraphUser, last_words
from numberline.tenants.models import Tenant

FACT_FIELDS = (
    "upn",
    "upn_key",
    "name",
    "name_key",
    "attributes",
    "enabled",
    "guest",
    "resource_account",
    "usage_location",
    "entitlement",
    "phone_system_since",
    "deleted",
    "lost_at",
    "licences_changed_at",
    "round",
    "changed",
    "ready",
    "look_at",
    "looks",
    "waiting_since",
    "obstacle",
)

WRITTEN = ("object_id", "first_seen", *FACT_FIELDS)
_values = attrgetter(*WRITTEN)
_BLANK: dict[str, Any] = {column.attname: column.get_default() for column in Person._meta.concrete_fields}

DELETED = {"changed": "soft", "deleted": "permanent"}
_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(slots=True)
class Intake:
    """What some answers of the directory brought: object ids that are new, changed or gone, and how many were read."""

    read: int = 0
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def add(self, other: "Intake") -> None:
        """Count another answer in."""
        self.read += other.read
        self.new += other.new
        self.changed += other.changed
        self.gone += other.gone


def take_pages(
    tenant: Tenant, cursor: Cursor, pages: Sequence[DeltaPage], table: PlanTable, at: datetime
) -> Intake:
    """Write some pages of people that follow each other, and the cursor behind them: all or nothing."""
    users, removed = last_words(pages)
    last = pages[-1]
    with transaction.atomic():
        intake = take_people(tenant, users, removed, table, at, cursor.round)
        cursor.link = last.next_link or last.delta_link or ""
        cursor.read_at = at
        if last.delta_link:
            cursor.whole = True
        cursor.save(update_fields=["link", "read_at", "whole"])
    return intake


def take_people(
    tenant: Tenant,
    users: Iterable[GraphUser],
    removed: Iterable[Removed],
    table: PlanTable,
    at: datetime,
    round_: int,
) -> Intake:
    """Write what the directory says of some people. Replays change nothing but the round they were seen in."""
    users, removed = list(users), list(removed)
    ids = [user.id for user in users] + [gone.id for gone in removed]
    intake = Intake(read=len(ids))
    rows = {p.object_id: p for p in Person.objects.of(tenant.pk).filter(among("object_id", ids))}
    write: list[Person] = []
    found_by = Changed()
    for user in users:
        person = rows.get(user.id)
        before = person.attributes if person else None
        attributes = user.attributes()
        text = _encode(attributes).decode()
        if person is not None and before == text and not person.deleted:
            if person.round == round_:
                continue
        else:
            facts = facts_from_attributes(attributes, table, person.first_seen if person else at)
            (intake.new if person is None else intake.changed).append(user.id)
            if person is None:
                person = _new(tenant.pk, user.id, at)
            elif person.deleted or _telephony(_decode(person.attributes), table) != _telephony(
                attributes, table
            ):
                person.licences_changed_at = at
            person = _apply(person, facts, text, at)
            found_by.note(user.id, before, attributes)
        person.round = round_
        write.append(person)
    for gone in removed:
        person = rows.get(gone.id)
        if person is None or person.deleted in (DELETED[gone.reason], "permanent"):
            continue
        _mark_gone(person, DELETED[gone.reason], at)
        intake.gone.append(gone.id)
        write.append(person)
    with transaction.atomic():
        _write(tenant.pk, write)
        keep_terms(tenant.pk, found_by)
    return intake


def read_plans_again(tenant: Tenant, table: PlanTable, at: datetime) -> int:
    """Read everybody's service plans with another table, as after the tenant bought products. Gives how many
    people's licences mean something else now."""
    count = 0
    people = Person.objects.of(tenant.pk).filter(deleted="").order_by("pk")
    last = 0
    while chunk := list(people.filter(pk__gt=last)[:1000]):
        last = chunk[-1].pk
        write = []
        for person in chunk:
            facts = facts_from_attributes(_decode(person.attributes), table, person.first_seen)
            if (facts.entitlement, facts.resource_account) != (person.entitlement, person.resource_account):
                person.licences_changed_at = at
                write.append(_apply(person, facts, person.attributes, at))
        _write(tenant.pk, write)
        count += len(write)
    return count


def _telephony(attributes: dict[str, Any], table: PlanTable) -> set[tuple[str, ...]]:
    """The service plans that decide, as Graph shows them: a plan that went and came again has another date."""
    plans = attributes.get("assignedPlans") or ()
    shown = ("servicePlanId", "capabilityStatus", "assignedDateTime")
    return {
        tuple(str(plan.get(name)) for name in shown)
        for plan in plans
        if plan.get("servicePlanId") in table.deciding
    }


def _write(tenant_id: int, people: list[Person]) -> None:
    """New people are inserted, known ones brought up to date; what others write of them stays."""
    bulk.upsert(Person, tenant_id, WRITTEN, map(_values, people), unique="object_id", update=FACT_FIELDS)


def _new(tenant_id: int, object_id: str, at: datetime) -> Person:
    """Somebody of whom nothing is known: what a row has by default, without the time that making a model takes."""
    person = Person.__new__(Person)
    person._state = ModelState()
    vars(person).update(_BLANK)
    person.tenant_id, person.object_id, person.first_seen = tenant_id, object_id, at
    return person


def _apply(person: Person, facts: PersonFacts, text: str, at: datetime) -> Person:
    old = (person.entitlement, person.phone_system_since, person.deleted)
    person.attributes = text
    person.upn = facts.upn or ""
    person.upn_key = person.upn.casefold()
    person.name = str(facts.attributes.get("displayName") or "")[:300]
    person.name_key = fold(person.name)[:300]
    person.enabled = facts.enabled
    person.guest = facts.guest
    person.resource_account = facts.resource_account
    person.usage_location = (facts.usage_location or "")[:2]
    person.entitlement = facts.entitlement.value
    person.phone_system_since = facts.phone_system_since
    person.deleted = ""
    person.changed = True
    if facts.entitlement != Entitlement.NONE:
        person.lost_at = None
    elif person.lost_at is None:
        person.lost_at = at
    if old != (person.entitlement, person.phone_system_since, person.deleted):
        # What Teams said of readiness was said of other licences.
        forget_readiness(person)
    return person


def forget_readiness(person: Person) -> None:
    """Whatever Teams said of this person no longer counts: ask again."""
    person.ready, person.look_at, person.looks = None, None, 0
    person.waiting_since, person.obstacle = None, ""


def _mark_gone(person: Person, how: str, at: datetime) -> None:
    person.deleted = how
    person.lost_at = person.lost_at or at
    person.licences_changed_at = at
    person.changed = True
