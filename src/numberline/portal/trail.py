"""Entries of the audit trail as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from numberline.audit.models import Entry
from numberline.directory.models import Person


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, and what its person is called (their object id when the directory does not know them)."""

    entry: Entry
    who: str
    known: bool


def told(tenant_id: int, rows: Iterable[Entry]) -> list[Told]:
    """These entries with the names of their people, in their order."""
    entries = list(rows)
    people = {entry.person for entry in entries if entry.person}
    known = Person.objects.of(tenant_id).filter(object_id__in=people)
    names = {key: name or upn or key for key, name, upn in known.values_list("object_id", "name", "upn")}
    return [Told(row, names.get(row.person, row.person), row.person in names) for row in entries]
