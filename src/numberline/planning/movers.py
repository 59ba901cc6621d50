"""People whose number no longer fits them: they keep it (M10), and the worklist shows what they would get."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from numberline.assignments.belongings import belongings_of
from numberline.assignments.models import Assignment
from numberline.core.decision import Action, Code
from numberline.core.matching import Matching
from numberline.core.person import PersonFacts
from numberline.directory.facts import in_chunks, person_facts
from numberline.directory.models import Person
from numberline.inventory.glance import Ahead
from numberline.planning.settings import settings_of
from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from numberline.worklist.listing import Shown, open_items
from numberline.worklist.models import Item

MISFITS = (Code.MOVED, Code.WRONG_TYPE, Code.COUNTRY_MISMATCH)
"""What a decision says of a number that somebody keeps although it no longer fits."""

Key = tuple[str, str, str]
"""Code, person and number of an item."""


def watch_movers(tenant: Tenant, at: datetime) -> None:
    """Open and close the items of people whose number no longer fits, by what was decided about them."""
    people = Person.objects.of(tenant.pk).filter(action=Action.KEEP, code__in=MISFITS)
    decided = {key: (code, reason) for key, code, reason in people.values_list("object_id", "code", "reason")}
    now: dict[Key, str] = {}
    for person, number in _numbers(tenant.pk, list(decided)):
        code, reason = decided[person]
        now[code, person, number] = reason
    items = Item.objects.of(tenant.pk).filter(closed_at=None, code__in=MISFITS)
    known = {
        (code, person, number): pk
        for pk, code, person, number in items.values_list("pk", "code", "person", "number")
    }
    over = [pk for key, pk in known.items() if key not in now]
    with transaction.atomic():
        for start in range(0, len(over), 500):
            items.filter(pk__in=over[start : start + 500]).update(closed_at=at)
        for key in sorted(now.keys() - known.keys(), key=_number_of):
            _open(tenant.pk, at, key, now[key])


def _numbers(tenant_id: int, people: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Whom and what they hold: by their ids, because joined with everybody PostgreSQL may go through all of them for
    each."""
    held = Assignment.objects.of(tenant_id).filter(until=None, category="primary")
    for some in _some(people):
        yield from held.filter(person__in=some).values_list("person", "number__text")


def _number_of(key: Key) -> str:
    return key[2]


def _open(tenant_id: int, at: datetime, key: Key, reason: str) -> None:
    code, person, number = key
    if code == Code.MOVED:
        open_item(tenant_id, "moved", at, person=person, number=number, cause=reason)
    elif code == Code.WRONG_TYPE:
        open_item(tenant_id, "wrong_type", at, person=person, number=number, cause=reason)
    else:
        open_item(tenant_id, "country_mismatch", at, person=person, number=number, cause=reason)


def worklist(tenant: Tenant, at: datetime) -> list[Shown]:
    """What needs a human, oldest first; whose number no longer fits is shown with the one that they would get."""
    return with_offers(tenant, open_items(tenant.pk), at)


def with_offers(tenant: Tenant, shown: Sequence[Shown], at: datetime) -> list[Shown]:
    """These items, those of movers with the number that each would get beside the others shown, and its command."""
    movers = [one.item.person for one in shown if one.item.code in MISFITS]
    offers = dict(_offers(tenant, movers, at))
    return [_offered(one, *offers.get(one.item.person, ("", ""))) for one in shown]


def _offered(one: Shown, detail: str, remedy: str) -> Shown:
    if one.item.code not in MISFITS:
        return one
    return replace(one, detail=detail or one.detail, remedy=remedy or one.remedy)


def _offers(tenant: Tenant, movers: Sequence[str], at: datetime) -> Iterator[tuple[str, tuple[str, str]]]:
    """For each of these people, in their order, what they would get, and the command that gives it to them (empty
    where there is nothing to give)."""
    settings = settings_of(tenant)
    facts = list(_facts(tenant.pk, movers, at))
    wanted = Counter(
        view.name for _, one in facts for view in settings.candidates(one.entitlement, one.attributes)
    )
    matching = Matching(Ahead(tenant.pk, at, wanted, max(wanted.values(), default=0)), settings)
    for row, one in facts:
        decision = matching.number_for(one)
        if decision.action is not Action.ASSIGN:
            yield row.object_id, (f"No range has a number for them: {decision.reason}", "")
            continue
        where = f' of range "{decision.range}"' if decision.range else ""
        to_adopt = one.holding.number if one.holding is not None and not one.holding.adopted else ""
        yield (
            row.object_id,
            (f"They would get {decision.number}{where}.", _command(tenant, row, to_adopt)),
        )


def _facts(tenant_id: int, movers: Sequence[str], at: datetime) -> Iterator[tuple[Person, PersonFacts]]:
    """What is known of these people, in their order."""
    people = Person.objects.of(tenant_id)
    rows = {row.object_id: row for some in _some(movers) for row in people.filter(object_id__in=some)}
    for chunk in in_chunks(rows[key] for key in dict.fromkeys(movers) if key in rows):
        belongings = belongings_of(tenant_id, [row.object_id for row in chunk], at)
        for row in chunk:
            yield row, person_facts(row, belongings, at)


def _some(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), 500):
        yield keys[start : start + 500]


def _command(tenant: Tenant, person: Person, to_adopt: str) -> str:
    """What gives them the number, as one types it; what was set in Teams directly is taken over before."""
    name = shlex.quote(tenant.name)
    change = f"numberline number change {name} {shlex.quote(str(person))} --to-match --reason TEXT"
    if to_adopt:
        return f"Leave it so, or: numberline number adopt {name} {to_adopt} --reason TEXT; then {change}"
    return f"Leave it so, or: {change}"
