"""Whom a hand gave a number outside all rules: the worklist does not nag about a human's decision."""

from typing import Any

import pytest

from numberline import clock
from numberline.audit.record import Cause
from numberline.overrides.people import include
from numberline.overrides.reserve import Reservation, reserve
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


def test_who_was_given_a_number_by_hand_outside_its_rule_is_not_on_the_worklist(
    office: Office, hands: Hands
) -> None:
    ann = from_home(office)
    hands.assign(ann, N0)
    assert (codes(office, ann), office.items()) == (["moved"], []), "explain says how it is"
    office.sync(full=True)
    assert office.items() == []


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
    assert office.items() == ["moved"], what
    office.control.change(ann, city="Leeds", usageLocation="GB")
    office.sync()
    assert office.items() == [], "as they were when the number was given"


def test_a_change_and_a_swap_are_decisions_too(office: Office, hands: Hands) -> None:
    make.number(office.tenant, LEEDS, make.range_(office.tenant, "Leeds", rule='City = "Leeds"'))
    touch_config(office.tenant)
    ann, bob = office.served(2)
    assert told(hands.change(ann, LEEDS))[0][0] == "done"
    assert (codes(office, ann), office.items()) == (["moved"], [])
    hands.swap(ann, bob)
    assert (codes(office, ann, bob), office.items()) == (["holds", "moved"], [])


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
    assert (office.held(), codes(office, ann), office.items()) == ({ann: N1}, ["moved"], [])


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
