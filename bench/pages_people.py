"""Made-up people by the hundred thousand, as Graph shows them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import msgspec

from numberline.core.plans_table import PLAN_ID
from numberline.graph.users import GraphUser
from numberline.simulator.names import GIVEN, SURNAMES

CITIES = [f"City {index:02}" for index in range(20)]
"""So few that a page of them is full in a tenant of a thousand people too."""
DEPARTMENTS = ["Sales", "Marketing", "Finance", "Engineering", "Legal", "Support", "Operations", "Research"]
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
    for number in range(count):
        yield msgspec.convert(_user(dice, number), GraphUser)


def _user(dice: random.Random, number: int) -> dict[str, Any]:
    given, surname = dice.choice(GIVEN[:20]), dice.choice(SURNAMES)
    address = f"{given}.{surname}{number}@contoso.example".lower()
    city = dice.randrange(20)
    return {
        "id": f"{number:08x}-0000-4000-8000-{dice.getrandbits(48):012x}",
        "userPrincipalName": address,
        "mail": address,
        "displayName": f"{given} {surname}",
        "givenName": given,
        "surname": surname,
        "accountEnabled": True,
        "userType": "Member",
        "city": CITIES[city],
        "officeLocation": f"Office {dice.randrange(400)}",
        "department": dice.choice(DEPARTMENTS),
        "companyName": "Contoso",
        "jobTitle": "Engineer",
        "employeeId": f"E{number:06}",
        "usageLocation": "GB",
        "country": "United Kingdom",
        "assignedPlans": PLANS,
    }
