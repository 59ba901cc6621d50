"""The directory: people, and the log of changes that delta queries read."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .people import LicenceBook, Person

PAGE = 200
"""People in one page of a delta round (Microsoft: user-delta, default page size)."""


class Directory:
    """All people in order of creation, with a version for every change.

    A version is the length of the log after the change; the log keeps ids only, and an entry that a later one of
    the same person has overtaken is stale and skipped.
    """

    def __init__(self, book: LicenceBook) -> None:
        self.book = book
        self.changed: Callable[[Person, float], None] = lambda person, now: None
        self.everyone: list[Person] = []
        self._by_id: dict[str, Person] = {}
        self._by_upn: dict[str, Person] = {}
        self._log: list[str] = []
        self._times: list[float] = []
        self._last: dict[str, int] = {}
        self._properties: dict[str, dict[str, int]] = {}
        self._page_versions: list[int] = []

    @property
    def version(self) -> int:
        """How many changes there have been."""
        return len(self._log)

    def seed(self, people: Iterable[Person]) -> None:
        """Put the people in who were there before the tenant was first looked at: no change is logged."""
        for person in people:
            self._enter(person)

    def add(self, person: Person, now: float) -> None:
        """A new person appears."""
        self._enter(person)
        self.touch(person, list(person.attributes), now)

    def get(self, id: str) -> Person | None:
        """The person of that object id, removed or not."""
        return self._by_id.get(id.lower())

    def find(self, id_or_upn: str) -> Person | None:
        """The live person of that object id or user principal name."""
        key = id_or_upn.lower()
        person = self._by_id.get(key) or self._by_upn.get(key)
        return person if person is not None and person.removed is None else None

    def change(self, person: Person, values: dict[str, Any], now: float) -> None:
        """Set attributes; None clears one. Nothing is logged when nothing differs."""
        changed = [name for name, value in values.items() if person.attributes.get(name) != value]
        if not changed:
            return
        if "userPrincipalName" in changed:
            self._by_upn.pop(person.upn.lower(), None)
            self._by_upn[str(values["userPrincipalName"]).lower()] = person
        person.attributes.update({name: values[name] for name in changed})
        self.touch(person, changed, now)

    def remove(self, person: Person, reason: str, now: float) -> None:
        """Soft-delete (`changed`) or delete for good (`deleted`)."""
        if self._by_upn.get(person.upn.lower()) is person:
            del self._by_upn[person.upn.lower()]
        person.removed = reason
        self.touch(person, [], now)

    def restore(self, person: Person, now: float) -> None:
        """Bring a soft-deleted person back: it re-appears as a new object (Microsoft: delta-query-overview)."""
        person.removed = None
        self._by_upn[person.upn.lower()] = person
        self.touch(person, list(person.attributes), now)

    def touch(self, person: Person, properties: list[str], now: float) -> None:
        """Log that these properties of the person changed."""
        person.modified_at = now
        self._log.append(person.id)
        self._times.append(now)
        self._last[person.id] = self.version
        self._page_versions[person.index // PAGE] = self.version
        versions = self._properties.setdefault(person.id, {})
        versions.update(dict.fromkeys(properties, self.version))
        self.changed(person, now)

    def page(self, number: int) -> list[Person]:
        """The people of one page of a full round; those removed since are left out."""
        return [p for p in self.everyone[number * PAGE : (number + 1) * PAGE] if p.removed is None]

    @property
    def pages(self) -> int:
        """How many pages a full round has."""
        return len(self._page_versions)

    def page_version(self, number: int) -> int:
        """The version of the latest change to anybody on that page."""
        return self._page_versions[number]

    def changed_since(self, version: int, before: float) -> Iterator[tuple[int, Person]]:
        """Those changed after `version` and up to the moment `before`, each once, in order of the last change."""
        for position in range(version, len(self._log)):
            if self._times[position] > before:
                return
            id = self._log[position]
            if self._last[id] == position + 1 or self._times[self._last[id] - 1] > before:
                yield position + 1, self._by_id[id]

    def visible_version(self, before: float) -> int:
        """The version of the last change up to the moment `before`."""
        position = len(self._log)
        while position and self._times[position - 1] > before:
            position -= 1
        return position

    def properties_since(self, person: Person, version: int) -> set[str]:
        """Which of the person's properties changed after `version`."""
        return {name for name, at in self._properties.get(person.id, {}).items() if at > version}

    def live(self) -> Iterator[Person]:
        """Everybody who is not deleted, in order of creation."""
        return (person for person in self.everyone if person.removed is None)

    def deleted(self) -> list[Person]:
        """Everybody who is soft-deleted."""
        return [person for person in self.everyone if person.removed == "changed"]

    def _enter(self, person: Person) -> None:
        if person.id in self._by_id:
            raise ValueError(f"There is already a person with the object id {person.id}.")
        if person.upn.lower() in self._by_upn:
            raise ValueError(f"There is already a person with the user principal name {person.upn}.")
        person.index = len(self.everyone)
        if person.index % PAGE == 0:
            self._page_versions.append(0)
        self.everyone.append(person)
        self._by_id[person.id] = person
        self._by_upn[person.upn.lower()] = person
        self.book.apply(person)
