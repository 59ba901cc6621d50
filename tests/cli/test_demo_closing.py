"""How the demo ends: what it told is compared with the simulated tenant, visitors' own acts in the portal allowed for."""

from collections.abc import Iterator
from typing import Any

import pytest

from numberline.cli.demo import story as stages
from numberline.cli.demo.closing import verify
from numberline.cli.demo.story import Joiner
from numberline.runs.hand import Hand
from numberline.runs.hand_take import release
from tests.runs.office import Office, opened


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    with opened() as made:
        yield made


class Told:
    """What the demo told: one joiner who was given a number."""

    def __init__(self, person: str, number: str) -> None:
        self._joiner = Joiner(person, "Ann", "a test", 0.0)
        self._joiner.stage, self._joiner.number = stages.ASSIGNED, number

    def joiners(self) -> list[Joiner]:
        return [self._joiner]


def faults(office: Office, told: Told) -> tuple[str, ...]:
    story: Any = told
    return verify(office.tenant.pk, office.control, story).faults


def test_who_was_given_a_number_and_holds_it_is_no_fault_and_who_lost_it_in_teams_is_one(
    office: Office,
) -> None:
    person = office.joiner()
    office.sync()
    told = Told(person, office.held()[person])
    assert faults(office, told) == ()
    office.control.unassign_out_of_band(office.held()[person])
    assert "does not hold it" in faults(office, told)[0]


def test_a_number_that_a_visitor_took_back_in_the_portal_is_no_fault(office: Office) -> None:
    person = office.joiner()
    office.sync()
    number = office.held()[person]
    release(office.tenant, number, Hand("portal:demo@contoso.example", "to try it"))
    assert office.held() == {}
    assert faults(office, Told(person, number)) == ()
