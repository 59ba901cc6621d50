"""A crowd of people as users delta gives them, and ranges with rules of every operator to classify them against."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from numberline.core.person import Entitlement, Holding, NumberType
from numberline.core.plans_table import PLAN_ID
from numberline.core.ranges import RangeView, Settings
from numberline.core.rules import compile_rule, parse

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAGE = 200
CITIES = [f"City {i:02}" for i in range(50)]
OFFICES = [f"Office {i:02}" for i in range(40)]
DEPARTMENTS = ["Sales", "Marketing", "Finance", "Engineering", "Legal", "Temp"]
TYPES = (NumberType.DIRECT_ROUTING, NumberType.OPERATOR_CONNECT, NumberType.CALLING_PLAN)

RULES = (
    'City = "{city}" AND Office = "{office}"',
    'City IN ("{city}", "{other}") AND NOT Department = "Temp"',
    'Office STARTS WITH "{office}" AND (City = "{city}" OR Department CONTAINS "gineer")',
    '(user.city -eq "{city}") -and (user.physicalDeliveryOfficeName -startsWith "Office 1")',
    'City MATCHES "^{city}$" AND JobTitle IS EMPTY',
    'UsageLocation = "GB" AND City = "{city}" AND Office NOT IN ("{office}", "Office 39")',
    'user.department -in ["Sales", "{office}"] -and user.city -ne "{city}" -and user.city -eq "{other}"',
    'ServicePlan = "MCOEV" AND City ENDS WITH "{city}"',
    'ExtensionAttribute3 MATCHES "^UK-" AND City = "{city}"',
    'NOT (City != "{city}" OR Office = "{office}")',
)
EXCLUDE = 'ServicePlan = "MCOEV_VIRTUALUSER" OR Department = "Meeting Rooms"'


def settings(ranges: int, rules: int) -> Settings:
    """Ranges of all types that share so many distinct rules, and an exclude rule."""
    texts = [
        RULES[i % len(RULES)].format(
            city=CITIES[i * 7 % 50], other=CITIES[(i * 7 + 3) % 50], office=OFFICES[i * 3 % 40]
        )
        for i in range(rules)
    ]
    compiled = [compile_rule(parse(text)) for text in texts]
    views = (
        RangeView(f"Range {i:03}", TYPES[i % 3], compiled[i % rules], priority=i % 10) for i in range(ranges)
    )
    return Settings(views, exclude=compile_rule(parse(EXCLUDE)), country="GB")


@dataclass(slots=True)
class CrowdPage:
    """A page as Graph sends it, and what its people hold in a tenant of many ranges and in one of few."""

    json: bytes
    holdings: list[Holding | None]
    holdings_of_few: list[Holding | None]


def pages(people: int, many: Settings) -> Iterator[CrowdPage]:
    """So many people, a page at a time; one in a hundred holds no number."""
    dice = random.Random(20261123)
    plans = [_plans(dice, calling_plan=i % 4 == 0) for i in range(64)]
    ranges = {(city, office): _held_range(city, office, many) for city in CITIES for office in OFFICES}
    for first in range(0, people, PAGE):
        page = CrowdPage(b"", [], [])
        users = []
        for number in range(first, min(first + PAGE, people)):
            city, office = dice.choice(CITIES), dice.choice(OFFICES)
            users.append(_user(number, city, office, dice.choice(DEPARTMENTS), plans[number % 64]))
            holds = number % 100 != 0
            page.holdings.append(_holding(number, ranges[city, office]) if holds else None)
            page.holdings_of_few.append(_holding(number, f"Range 00{number % 5}") if holds else None)
        page.json = b'{"value":[%s]}' % b",".join(users)
        yield page


def _held_range(city: str, office: str, many: Settings) -> str:
    """A range whose rule matches the people of an office, or for some offices one whose rule does not."""
    matching = many.candidates(
        Entitlement.CARRIER, {"city": city, "officeLocation": office, "usageLocation": "GB"}
    )
    return matching[0].name if matching else "Range 000"


def _holding(number: int, view: str) -> Holding:
    return Holding(f"+44{2000000000 + number}", NumberType.DIRECT_ROUTING, view, "GB")


def _plans(dice: random.Random, *, calling_plan: bool) -> bytes:
    """Twenty service plans, Phone System somewhere among them."""
    ids = [f"{dice.getrandbits(128):032x}" for _ in range(18)]
    plans = [f"{i[:8]}-{i[8:12]}-{i[12:16]}-{i[16:20]}-{i[20:]}" for i in ids]
    plans += [PLAN_ID["MCOEV"], PLAN_ID["MCOPSTN1" if calling_plan else "MCOMEETADV"]]
    dice.shuffle(plans)
    return json.dumps(
        [
            {
                "assignedDateTime": "2026-01-15T08:30:00Z",
                "capabilityStatus": "Enabled",
                "service": "MicrosoftCommunicationsOnline",
                "servicePlanId": plan,
            }
            for plan in plans
        ]
    ).encode()


def _user(number: int, city: str, office: str, department: str, plans: bytes) -> bytes:
    object_id = f"{number:08x}-0000-4000-8000-00000000{number % 65536:04x}"
    extensions: dict[str, Any] = {f"extensionAttribute{i}": None for i in range(1, 16)}
    extensions["extensionAttribute3"] = "UK-1" if number % 3 else "DE-1"
    user = {
        "id": object_id,
        "userPrincipalName": f"person{number}@contoso.example",
        "displayName": f"Person {number}",
        "givenName": "Person",
        "surname": str(number),
        "mail": f"person{number}@contoso.example",
        "mailNickname": f"person{number}",
        "accountEnabled": True,
        "userType": "Member",
        "city": city,
        "officeLocation": office,
        "department": department,
        "usageLocation": "GB",
        "country": "United Kingdom",
        "state": None,
        "jobTitle": None,
        "companyName": "Contoso",
        "businessPhones": [],
        "proxyAddresses": [f"SMTP:person{number}@contoso.example"],
        "onPremisesSyncEnabled": None,
        "assignedLicenses": [{"skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06", "disabledPlans": []}],
        "onPremisesExtensionAttributes": extensions,
    }
    return b'%s,"assignedPlans":%s}' % (json.dumps(user).encode()[:-1], plans)
