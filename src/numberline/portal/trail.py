"""Entries of the audit trail as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from numberline.audit.changes import Difference
from numberline.audit.models import Entry
from numberline.directory.models import Person
from numberline.worklist.titles import TITLES

ID = 36
"""Characters of an object id."""


@dataclass(frozen=True, slots=True)
class ItemTold:
    """Which item of the worklist an entry is about, and the query of the list that has it while it is open."""

    title: str
    query: str


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, and what its person is called (their object id when the directory does not know them)."""

    entry: Entry
    who: str
    known: bool

    @property
    def item(self) -> ItemTold | None:
        """The item of the worklist that it is about, if it is about one."""
        after = self.entry.after
        if not self.entry.verb.startswith("item_") or not isinstance(after, dict) or not after.get("item"):
            return None
        code, about = str(after["item"]), after.get("about")
        title = TITLES.get(code) or code.replace("_", " ")
        where = {"code": code} | ({"snoozed": "1"} if after.get("snoozed_until") else {})
        return ItemTold(f"{title}: {about}" if about else title, urlencode(where))


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
