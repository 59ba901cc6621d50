"""The two examples that users know, with their rules as written."""

from typing import Any

from numberline.core import rules
from numberline.core.person import Entitlement, NumberType, PersonFacts
from numberline.core.ranges import RangeView, Settings
from numberline.core.supply import MemorySupply
from tests.core.people import DIRECT, NOW, PLAN, decide, numbers, outcome, person


def ruled(name: str, number_type: NumberType, text: str) -> RangeView:
    return RangeView(name, number_type, rules.compile_rule(rules.parse(text)))


def living_at(city: str, office: str, **facts: Any) -> PersonFacts:
    return person(attributes={"city": city, "officeLocation": office}, **facts)


PARK_LANE = Settings([ruled("Park Lane", DIRECT, 'Office = "Park Lane" AND City = "LONDON"')])
PARK_LANE_NUMBERS = MemorySupply({"Park Lane": numbers("+442079460100")}, NOW)


def test_office_and_city_choose_the_range_whatever_their_case() -> None:
    given = decide(living_at("London", "park lane"), PARK_LANE, PARK_LANE_NUMBERS)
    assert (outcome(given), given.number) == (("assign", "next_available"), "+442079460100")
    for city, office in (("London", "Baker Street"), ("Leeds", "Park Lane")):
        waits = decide(living_at(city, office), PARK_LANE, PARK_LANE_NUMBERS)
        assert outcome(waits) == ("wait", "no_matching_rule")


# Two ranges of one area code: a carrier's for Office 1, Microsoft's for Office 2.
ABINGDON = Settings(
    [
        ruled("Abingdon Office 1", DIRECT, 'City = "Abingdon" AND Office = "Office 1"'),
        ruled("Abingdon Office 2", PLAN, 'City = "Abingdon" AND Office = "Office 2"'),
    ]
)
ABINGDON_NUMBERS = MemorySupply(
    {"Abingdon Office 1": numbers("+441235550100"), "Abingdon Office 2": numbers("+441235550200")}, NOW
)


def in_abingdon(office: str, entitlement: Entitlement) -> tuple[tuple[str, str], str | None]:
    decision = decide(living_at("Abingdon", office, entitlement=entitlement), ABINGDON, ABINGDON_NUMBERS)
    return outcome(decision), decision.number


def test_two_ranges_of_one_area_code_are_told_apart_by_the_office() -> None:
    assert in_abingdon("Office 1", Entitlement.CARRIER) == (("assign", "next_available"), "+441235550100")
    assert in_abingdon("Office 2", Entitlement.CALLING_PLAN) == (
        ("assign", "next_available"),
        "+441235550200",
    )


def test_the_presence_of_a_calling_plan_decides_before_the_office() -> None:
    assert in_abingdon("Office 2", Entitlement.CARRIER) == (("wait", "no_matching_rule"), None)
    assert in_abingdon("Office 1", Entitlement.CALLING_PLAN) == (("wait", "no_matching_rule"), None)
