"""Licences that go and come back: Microsoft takes the number away by itself, and the person has it again."""

import time
from datetime import timedelta

from django.db.models import F

from numberline import clock
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.overrides.people import lock, unlock
from numberline.planning.store import shown
from numberline.runs.sync import make_plan
from tests import factories as make
from tests.runs.office import LICENCE, Office

CALLING_PLAN = "MCOPSTN1"
CAUSE = Cause("cli:anna", "a reason")
PLAN_NUMBERS = ["+441235960100", "+441235960101"]


def has_a_calling_plan_range(office: Office) -> None:
    """Two Calling Plan numbers in Teams, and a range for people in Abingdon who have a Calling Plan."""
    office.control.add_numbers(PLAN_NUMBERS, "callingPlan", country="GB")
    make.range_(
        office.tenant, "Abingdon", type="calling_plan", rule='City = "Abingdon"', numbers=PLAN_NUMBERS
    )


def lapses(office: Office, person: str, sku: str) -> None:
    """The licence goes and is back at once."""
    office.control.unlicense(person, sku)
    office.control.license(person, sku)


def a_second_passes() -> None:
    """Licences that were given before have another date than those that are given from now on."""
    time.sleep(1 - time.time() % 1)


def lost_all(office: Office, people: dict[str, str]) -> bool:
    """Whether Microsoft took the number of each of them away."""
    return not any(office.control.numbers_of(person) for person in people)


def have_again(office: Office, people: dict[str, str]) -> None:
    """Each has the same number as before, in Teams and here, and nobody has anything to do."""
    assert {person: office.control.numbers_of(person) for person in people} == {
        person: [number] for person, number in people.items()
    }
    assert (office.held(), office.items()) == (people, [])
    assert {office.person(person).code for person in people} == {"holds"}
    assert office.control.judgement() == []


def test_whoever_loses_the_licence_for_a_while_has_the_same_number_at_the_next_poll(office: Office) -> None:
    """No list of numbers is read between: the polls alone must find out that Microsoft took the number away."""
    has_a_calling_plan_range(office)
    planned = {"city": "Abingdon", "licences": [LICENCE, CALLING_PLAN]}
    at_once, in_steps, restored = office.served(3)
    plan, plan_at_once = office.served(2, **planned)
    office.sync(full=True)
    before = office.held()
    a_second_passes()
    lapses(office, at_once, LICENCE)
    office.control.unlicense(in_steps, LICENCE)
    office.control.delete(restored)
    office.control.unlicense(plan, CALLING_PLAN)
    lapses(office, plan_at_once, CALLING_PLAN)
    assert lost_all(office, before)
    office.sync()
    office.control.license(in_steps, LICENCE)
    office.control.restore(restored)
    office.control.license(plan, CALLING_PLAN)
    office.sync()
    have_again(office, before)


def test_what_only_the_next_whole_list_shows_was_taken_by_microsoft_all_the_same(office: Office) -> None:
    """Teams took note of the lost licence after the polls had looked; the licence was back before."""
    (ann,) = office.served()
    office.sync()
    before = office.held()
    a_second_passes()
    lapses(office, ann, LICENCE)
    office.control.assign_out_of_band(before[ann], ann, type="directRouting")
    office.sync()
    office.control.unassign_out_of_band(before[ann])
    office.sync(full=True)
    have_again(office, before)


def test_what_an_administrator_takes_away_long_after_the_licences_changed_is_for_a_human(
    office: Office,
) -> None:
    (ann,) = office.served()
    a_second_passes()
    lapses(office, ann, LICENCE)
    office.sync()
    office.a_day_passes()
    office.sync()
    office.a_day_passes()
    office.control.unassign_out_of_band(office.held()[ann])
    office.sync()
    assert (office.person(ann).code, office.items()) == ("freed_in_teams", ["freed_in_teams"])


