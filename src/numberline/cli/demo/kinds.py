"""The kinds of people who join the demo's company: where they sit, what they are licensed for, what becomes of them.

Offices and cities are those of numberline.simulator.offices; licences are Microsoft's own part numbers.
"""

from dataclasses import replace
from typing import Any

from numberline.cli.demo.joiners import Kind

PHONE = ("SPE_E5",)
CALLING_PLAN = ("SPE_E5", "MCOPSTN1")
PHONE_ADDED = ("SPE_E3", "MCOEV")
NO_PHONE = ("SPE_E3",)
TEAMS_LAG = 20.0
DISABLED_FOR = 15.0


def nottingham(kinds: list[Kind]) -> Kind:
    """Who joins the office that opens in the month before (numberline.cli.demo.history)."""
    place = {"city": "Nottingham", "officeLocation": "Market Square"}
    return replace(kinds[0], about="Market Square, Nottingham", attributes={**kinds[0].attributes, **place})


def kinds(company: str) -> list[Kind]:
    """Every kind, in the order in which each is shown once."""

    def at(country: str, city: str, office: str, department: str = "Engineering") -> dict[str, Any]:
        return {
            "city": city,
            "officeLocation": office,
            "usageLocation": country,
            "department": department,
            "companyName": company,
            "userType": "Member",
        }

    return [
        Kind("Park Lane, London; Phone System", at("GB", "LONDON", "Park Lane"), PHONE),
        Kind("Office 2, Abingdon; Calling Plan", at("GB", "Abingdon", "Office 2"), CALLING_PLAN),
        Kind("Friedrichstrasse, Berlin; Phone System", at("DE", "Berlin", "Friedrichstrasse"), PHONE),
        Kind("Harbour, Truro; Phone System", at("GB", "Truro", "Harbour"), PHONE, odd=True),
        Kind(
            "Wellington Place, Leeds; new licence",
            at("GB", "Leeds", "Wellington Place"),
            PHONE,
            TEAMS_LAG,
            odd=True,
        ),
        Kind("Pike Street, Seattle; Calling Plan", at("US", "Seattle", "Pike Street"), CALLING_PLAN),
        Kind(
            "Queen Street, Glasgow; disabled",
            at("GB", "Glasgow", "Queen Street"),
            PHONE,
            0.0,
            DISABLED_FOR,
            odd=True,
        ),
        Kind("Office 1, Abingdon; Phone System", at("GB", "Abingdon", "Office 1"), PHONE_ADDED),
        Kind(
            "Grey Street, Newcastle; no Phone System",
            at("GB", "Newcastle", "Grey Street"),
            NO_PHONE,
            odd=True,
        ),
        Kind("Park Lane, London, Sales; Phone System", at("GB", "LONDON", "Park Lane", "Sales"), PHONE),
        Kind("Marienplatz, München; Phone System", at("DE", "München", "Marienplatz"), PHONE_ADDED),
        Kind("Colmore Row, Birmingham; Calling Plan", at("GB", "Birmingham", "Colmore Row"), CALLING_PLAN),
    ]
