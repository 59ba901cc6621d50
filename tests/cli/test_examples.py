"""The two examples that users know, from a configuration file as they write it to a number in Teams.

Each goes the whole way: the file is applied on the command line, people appear in a simulated directory, one sync
serves them, and the simulated Teams is asked who holds what.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.tenant import Office, connected

PARK_LANE = """
tenant: contoso
mode: full
ranges:
  - name: London Park Lane
    type: direct_routing
    provider: BT
    numbers: ["+442079460000-+442079460099"]
    rule: 'Office = "Park Lane" AND City = "LONDON"'
"""

ABINGDON = """
tenant: contoso
mode: full
ranges:
  - name: Abingdon Direct Routing
    type: direct_routing
    provider: Gamma
    numbers: ["+441235960000-+441235960099"]
    rule: 'City = "Abingdon" AND Office = "Office 1"'
  - name: Abingdon Calling Plan
    type: calling_plan
    provider: Microsoft
    select: {country: GB, area_code: "1235"}
    rule: 'City = "Abingdon" AND Office = "Office 2"'
"""

PHONE_SYSTEM = ["SPE_E5"]
CALLING_PLAN = ["SPE_E5", "MCOPSTN1"]

Open = Callable[[str], Office]


@pytest.fixture
def open_office(cli: Command, tmp_path: Path) -> Iterator[Open]:
    """A tenant of nobody, connected, with this configuration file applied."""
    with ExitStack() as stack:
        yield lambda configuration: stack.enter_context(connected(cli, tmp_path, configuration=configuration))


def held(office: Office, person: str) -> list[str]:
    """What the person holds in Teams."""
    return office.simulator.control.numbers_of(person)


def test_office_park_lane_and_city_london_draws_the_next_available_number(open_office: Open) -> None:
    """`Office = "Park Lane" AND City = "LONDON"`."""
    office = open_office(PARK_LANE)
    first, second = (office.joiners(1, city=city)[0] for city in ("London", "LONDON "))
    elsewhere = office.joiners(1, city="Leeds")[0]
    next_door = office.joiners(1, officeLocation="Park Lane East")[0]

    told = office.sync()

    assert told["applied"] == {"assign": 2, "change": 0, "release": 0}
    assert (told["waiting"], told["failed"]) == (2, 0)
    assert sorted([*held(office, first), *held(office, second)]) == ["+442079460000", "+442079460001"]
    assert held(office, elsewhere) == held(office, next_door) == []
    explained = office.json("explain", "contoso", elsewhere)
    assert explained["decision"]["code"] == "no_matching_rule"
    assert explained["ranges"][0]["code"] == "rule_false"
    assert "Leeds" in explained["ranges"][0]["reason"]


def test_two_ranges_of_one_area_code_are_told_apart_by_office_and_a_calling_plan_decides_first(
    open_office: Open,
) -> None:
    """City Abingdon, Office 1 by Direct Routing, Office 2 by Microsoft Calling Plan, both of area code 1235."""
    office = open_office(ABINGDON)
    office.simulator.control.add_numbers(
        [f"+4412359601{n:02}" for n in range(5)], "callingPlan", country="GB"
    )

    def joiner(place: str, licences: list[str]) -> str:
        return office.joiners(1, city="Abingdon", officeLocation=place, licences=licences)[0]

    direct, calling = joiner("Office 1", PHONE_SYSTEM), joiner("Office 2", CALLING_PLAN)
    plan_in_office_1, none_in_office_2 = joiner("Office 1", CALLING_PLAN), joiner("Office 2", PHONE_SYSTEM)

    told = office.sync("--full")

    assert told["applied"]["assign"] == 2
    assert held(office, direct) == ["+441235960000"]
    assert held(office, calling) == ["+441235960100"]
    assert held(office, plan_in_office_1) == held(office, none_in_office_2) == []
    codes = {r["range"]: r["code"] for r in office.json("explain", "contoso", plan_in_office_1)["ranges"]}
    assert codes == {"Abingdon Direct Routing": "wrong_type", "Abingdon Calling Plan": "rule_false"}
    codes = {r["range"]: r["code"] for r in office.json("explain", "contoso", none_in_office_2)["ranges"]}
    assert codes == {"Abingdon Direct Routing": "rule_false", "Abingdon Calling Plan": "wrong_type"}