def test_without_the_calling_plan_the_number_waits_for_the_grace_then_a_carriers_number_is_given(
    office: Office,
) -> None:
    has_a_calling_plan_range(office)
    everyone = make.range_(office.tenant, "Everyone", rule="EVERYONE", priority=500)
    make.number(office.tenant, "+441235960500", everyone)
    (ann,) = office.served(1, city="Abingdon", licences=[LICENCE, CALLING_PLAN])
    office.sync(full=True)
    plan_number = office.held()[ann]
    office.control.unlicense(ann, CALLING_PLAN)
    office.sync()
    assert (office.person(ann).code, office.number(plan_number).state) == (
        "entitlement_changed",
        State.ASSIGNED,
    ), "found out at once, and kept for them"
    office.control.license(ann, CALLING_PLAN)
    office.sync()
    assert office.control.numbers_of(ann) == [plan_number], "within the grace it comes back"
    office.a_day_passes()
    office.sync()
    office.control.unlicense(ann, CALLING_PLAN)
    office.sync()
    office.grace_passes()
    office.sync()
    assert office.control.numbers_of(ann) == ["+441235960500"]
    assert office.number(plan_number).state in (State.QUARANTINED, State.AVAILABLE)


def test_a_number_that_microsoft_freed_is_everybodys_after_the_grace_also_when_its_holder_gets_no_other(
    office: Office,
) -> None:
    has_a_calling_plan_range(office)
    planned = {"city": "Abingdon", "licences": [LICENCE, CALLING_PLAN]}
    (ann,) = office.served(1, **planned)
    office.sync(full=True)
    office.control.disable(ann)
    office.control.unlicense(ann, CALLING_PLAN)
    office.sync()
    office.grace_passes()
    lock(office.person(ann), clock.now(), CAUSE)
    office.sync()
    assert office.held() == {ann: PLAN_NUMBERS[0]}, "what is locked stays as it is"
    unlock(office.person(ann), clock.now(), CAUSE)
    plan = make_plan(office.tenant, actor="cli:anna")
    assert shown(plan)["counts"]["release"] == 0, "Microsoft took it: there is nothing to take back"
    assert (office.held(), office.number(PLAN_NUMBERS[0]).state) == ({}, State.QUARANTINED)
    others = {office.joiner(**planned) for _ in PLAN_NUMBERS}
    office.sync()
    assert (set(office.held()), office.person(ann).code) == (others, "disabled"), "hers is one of the two"
    assert (office.unassigned(), office.control.judgement()) == (0, [])


def test_the_licence_back_after_the_grace_brings_the_last_number_back(office: Office) -> None:
    office.rests(30)
    (ann,) = office.served()
    before = office.held()
    office.control.unlicense(ann, LICENCE)
    office.sync()
    office.grace_passes()
    office.sync()
    assert (office.held(), office.number(before[ann]).state) == ({}, State.QUARANTINED)
    office.control.license(ann, LICENCE)
    office.sync()
    have_again(office, before)


def test_who_has_no_usage_location_gets_a_number_of_the_organisations_country(office: Office) -> None:
    has_a_calling_plan_range(office)
    ann = office.joiner(city="Abingdon", licences=[LICENCE, CALLING_PLAN], usageLocation=None)
    office.sync()
    assert (office.control.numbers_of(ann), office.items()) == ([PLAN_NUMBERS[0]], [])


def test_who_is_synced_alone_is_seen_without_the_number_that_was_taken_away(office: Office) -> None:
    ann, bob = office.served(2)
    office.sync()
    number = office.held()[ann]
    office.control.unassign_out_of_band(number)
    office.sync(person=ann)
    assert (office.person(ann).code, office.items()) == ("freed_in_teams", ["freed_in_teams"])
    assert office.person(bob).code == "holds"
    office.control.assign_out_of_band(number, ann, type="directRouting")
    office.sync(person=ann)
    assert (office.person(ann).code, office.items()) == ("holds", [])


def test_many_licences_that_change_at_once_cost_a_poll_no_more_than_some_looks(office: Office) -> None:
    people = office.served(12)
    office.sync()
    a_second_passes()
    for person in people:
        lapses(office, person, LICENCE)
    office.control.clear_requests()
    office.sync()
    looks = len(office.control.requests(kind="numbers"))
    assert looks > 0
    Person.objects.of(office.tenant.pk).update(
        licences_changed_at=F("licences_changed_at") - timedelta(hours=2)
    )
    office.control.clear_requests()
    office.sync()
    assert office.control.requests(kind="numbers") == [], "and some time later none"
