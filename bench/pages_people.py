"""Made-up people by the hundred thousand, as Graph shows them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import msgspec

from numberline.core.plans_table import PLAN_ID
from numberline.graph.users import GraphUser
from numberline.simulator.names import GIVEN, SURNAMES

PLACES = ((50_000, 50, 8), (5_000, 20, 8), (0, 4, 4))
"""From so many people on, in how many cities and departments they work: a list of both is a full page in any tenant."""
DEPARTMENTS = ["Sales", "Legal", "Finance", "Engineering", "Marketing", "Support", "Operations", "Research"]
PLANS = [
    {
        "servicePlanId": PLAN_ID["MCOEV"],
        "service": "MicrosoftCommunicationsOnline",
        "capabilityStatus": "Enabled",
        "assignedDateTime": "2026-01-15T08:30:00Z",
    }
]


def users(count: int) -> Iterator[GraphUser]:
    """So many people, always the same ones."""
    dice = random.Random(20261123)
    cities, departments = next(where for least, *where in PLACES if count >= least)
    for number in range(count):
        city = f"City {dice.randrange(cities):02}"
        user = _user(dice, number, city, dice.choice(DEPARTMENTS[:departments]))
        yield msgspec.convert(user, GraphUser)


def _user(dice: random.Random, number: int, city: str, department: str) -> dict[str, Any]:
    given, surname = dice.choice(GIVEN[:20]), dice.choice(SURNAMES)
    address = f"{given}.{surname}{number}@contoso.example".lower()
    return {
        "id": f"{number:08x}-0000-4000-8000-{dice.getrandbits(48):012x}",
        "userPrincipalName": address,
        "mail": address,
        "displayName": f"{given} {surname}",
        "givenName": given,
        "surname": surname,
        "accountEnabled": True,
        "userType": "Member",
        "city": city,
        "officeLocation": f"Office {dice.randrange(400)}",
        "department": department,
        "companyName": "Contoso",
        "jobTitle": "Engineer",
        "employeeId": f"E{number:06}",
        "usageLocation": "GB",
        "country": "United Kingdom",
        "assignedPlans": PLANS,
    }
