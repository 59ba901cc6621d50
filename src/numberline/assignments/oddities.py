"""What Teams shows that only a human can put right: a second primary number, an owner that nobody knows, a type
that its range does not have. Each item is closed when Teams no longer shows it so."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from numberline.assignments.holders import let_go, shown_category
from numberline.assignments.models import Assignment
from numberline.audit.record import Cause, Fact, record
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.inventory.unlisted import LISTED_TYPES
from numberline.scope import TenantQuerySet
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item


def note_oddities(tenant: Tenant, at: datetime, texts: Collection[str] | None) -> None:
    """Open and close the items about these numbers (None: all), by what Teams said of them last."""
    strangers: dict[str, str] = {}
    changed: dict[str, str] = {}
    unlisted: set[str] = set()
    rows = Number.objects.of(tenant.pk)
    for portion in [rows] if texts is None else (rows.filter(text__in=some) for some in _portions(texts)):
        strangers.update(_strangers(tenant.pk, portion))
        changed.update((text, f"{ours}, in Teams {theirs}") for text, ours, theirs in _types(portion))
        unlisted.update(_unlisted(portion))
    for text in sorted(strangers.keys() - _open(tenant.pk, "owner_unknown")):
        open_item(tenant.pk, "owner_unknown", at, number=text, detail=strangers[text])
    _close(tenant.pk, at, "owner_unknown", strangers, texts)
    for text in sorted(changed.keys() - _open(tenant.pk, "type_changed")):
        open_item(tenant.pk, "type_changed", at, number=text, detail=changed[text])
    _close(tenant.pk, at, "type_changed", changed, texts)
    for text in unlisted - _open(tenant.pk, "no_longer_listed"):
        open_item(tenant.pk, "no_longer_listed", at, number=text)
    _close(tenant.pk, at, "no_longer_listed", unlisted, texts)
    found = Assignment.objects.of(tenant.pk).filter(
        person=OuterRef("person"), number__text=OuterRef("number"), until=None, source="found"
    )
    other = Item.objects.of(tenant.pk).filter(code="other_number", closed_at=None)
    other.filter(~Exists(found)).update(closed_at=at)


def _portions(texts: Collection[str]) -> Iterator[list[str]]:
    """Some at a time, because a database takes only so many values in one question."""
    rest = iter(texts)
    while some := list(islice(rest, 1000)):
        yield some


def _strangers(tenant_id: int, rows: TenantQuerySet[Number]) -> list[tuple[str, str]]:
    """Numbers on users whom the directory does not know, with the object id."""
    person = Person.objects.of(tenant_id).filter(object_id=OuterRef("teams_target"))
    shown = rows.filter(teams_status="userAssigned").exclude(teams_target="")
    return list(shown.filter(~Exists(person)).values_list("text", "teams_target"))


def _types(rows: TenantQuerySet[Number]) -> list[tuple[str, str, str]]:
    """Numbers of a range that Teams lists with another type, with both types."""
    other = rows.exclude(range=None).exclude(teams_at=None).exclude(teams_type="")
    return list(other.exclude(teams_type=F("type")).values_list("text", "type", "teams_type"))


def _unlisted(rows: TenantQuerySet[Number]) -> list[str]:
    """Numbers of the types that Teams lists for good, which it no longer lists although somebody has them or is to
    have them."""
    wanted = rows.filter(state__in=(State.ASSIGNED, State.RESERVED), type__in=LISTED_TYPES)
    return list(wanted.filter(teams_at=None).values_list("text", flat=True))


def _open(tenant_id: int, code: str) -> set[str]:
    rows = Item.objects.of(tenant_id).filter(code=code, closed_at=None)
    return set(rows.values_list("number", flat=True))


def _close(
    tenant_id: int, at: datetime, code: str, odd: Collection[str], texts: Collection[str] | None
) -> None:
    for text in _open(tenant_id, code) - set(odd):
        if texts is None or text in texts:
            close_items(tenant_id, at, code, number=text)


def follow_categories(held: TenantQuerySet[Assignment], at: datetime, cause: Cause) -> list[str]:
    """Lines that Teams shows on their holder as another kind of line than before. Gives whose (object ids).

    What became the primary number counts as a second one until `settle_seconds` has looked whether there is a first.
    """
    shown = held.filter(number__teams_target=F("person"), number__teams_status="userAssigned")
    same = Q(number__teams_category=F("category")) | Q(number__teams_category="primary", category="second")
    people = []
    for row in list(shown.exclude(same | Q(number__teams_category="")).select_related("number")):
        number, before = row.number, row.category
        category = shown_category(number.teams_status, number.teams_category)
        if category == before:
            continue
        with transaction.atomic():
            row.category = "second" if category == "primary" else category
            row.save(update_fields=["category"])
            if row.category == "second":
                open_item(row.tenant_id, "double_claim", at, person=row.person, number=number.text)
            fact = {"state": number.state, "holder": row.person}
            change = ({**fact, "category": before}, {**fact, "category": row.category})
            record(row.tenant_id, at, cause, Fact("found", row.person, number.text, *change, "found"))
        people.append(row.person)
    return people


def settle_seconds(tenant: Tenant, at: datetime, cause: Cause) -> list[str]:
    """A second primary number becomes the person's own once Teams no longer shows the first. Gives who (object ids)."""
    settled = []
    seconds = Assignment.objects.of(tenant.pk).filter(category="second", until=None)
    for second in list(seconds.select_related("number__range")):
        primary = Assignment.objects.of(tenant.pk).filter(
            person=second.person, until=None, category="primary"
        )
        first = primary.select_related("number__range", "number__tenant").first()
        if first is not None and (first.freed_in_teams_at is None or first.number.state != State.ASSIGNED):
            continue  # shown still, or with a change of its own under way
        with transaction.atomic():
            if first is not None:
                let_go(first, at, cause, f"Teams shows it free, and {second.number.text} in its place")
            second.category = "primary"
            second.save(update_fields=["category"])
            fact = {"state": second.number.state, "holder": second.person}
            change = ({**fact, "category": "second"}, {**fact, "category": "primary"})
            record(tenant.pk, at, cause, Fact("found", second.person, second.number.text, *change, "found"))
            close_items(tenant.pk, at, "double_claim", "freed_in_teams", person=second.person)
            home = second.number.range
            if first is not None and not (home is not None and home.adopt):
                detail = f"recorded was {first.number.text}"
                key = {"person": second.person, "number": second.number.text}
                open_item(tenant.pk, "other_number", at, **key, detail=detail)
        settled.append(second.person)
    _close_ended(tenant, at)
    return settled


def _close_ended(tenant: Tenant, at: datetime) -> None:
    """A double claim also ends when Teams no longer shows the second number on the person."""
    open_ = Assignment.objects.of(tenant.pk).filter(category="second", until=None, person=OuterRef("person"))
    items = Item.objects.of(tenant.pk).filter(code="double_claim", closed_at=None)
    items.filter(~Exists(open_)).update(closed_at=at)
