"""Telephone numbers: who really holds them, and what Teams shows."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Any

import msgspec

from . import identifiers

TYPES = ("directRouting", "callingPlan", "operatorConnect")
MICROSOFT = "0019adbc-b82a-47b4-a799-4e993a9982f1"
DIRECT_ROUTING = "7a205197-8e59-487d-b9fa-3fc1b108f1e5"
ASSIGNED = {
    "user": "userAssigned",
    "voiceApplication": "voiceApplicationAssigned",
    "conference": "conferenceAssigned",
}


class Number:
    """One number. The fields are the truth; `shown` is what reading it gives, which may lag behind.

    `holder` is an object id; `category` is primary, private or alternate; `use` says what kind of holder it is.
    """

    __slots__ = (
        "blocked",
        "capabilities",
        "category",
        "city",
        "civic_address",
        "country",
        "holder",
        "location",
        "network_site",
        "operator",
        "pending",
        "port_in",
        "reverse_lookup",
        "shown",
        "source",
        "state",
        "text",
        "type",
        "use",
    )

    def __init__(
        self, text: str, type: str, operator: str, country: str | None = None, city: str | None = None
    ) -> None:
        self.text = text
        self.type = type
        self.operator = operator
        self.country = country
        self.city = city
        self.holder: str | None = None
        self.category: str | None = None
        self.use = "user"
        self.location: str | None = None
        self.civic_address: str | None = None
        self.network_site: str | None = None
        self.source = "online"
        self.port_in: str | None = None
        self.state = "activated"
        self.capabilities: tuple[str, ...] = capabilities(type)
        self.reverse_lookup: tuple[str, ...] = ()
        self.blocked = False
        self.pending = 0
        self.shown: bytes | None = None

    def give(self, holder: str, category: str = "primary", use: str = "user") -> None:
        """Let `holder` have the number."""
        self.holder, self.category, self.use = holder, category, use

    def free(self) -> None:
        """Let nobody have the number."""
        self.holder, self.category, self.use = None, None, "user"

    def document(self) -> dict[str, Any]:
        """The number as Graph spells it (Microsoft: teamsadministration-numberassignment)."""
        return {
            "id": identifiers.number_id(self.text),
            "telephoneNumber": self.text,
            "operatorId": self.operator,
            "numberType": self.type,
            "activationState": self.state,
            "capabilities": self.capabilities,
            "locationId": self.location,
            "civicAddressId": self.civic_address,
            "networkSiteId": self.network_site,
            "assignmentTargetId": self.holder,
            "assignmentCategory": self.category,
            "portInStatus": self.port_in,
            "assignmentStatus": ASSIGNED[self.use] if self.holder else "unassigned",
            "isoCountryCode": self.country,
            "city": self.city,
            "numberSource": self.source,
            "supportedCustomerActions": ("locationUpdate",)
            if self.type == "directRouting"
            else ("locationUpdate", "release"),
            "reverseNumberLookupOptions": self.reverse_lookup,
        }


def capabilities(type: str) -> tuple[str, ...]:
    """What a number of that type may be used for unless told otherwise."""
    if type == "directRouting":
        return ("conferenceAssignment", "voiceApplicationAssignment", "userAssignment")
    return ("userAssignment",)


class Holdings:
    """Who holds which numbers, looked up from either side."""

    def __init__(self) -> None:
        self._by_holder: dict[str, set[str]] = {}
        self._holder: dict[str, str] = {}

    def put(self, text: str, holder: str | None) -> None:
        """Note that `holder`, or nobody, has the number."""
        before = self._holder.pop(text, None)
        if before is not None:
            self._by_holder[before].discard(text)
        if holder is not None:
            self._holder[text] = holder
            self._by_holder.setdefault(holder, set()).add(text)

    def of(self, holder: str) -> list[str]:
        """The numbers of that holder, in order."""
        return sorted(self._by_holder.get(holder, ()))


class Numbers:
    """Every number of the tenant, in order of their text, with what is shown prepared as JSON."""

    def __init__(self) -> None:
        self._all: dict[str, Number] = {}
        self._listed: list[str] = []
        self._truth = Holdings()
        self._seen = Holdings()

    def seed(self, numbers: list[Number]) -> None:
        """Put many numbers in at once, all of them shown."""
        for number in numbers:
            self._all[number.text] = number
            self.settle(number)
            self._show(number)
        self._listed = sorted({*self._listed, *(number.text for number in numbers)})

    def get(self, text: str) -> Number | None:
        """The number of that E.164 text, shown or not."""
        return self._all.get(text)

    def add(self, number: Number) -> None:
        """Enter a number that Teams does not show yet."""
        self._all[number.text] = number

    def settle(self, number: Number) -> None:
        """Bring the index of holders up to the number's own word; call it after give and free."""
        self._truth.put(number.text, number.holder)

    def publish(self, number: Number) -> None:
        """Let Teams show the number as it is now."""
        if number.shown is None:
            insort(self._listed, number.text)
        self._show(number)

    def forget(self, number: Number) -> None:
        """Take the number out of Microsoft's database."""
        self._all.pop(number.text, None)
        self._truth.put(number.text, None)
        if number.shown is not None:
            del self._listed[bisect_left(self._listed, number.text)]
            self._seen.put(number.text, None)
            number.shown = None

    def held_by(self, holder: str) -> list[Number]:
        """The numbers that somebody really holds."""
        return [self._all[text] for text in self._truth.of(holder)]

    def shown_to_be_held_by(self, holder: str) -> list[Number]:
        """The numbers that Teams shows as somebody's."""
        return [self._all[text] for text in self._seen.of(holder)]

    def listed(self) -> list[str]:
        """The texts of all numbers shown, in order."""
        return self._listed

    def shown(self, texts: list[str]) -> list[bytes]:
        """What Teams shows of each of these numbers, as JSON."""
        return [self._all[text].shown or b"{}" for text in texts]

    def everything(self) -> Iterator[Number]:
        """Every number there is, shown or not."""
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def _show(self, number: Number) -> None:
        number.shown = msgspec.json.encode(number.document())
        self._seen.put(number.text, number.holder)
