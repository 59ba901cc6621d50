"""From rows to the facts that the decision reads: the only place that turns a Person row into PersonFacts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import msgspec
from django.db.models import QuerySet

from numberline.core.person import Entitlement, Holding, OwnNumber, PersonFacts
from numberline.directory.models import Person

One = TypeVar("One")
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(slots=True)
class Belongings:
    """What some people hold, held last, and have reserved for them, by object id (filled by assignments.belongings)."""

    holdings: Mapping[str, Holding] = field(default_factory=dict)
    last_numbers: Mapping[str, OwnNumber] = field(default_factory=dict)
    reserved: Mapping[str, tuple[OwnNumber, ...]] = field(default_factory=dict)
    on_premises: Mapping[str, str] = field(default_factory=dict)
    voice_applications: frozenset[str] = frozenset()


class Known(NamedTuple):
    """What a decision reads of a person's row, without the cost of a model: it is read for everybody."""

    pk: int
    object_id: str
    upn: str
    attributes: str
    entitlement: str
    first_seen: datetime
    phone_system_since: datetime | None
    enabled: bool
    guest: bool
    resource_account: bool
    usage_location: str
    deleted: str
    lost_at: datetime | None
    locked: bool
    locked_until: datetime | None
    excluded: bool
    excluded_until: datetime | None
    released_by_hand: bool
    taken_number: str
    ready: bool | None
    look_at: datetime | None
    obstacle: str
    action: str
    code: str
    reason: str
    needs_look: bool


def known(rows: "QuerySet[Person]") -> "QuerySet[Person, Any]":
    """These people's rows, for `Known._make`."""
    return rows.values_list(*Known._fields)


def person_facts(person: Person | Known, belongings: Belongings, now: datetime) -> PersonFacts:
    """The facts of one person at `now`: locks and exclusions that have ended no longer count.

    Readiness that is due to be asked again counts as not known, so that the person is planned for and asked.
    """
    key = person.object_id
    due = person.look_at is None or person.look_at <= now
    return PersonFacts(
        id=key,
        upn=person.upn or None,
        attributes=_decode(person.attributes),
        entitlement=Entitlement(person.entitlement),
        first_seen=person.first_seen,
        phone_system_since=person.phone_system_since,
        enabled=person.enabled,
        guest=person.guest,
        resource_account=person.resource_account or key in belongings.voice_applications,
        usage_location=person.usage_location or None,
        deleted=bool(person.deleted),
        lost_at=person.lost_at,
        locked=person.locked and not ended(person.locked_until, now),
        excluded=person.excluded and not ended(person.excluded_until, now),
        holding=belongings.holdings.get(key),
        released_by_hand=person.released_by_hand,
        taken_number=person.taken_number or None,
        last_number=belongings.last_numbers.get(key),
        reserved=belongings.reserved.get(key, ()),
        on_premises_number=belongings.on_premises.get(key),
        ready=None if person.ready is False and due else person.ready,
        obstacle=person.obstacle or None,
    )


def ended(until: datetime | None, now: datetime) -> bool:
    """Whether something with an end (none: open-ended) is over."""
    return until is not None and until <= now


def in_chunks(rows: Iterable[One], size: int = 1000) -> Iterator[Sequence[One]]:
    """People in lists of at most `size`, so that what they hold can be read for many at once."""
    chunk: list[One] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
