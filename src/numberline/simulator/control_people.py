"""Control verbs for people and licences."""

from collections.abc import Callable
from typing import Any

import msgspec

from . import lifecycle
from .people import Person
from .people_pages import PROPERTIES
from .state import Tenant


def verbs(tenant: Tenant) -> dict[str, Callable[..., Any]]:
    """The verbs by name."""
    people = PeopleVerbs(tenant)
    names = (
        "add_person add_people license unlicense licence_status change disable enable delete purge restore person"
        " add_sku add_location"
    )
    return {name: getattr(people, name) for name in names.split()}


class PeopleVerbs:
    """What an administrator of the directory can do; persons are named by object id or user principal name."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def add_person(self, licences: list[str] | None = None, **attributes: Any) -> str:
        """A new person with these Graph attributes and products; gives the object id."""
        values = _attributes({name: value for name, value in attributes.items() if name != "id"})
        if "id" in attributes:
            values["id"] = attributes["id"]
        return lifecycle.add(self._tenant, values, licences or [], self._tenant.now()).id

    def add_people(self, people: list[dict[str, Any]]) -> list[str]:
        """Many at once, each as for add_person."""
        return [self.add_person(**person) for person in people]

    def license(
        self, person: str, sku: str, disabled_plans: list[str] | None = None, group: bool = False
    ) -> None:
        """Assign a product, by its part number."""
        found, now = self._find(person), self._tenant.now()
        lifecycle.license(self._tenant, found, sku, now, disabled_plans or [], group=group)

    def unlicense(self, person: str, sku: str | None = None, group: bool = False) -> None:
        """Take a product away, or all."""
        lifecycle.unlicense(self._tenant, self._find(person), sku, self._tenant.now(), group=group)

    def licence_status(self, person: str, status: str, sku: str | None = None) -> None:
        """Give the plans of a product, or all, the capabilityStatus Enabled, Warning, Suspended or LockedOut."""
        lifecycle.licence_status(self._tenant, self._find(person), status, sku, self._tenant.now())

    def change(self, person: str, **attributes: Any) -> None:
        """Set attributes; None clears one."""
        self._tenant.directory.change(self._find(person), _attributes(attributes), self._tenant.now())

    def disable(self, person: str) -> None:
        """Disable the account."""
        self.change(person, accountEnabled=False)

    def enable(self, person: str) -> None:
        """Enable the account."""
        self.change(person, accountEnabled=True)

    def delete(self, person: str) -> None:
        """Soft-delete."""
        lifecycle.delete(self._tenant, self._find(person), self._tenant.now())

    def purge(self, person: str) -> None:
        """Delete for good, soft-deleted before or not."""
        lifecycle.purge(self._tenant, self._find(person), self._tenant.now())

    def restore(self, person: str) -> None:
        """Undo a soft-delete."""
        lifecycle.restore(self._tenant, self._find(person), self._tenant.now())

    def person(self, person: str) -> dict[str, Any]:
        """Everything known of one person."""
        found = self._find(person)
        return {
            "id": found.id,
            "removed": found.removed,
            "licences": [grant.sku.part_number for grant in found.grants],
            "features": found.features,
            "numbers": [number.text for number in self._tenant.numbers.held_by(found.id)],
            "attributes": found.attributes,
        }

    def add_sku(self, part_number: str, plans: list[str]) -> str:
        """A product of service plans, known or new; gives its id."""
        return self._tenant.catalogue.add(part_number, plans).id

    def add_location(self, id: str, country: str) -> None:
        """An emergency location."""
        self._tenant.locations[id] = country

    def _find(self, id_or_upn: str) -> Person:
        person = self._tenant.directory.find(id_or_upn) or self._tenant.directory.get(id_or_upn)
        if person is None:
            raise ValueError(f"There is no person {id_or_upn}.")
        return person


def _attributes(values: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(values.keys() - PROPERTIES)
    if unknown:
        raise ValueError(f"Users have no attribute {unknown[0]!r} in Graph.")
    return {name: value for name, value in values.items() if not isinstance(value, msgspec.Raw)}
