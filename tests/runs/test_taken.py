"""A number that an administrator gives to somebody else in Teams."""

from numberline import clock
from numberline.audit.record import Cause
from numberline.overrides.people import include
from tests.runs.office import Office

FIRST, SECOND = "+442079460000", "+442079460001"


def test_whose_number_was_given_to_somebody_else_in_teams_waits_for_a_human(office: Office) -> None:
    ann = office.joiner()
    office.sync()
    office.a_day_passes()
    bob = office.joiner(city="Leeds")
    office.control.unassign_out_of_band(FIRST)
    office.control.assign_out_of_band(FIRST, bob, type="directRouting")
    writes = office.writes()
    office.sync(full=True)
    office.sync()
    assert (office.held(), office.writes()) == ({bob: FIRST}, writes)
    assert (office.person(ann).code, office.items()) == ("freed_in_teams", ["found_other_holder", "moved"])
    office.control.assign_out_of_band(SECOND, ann, type="directRouting")
    office.sync(full=True)
    assert (office.person(ann).code, office.items()) == ("holds", ["moved"]), "it is Bob who is not of London"


def test_a_human_lets_automation_serve_whose_number_was_given_away_in_teams(office: Office) -> None:
    ann = office.joiner()
    office.sync()
    office.a_day_passes()
    bob = office.joiner(city="Leeds")
    office.control.unassign_out_of_band(FIRST)
    office.control.assign_out_of_band(FIRST, bob, type="directRouting")
    office.sync(full=True)
    include(office.person(ann), clock.now(), Cause("cli:anna", "they need another"))
    office.sync()
    assert office.held() == {ann: SECOND, bob: FIRST}
