"""Where the simulated company sits, and the numbers it owns there.

Every number is fictional: the drama ranges of Ofcom and the Bundesnetzagentur, 555-01xx in North America, and the
unused British area code 01632 for what a very large company needs beyond them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from .numbers import DIRECT_ROUTING, MICROSOFT

DEPARTMENTS = (
    "Sales", "Service Desk", "Finance", "Engineering", "Marketing", "Human Resources", "Legal", "Operations",
    "Purchasing", "Research",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NumberRange:
    """One block of numbers of one provider, for one office or for some departments there."""

    name: str
    country: str
    city: str
    office: str
    type: str
    provider: str
    first: int
    count: int
    departments: tuple[str, ...] = field(default=())

    @property
    def operator(self) -> str:
        """The id by which Teams names the provider."""
        if self.type == "directRouting":
            return DIRECT_ROUTING
        return MICROSOFT if self.type == "callingPlan" else str(uuid5(NAMESPACE_URL, self.provider))

    @property
    def location(self) -> str:
        """The id of the office's emergency location."""
        return str(uuid5(NAMESPACE_URL, f"{self.country}/{self.city}/{self.office}"))

    @property
    def rule(self) -> str:
        """The rule by which people draw from this range."""
        rule = f'Office = "{self.office}" AND City = "{self.city}"'
        if self.departments:
            names = ", ".join(f'"{name}"' for name in self.departments)
            rule += f" AND Department IN ({names})"
        return rule

    @property
    def policies(self) -> dict[str, str]:
        """The Teams policies that go with this range: what Direct Routing needs to dial out, and London's dial plan."""
        if self.type != "directRouting" or self.country == "US":
            return {}
        routing = "UK-International" if self.country == "GB" else f"{self.country}-International"
        plan = {"TenantDialPlan": "UK-London"} if self.city.casefold() == "london" else {}
        return {"OnlineVoiceRoutingPolicy": routing, **plan}

    def text(self, position: int) -> str:
        """The number at that position."""
        return f"+{self.first + position}"


_TABLE = """
GB|LONDON|Park Lane|directRouting|BT|442079460000|300|
GB|LONDON|Park Lane|operatorConnect|Gamma|442079460300|200|Sales,Service Desk
GB|London|Canary Wharf|callingPlan|Microsoft|442079460500|300|
GB|London|Shoreditch|directRouting|BT|442079460800|200|
GB|Abingdon|Office 1|directRouting|Gamma|441184960000|250|
GB|Abingdon|Office 2|callingPlan|Microsoft|441184960250|250|
GB|Manchester|Deansgate|operatorConnect|Gamma|441614960000|400|
GB|Manchester|Deansgate|callingPlan|Microsoft|441614960400|200|
GB|Leeds|Wellington Place|directRouting|BT|441134960000|400|
GB|Birmingham|Colmore Row|callingPlan|Microsoft|441214960000|400|
GB|Edinburgh|George Street|operatorConnect|Pure IP|441314960000|300|
GB|Glasgow|Queen Street|directRouting|BT|441414960000|300|
GB|Cardiff|Bute Place|operatorConnect|Gamma|442920180000|300|
GB|Bristol|Harbourside|directRouting|Gamma|441174960000|300|
GB|Newcastle|Grey Street|callingPlan|Microsoft|441914980000|200|
US|Seattle|Pike Street|callingPlan|Microsoft|12065550100|100|
US|Bellevue|Main Street|directRouting|Bandwidth|14255550100|100|
US|Tacoma|Dock Street|operatorConnect|Lumen|12535550100|100|
US|Portland|Burnside|operatorConnect|Lumen|15035550100|100|
US|New York|Bryant Park|callingPlan|Microsoft|12125550100|100|
US|Chicago|Wacker Drive|directRouting|Bandwidth|13125550100|100|
US|Boston|Summer Street|callingPlan|Microsoft|16175550100|100|
US|Denver|Union Station|operatorConnect|Lumen|13035550100|100|
US|Austin|Congress Avenue|directRouting|Bandwidth|15125550100|100|
US|Atlanta|Peachtree Street|callingPlan|Microsoft|14045550100|100|
DE|Berlin|Friedrichstrasse|operatorConnect|Telekom|493023125000|500|
DE|Frankfurt|Taunusanlage|directRouting|Colt|496990009000|400|
DE|Hamburg|Jungfernstieg|callingPlan|Microsoft|494066969000|400|
DE|Köln|Domplatz|directRouting|Colt|4922147100000|300|
DE|München|Marienplatz|operatorConnect|Telekom|498999998000|400|
"""

SPELLED = {
    "directRouting": "Direct Routing",
    "operatorConnect": "Operator Connect",
    "callingPlan": "Calling Plan",
}
FILLED = 0.75
"""How much of a range is in use at most, so that joiners find numbers."""


def ranges(people: int) -> list[NumberRange]:
    """Enough ranges for that many people, each with numbers to spare."""
    found = [_range(line) for line in _TABLE.strip().splitlines()]
    spare = _more()
    while sum(each.count for each in found) * FILLED < people:
        found.append(next(spare))
    return found


def _range(line: str) -> NumberRange:
    country, city, office, type, provider, first, count, departments = line.split("|")
    name = f"{city.title()} {office} {provider} {SPELLED[type]}"
    only = tuple(departments.split(",")) if departments else ()
    return NumberRange(name, country, city, office, type, provider, int(first), int(count), only)


def _more() -> Iterator[NumberRange]:
    for number in range(1000):
        first = 441632000000 + number * 1000
        office = f"Building {number + 1}"
        yield NumberRange(
            f"Northfield {office} BT Direct Routing",
            "GB",
            "Northfield",
            office,
            "directRouting",
            "BT",
            first,
            1000,
        )
