"""Whom a hand gave a number outside all rules: it is called that, and nobody is said to have moved who has not."""

from typing import Any

import pytest

from numberline import clock
from numberline.audit.record import Cause
from numberline.overrides.people import include
from numberline.overrides.reserve import Reservation, reserve
from numberline.planning.explain import explanation_of
from numberline.tenants.find import touch_config
from tests import factories as make
from tests.runs.hands import N0, N1, Hands, told
from tests.runs.office import Office

CAUSE = Cause("cli:anna", "a reason")
LEEDS = "+441134960000"


def codes(office: Office, *people: str) -> list[str]:
    """What was decided about each of them."""
    return [office.person(key).code for key in people]


def from_home(office: Office, **attributes: Any) -> str:
    """Somebody whom no rule serves."""
    return office.joiner(city="Leeds", userPrincipalName="ann@contoso.example", **attributes)


def test_a_number_given_by_hand_outside_its_rule_is_called_that_and_is_no_item(
    office: Office, hands: Hands
) -> None:
    ann = from_home(office)
    hands.assign(ann, N0)
    outside = f'Holds {N0} of range "London"; it was given by hand outside the rule of that range.'
    assert (codes(office, ann), office.person(ann).reason, office.items()) == (["holds"], outside, [])
    office.sync(full=True)
    assert (codes(office, ann), office.person(ann).reason, office.items()) == (["holds"], outside, [])
    found = explanation_of(office.tenant, office.person(ann), clock.now())
    assert [(each.range, each.code) for each in found.ranges] == [("London", "rule_false")]


def test_who_was_given_one_outside_its_rule_can_still_be_moved_to_one_that_matches(
    office: Office, hands: Hands
) -> None:
    ann = from_home(office)
    hands.assign(ann, N0)
    make.number(office.tenant, LEEDS, make.range_(office.tenant, "Leeds", rule='City = "Leeds"'))
    touch_config(office.tenant)
    assert told(hands.change(ann))[0][0] == "done"
    assert (office.held(), codes(office, ann)) == ({ann: LEEDS}, ["holds"])


@pytest.mark.parametrize(
    ("what", "attributes"),
    [("an attribute of the rule", {"city": "Hull"}), ("the usage location", {"usageLocation": "IE"})],
)
def test_once_what_counts_has_changed_they_have_moved(
    office: Office, hands: Hands, what: str, attributes: dict[str, str]
) -> None:
    ann = from_home(office)
    hands.assign(ann, N0)
    office.control.change(ann, jobTitle="Director", companyName="Fabrikam")
    office.sync()
    assert office.items() == [], "no rule asks for these"
    office.control.change(ann, **attributes)
    office.sync()
    assert (codes(office, ann), office.items()) == (["moved"], ["moved"]), what
    office.control.change(ann, city="Leeds", usageLocation="GB")
    office.sync()
    assert (codes(office, ann), office.items()) == (["holds"], []), "as they were when the number was given"


def test_a_change_and_a_swap_are_decisions_too(office: Office, hands: Hands) -> None:
    make.number(office.tenant, LEEDS, make.range_(office.tenant, "Leeds", rule='City = "Leeds"'))
    touch_config(office.tenant)
    ann, bob = office.served(2)
    assert told(hands.change(ann, LEEDS))[0][0] == "done"
    assert (office.person(ann).reason.count("given by hand"), office.items()) == (1, [])
    hands.swap(ann, bob)
    assert (codes(office, ann, bob), office.items()) == (["holds", "holds"], [])
    assert ["given by hand" in office.person(key).reason for key in (ann, bob)] == [False, True]


def test_whom_the_rule_matched_then_has_moved_as_anybody(office: Office, hands: Hands) -> None:
    ann = office.joiner()
    hands.assign(ann, N0)
    office.control.change(ann, city="Leeds")
    office.sync()
    assert office.items() == ["moved"]


def test_a_number_that_was_reserved_for_them_is_a_decision_as_well(office: Office) -> None:
    ann = from_home(office)
    office.sync()
    reserve(office.tenant, N1, Reservation(office.person(ann)), clock.now(), CAUSE)
    office.sync()
    assert (office.held(), codes(office, ann), office.items()) == ({ann: N1}, ["holds"], [])


def test_who_gets_the_own_number_back_has_moved_as_before(office: Office, hands: Hands) -> None:
    (ann,) = office.served()
    office.control.change(ann, city="Leeds")
    office.sync()
    assert office.items() == ["moved"]
    hands.release(N0)
    reserve(office.tenant, N0, Reservation(office.person(ann)), clock.now(), CAUSE)
    include(office.person(ann), clock.now(), CAUSE)
    office.sync()
    assert (office.held(), office.items()) == ({ann: N0}, ["moved"])
