"""The worklist as it is shown: open items with their remedy, and the names of whom they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from numberline.directory.models import Person
from numberline.worklist.codes import ADVICE
from numberline.worklist.models import Item


@dataclass(frozen=True, slots=True)
class Shown:
    """An open item, what to do about it, the UPN of its person (empty: not about a known person), and further words:
    Microsoft's own, or what was found out for the list."""

    item: Item
    remedy: str
    upn: str
    detail: str = ""

    @property
    def about(self) -> str:
        """What the item is about, in the words that people know it by."""
        known = (self.upn or self.item.person, self.item.number, self.item.range_name, self.item.subject)
        return ", ".join(part for part in known if part)

    def to_json(self) -> dict[str, Any]:
        """The item as `worklist --json` prints it (spec section 7)."""
        return {
            "code": self.item.code,
            "since": self.item.since,
            "person": self.item.person or None,
            "number": self.item.number or None,
            "cause": self.item.cause,
            "remedy": self.remedy,
            "detail": self.detail or self.item.range_name or self.item.subject or None,
        }


def open_items(tenant_id: int) -> list[Shown]:
    """What needs a human in this tenant, oldest first."""
    return show(tenant_id, Item.objects.of(tenant_id).filter(closed_at=None).order_by("since", "pk"))


def show(tenant_id: int, rows: Iterable[Item]) -> list[Shown]:
    """These items as they are shown, in their order."""
    items = list(rows)
    people = sorted({item.person for item in items if item.person})
    names: dict[str, str] = {}
    for start in range(0, len(people), 500):
        known = Person.objects.of(tenant_id).filter(object_id__in=people[start : start + 500])
        names.update(known.values_list("object_id", "upn"))
    return [Shown(item, ADVICE[item.code].remedy, names.get(item.person, ""), item.detail) for item in items]
