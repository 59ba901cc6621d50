"""Entries of the audit trail as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from numberline.audit.changes import Difference
from numberline.audit.models import Entry
from numberline.directory.models import Person

ID = 36
"""Characters of an object id."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, and what its person is called (their object id when the directory does not know them)."""

    entry: Entry
    who: str
    known: bool


def told(tenant_id: int, rows: Iterable[Entry]) -> list[Told]:
    """These entries with the names of their people, in their order."""
    entries = list(rows)
    names = _names(tenant_id, {entry.person for entry in entries if entry.person})
    return [Told(row, names.get(row.person, row.person), row.person in names) for row in entries]


def with_names(tenant_id: int, facts: list[Difference]) -> list[Difference]:
    """These facts with people's names where they are object ids of the directory."""
    values = {value for fact in facts for value in (fact.before, fact.after) if value and len(value) == ID}
    names = _names(tenant_id, values)
    return [
        replace(
            fact,
            before=names.get(fact.before or "", fact.before),
            after=names.get(fact.after or "", fact.after),
        )
        for fact in facts
    ]


def _names(tenant_id: int, people: set[str]) -> dict[str, str]:
    if not people:
        return {}
    known = Person.objects.of(tenant_id).filter(object_id__in=people)
    return {key: name or upn or key for key, name, upn in known.values_list("object_id", "name", "upn")}
