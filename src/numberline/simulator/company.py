"""A company of any size, the same for the same seed: its people, their licences, and the numbers they hold."""

import bisect
import itertools
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

from . import identifiers, lifecycle, names
from .numbers import Number
from .offices import DEPARTMENTS, FILLED, NumberRange, ranges
from .people import Grant, Person
from .state import Tenant

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Options:
    """How the company is made up; shares are of all people, or of the licensed where it says so."""

    people: int = 2000
    joiners: float = 0.03  # of the licensed: no number yet
    unlicensed: float = 0.06
    guests: float = 0.03
    resource_accounts: float = 0.01
    shared_phones: float = 0.01
    disabled: float = 0.03  # of the licensed
    private_lines: float = 0.01  # of the licensed
    on_premises: float = 0.005  # of the licensed


class Company:
    """People and numbers in the making, and the joiners that keep coming."""

    def __init__(self, tenant: Tenant, options: Options) -> None:
        self.tenant = tenant
        self.options = options
        self.ranges = ranges(options.people) if options.people else []
        self._random = Random(f"company/{tenant.seed}")
        self._bounds = list(itertools.accumulate(each.count for each in self.ranges))
        self._next = [0] * len(self.ranges)
        self._names: Counter[str] = Counter()
        self._hired = 0
        begin = float(int(tenant.clock()))
        self._days = [begin - day * DAY for day in range(30, 1500, 25)]
        self._grants: dict[tuple[str, float], tuple[Grant, ...]] = {}
        self.taken: dict[str, Number] = {}

    def furnish(self) -> None:
        """Fill the tenant."""
        people = [self._person(index) for index in range(self.options.people)]
        self.tenant.directory.seed(people)
        for person in people:
            lifecycle.settle_at_once(self.tenant, person)
        self.tenant.numbers.seed(list(self._inventory()))
        for each in self.ranges:
            self.tenant.locations[each.location] = each.country
        for type, name in (
            ("OnlineVoiceRoutingPolicy", "UK-International"),
            ("OnlineVoiceRoutingPolicy", "DE-International"),
            ("TenantDialPlan", "UK-London"),
            ("TeamsCallingPolicy", "AllowCalling"),
            ("TeamsMeetingPolicy", "AllOn"),
        ):
            self.tenant.policies.add(type, name)

    def join(self, now: float) -> dict[str, Any]:
        """Hire somebody who is licensed and waits for a number."""
        position = self._position()
        attributes = self._attributes(position)
        licences = self._licences(self.ranges[position]).split()
        person = lifecycle.add(self.tenant, attributes, licences, now)
        shown = ("userPrincipalName", "displayName", "city", "officeLocation", "department", "usageLocation")
        return {"id": person.id, "licences": licences, **{name: person.attributes[name] for name in shown}}

    def _person(self, index: int) -> Person:
        options, draw = self.options, self._random.random()
        at = self._days[index % len(self._days)]
        for share, make in (
            (options.guests, self._guest),
            (options.resource_accounts, self._resource_account),
            (options.shared_phones, self._shared_phone),
            (options.unlicensed, self._unlicensed),
        ):
            if draw < share:
                return make(at)
            draw -= share
        return self._licensed(at)

    def _licensed(self, at: float) -> Person:
        position = self._position()
        each, random, options = self.ranges[position], self._random, self.options
        attributes = self._attributes(position)
        person = Person(attributes.pop("id"), attributes, self._granted(self._licences(each), at), at)
        if random.random() < options.disabled:
            attributes["accountEnabled"] = False
        if random.random() >= options.joiners and self._draw(position, person.id) is not None:
            number = self.taken[each.text(self._next[position] - 1)]
            attributes["businessPhones"] = [number.text]
            if each.type == "directRouting" and random.random() < options.on_premises:
                number.source = "onPremises"
            if random.random() < options.private_lines:
                self._draw(position, person.id, "private")
        return person

    def _unlicensed(self, at: float) -> Person:
        attributes = self._attributes(self._position())
        return Person(
            attributes.pop("id"), attributes, self._granted(self._random.choice(("SPE_E3", "SPE_F1")), at), at
        )

    def _guest(self, at: float) -> Person:
        attributes = self._attributes(self._position())
        name = attributes["mailNickname"]
        attributes |= {
            "userType": "Guest",
            "userPrincipalName": f"{name}_partner.example#EXT#@{self.tenant.domain}",
            "mail": f"{name}@partner.example",
            "usageLocation": None,
        }
        return Person(attributes.pop("id"), attributes, (), at)

    def _resource_account(self, at: float) -> Person:
        position = self._position()
        attributes = self._attributes(position)
        attributes |= {
            "displayName": f"Main line {attributes['officeLocation']} {self._hired}",
            "department": "Microsoft Communication Application Instance",
            "accountEnabled": False,
            "jobTitle": None,
        }
        person = Person(attributes.pop("id"), attributes, self._granted("PHONESYSTEM_VIRTUALUSER", at), at)
        self._draw(position, person.id, use="voiceApplication")
        return person

    def _shared_phone(self, at: float) -> Person:
        attributes = self._attributes(self._position())
        attributes |= {
            "displayName": f"Lobby phone {self._hired}",
            "department": "Meeting Rooms",
            "jobTitle": None,
        }
        return Person(attributes.pop("id"), attributes, self._granted("MCOCAP", at), at)

    def _position(self) -> int:
        return bisect.bisect_right(self._bounds, int(self._random.random() * self._bounds[-1]))

    def _draw(
        self, position: int, holder: str, category: str = "primary", use: str = "user"
    ) -> Number | None:
        each, at = self.ranges[position], self._next[position]
        if at >= each.count * (FILLED + 0.15):
            return None
        self._next[position] += 1
        number = _number(each, at)
        number.give(holder, category, use)
        self.taken[number.text] = number
        return number

    def _inventory(self) -> list[Number]:
        """What Teams lists: every Calling Plan and Operator Connect number, Direct Routing only where assigned."""
        found = list(self.taken.values())
        for each in self.ranges:
            if each.type != "directRouting":
                found += [_number(each, at) for at in range(each.count) if each.text(at) not in self.taken]
        return found

    def _licences(self, each: NumberRange) -> str:
        random = self._random.random()
        if each.type == "callingPlan":
            return "SPE_E5 MCOPSTN1" if random < 0.5 else "SPE_E3 MCOTEAMS_ESSENTIALS"
        return "SPE_E5" if random < 0.7 else "SPE_E3 MCOEV"

    def _granted(self, licences: str, at: float) -> tuple[Grant, ...]:
        key = (licences, at)
        if key not in self._grants:
            self._grants[key] = tuple(Grant(self.tenant.catalogue.sku(part), at) for part in licences.split())
        return self._grants[key]

    def _attributes(self, position: int) -> dict[str, Any]:
        each, random = self.ranges[position], self._random
        given, surname = random.choice(names.GIVEN), random.choice(names.SURNAMES)
        plain = f"{given}.{surname}".lower().translate(names.PLAIN)
        self._names[plain] += 1
        count, self._hired = self._names[plain], self._hired + 1
        nickname = plain if count == 1 else f"{plain}{count}"
        mail = f"{nickname}@{self.tenant.domain}"
        departments = each.departments or DEPARTMENTS
        return {
            "id": identifiers.guid(random),
            "accountEnabled": True,
            "businessPhones": [],
            "city": each.city,
            "companyName": self.tenant.name,
            "country": names.COUNTRIES[each.country],
            "department": random.choice(departments),
            "displayName": f"{given} {surname}",
            "employeeId": f"{100000 + self._hired}",
            "employeeType": "Employee",
            "givenName": given,
            "jobTitle": random.choice(names.TITLES),
            "mail": mail,
            "mailNickname": nickname,
            "officeLocation": each.office,
            "onPremisesExtensionAttributes": names.COST_CENTRES[self._hired % len(names.COST_CENTRES)],
            "onPremisesSyncEnabled": True if self._hired % 5 < 3 else None,
            "preferredLanguage": names.LANGUAGES[each.country],
            "proxyAddresses": [f"SMTP:{mail}"],
            "surname": surname,
            "usageLocation": each.country,
            "userPrincipalName": mail,
            "userType": "Member",
        }


def furnish(tenant: Tenant, options: Options) -> Company:
    """Make a company and put it into the tenant."""
    company = Company(tenant, options)
    company.furnish()
    return company


def _number(each: NumberRange, at: int) -> Number:
    listed = each.type != "directRouting"
    number = Number(
        each.text(at),
        each.type,
        each.operator,
        each.country if listed else None,
        each.city if listed else None,
    )
    if each.type == "callingPlan" and (each.country, each.city) != ("US", "New York"):
        number.location = each.location
    return number
