"""Telling an entry that was moved within its trail from one that was altered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numberline.audit import canonical
from numberline.audit.canonical import Values
from numberline.audit.keys import Key

MOST = 48
"""Suspects and places that are tried with each other; whoever changed more of a trail is not hiding it."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """An entry whose code does not fit where it stands, or (`before` is None) of which nobody can say whether it does,
    because the entry before it is missing."""

    values: Values
    mac: Any
    before: str | None


def resolve(
    tenant_id: int, keys: Mapping[str, Key], suspects: Sequence[Suspect], gaps: Mapping[int, str | None]
) -> Iterator[tuple[Suspect, int | None]]:
    """Each suspect with the number as which it was written; None when it fits nowhere: it was altered.

    Its own number is given for one that is right, and only follows one that was moved. `gaps` are the numbers that
    have no entry, with the code before each where it is known.
    """
    tried = suspects[:MOST]
    places: dict[int, str | None] = {each.values[0]: each.before for each in tried}
    places |= dict(sorted(gaps.items())[:MOST])
    moved = {each.mac for each in tried}
    for each in tried:
        key = keys[each.values[canonical.KEY]]
        fitting = (
            place for place, before in places.items() if _fits(tenant_id, key, each, place, {before, *moved})
        )
        yield each, next(fitting, None)
    for each in suspects[MOST:]:
        yield each, None


def _fits(tenant_id: int, key: Key, suspect: Suspect, place: int, before: set[str | None]) -> bool:
    values = (place, *suspect.values[1:])
    return any(
        key.mac(canonical.entry(tenant_id, values, mac)) == suspect.mac for mac in before if mac is not None
    )
