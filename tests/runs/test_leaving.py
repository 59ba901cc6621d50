"""Leaving and returning: what becomes of a number whose holder is gone, or no longer licensed."""

import pytest
from django.db.models import F

from numberline.core.states import State
from numberline.inventory.models import Number, Range
from numberline.planning.store import PlanRefused, shown
from numberline.runs.sync import apply_plan, make_plan
from tests import factories as make
from tests.runs.office import LICENCE, Office

FIRST, SECOND = "+442079460000", "+442079460001"


def test_who_is_deleted_keeps_the_number_for_the_grace_then_it_is_taken_back_and_rests(
    office: Office,
) -> None:
    (ann,) = office.served()
    office.rests(30)
    office.control.delete(ann)
    office.sync()
    assert (office.person(ann).code, office.number(FIRST).state) == ("grace", State.ASSIGNED)
    office.grace_passes()
    result = office.sync()
    assert (result.released, result.held, result.exit_code) == (1, 0, 0)
    assert (office.number(FIRST).state, office.held(), office.control.holder(FIRST)) == (
        State.QUARANTINED,
        {},
        None,
    )
    Number.objects.of(office.tenant.pk).filter(text=FIRST).update(until=F("until") - 31 * make.DAY)
    office.sync()
    assert office.number(FIRST).state == State.AVAILABLE
    assert office.control.judgement() == []


def test_what_microsoft_freed_by_itself_is_recorded_and_nothing_is_sent(office: Office) -> None:
    (ann,) = office.served()
    office.control.unlicense(ann, LICENCE)
    office.sync()
    assert office.control.holder(FIRST) is None, "Microsoft frees it when Phone System goes"
    assert office.number(FIRST).state == State.ASSIGNED
    bob = office.joiner()
    office.sync()
    assert office.held()[bob] == SECOND, "nobody else draws it during the grace"
    office.grace_passes()
    assert office.sync().released == 1
    assert office.number(FIRST).state == State.AVAILABLE
    assert office.unassigned() == 0


def test_a_number_that_sticks_to_its_unlicensed_holder_is_taken_back(office: Office) -> None:
    office.control.open_question(direct_routing_after_licence="stuck")
    (ann,) = office.served()
    office.control.unlicense(ann, LICENCE)
    office.sync()
    assert office.control.holder(FIRST) == ann
    office.grace_passes()
    assert office.sync().released == 1
    assert (office.control.holder(FIRST), office.unassigned()) == (None, 1)


def test_disabling_never_takes_a_number(office: Office) -> None:
    (ann,) = office.served()
    office.control.disable(ann)
    office.sync()
    office.grace_passes()
    office.sync(full=True)
    assert (office.held(), office.person(ann).code) == ({ann: FIRST}, "holds")


def test_a_licence_swapped_in_two_steps_within_the_grace_ends_with_the_same_number(office: Office) -> None:
    (ann,) = office.served()
    office.control.unlicense(ann, LICENCE)
    office.sync(full=True)
    office.control.license(ann, LICENCE)
    office.sync(full=True)
    office.sync()
    assert office.control.numbers_of(ann) == [FIRST]
    assert office.held() == {ann: FIRST}
    assert office.person(ann).code == "holds"


def test_a_returner_gets_the_last_number_back_from_quarantine(office: Office) -> None:
    (ann,) = office.served()
    office.rests(30)
    office.control.delete(ann)
    office.sync()
    office.grace_passes()
    office.sync()
    assert office.number(FIRST).state == State.QUARANTINED
    office.control.restore(ann)
    office.sync()
    assert (office.control.numbers_of(ann), office.held()) == ([FIRST], {ann: FIRST})


def test_three_leavers_on_a_day_are_released_and_eleven_are_held_for_approval(office: Office) -> None:
    people = office.served(14)
    for person in people[:3]:
        office.control.delete(person)
    office.sync()
    office.grace_passes()
    assert office.sync().released == 3
    for person in people[3:]:
        office.control.delete(person)
    office.sync()
    office.grace_passes()
    result = office.sync()
    assert (result.released, result.held, result.exit_code) == (0, 11, 4)
    for person in people[3:5]:
        result = office.sync(person=person)
        assert (result.released, result.held, result.exit_code) == (0, 1, 4), "nor one by one"
    assert len(office.held()) == 11


def test_the_percentage_counts_also_for_those_who_lose_a_number_without_a_grace(office: Office) -> None:
    office.tenant.limits |= {"release": 1, "percent": 50}
    office.tenant.save()
    people = office.served(4)
    Range.objects.of(office.tenant.pk).update(grace_seconds=0)
    for person in people[:2]:
        office.control.delete(person)
    result = office.sync()
    assert (result.released, result.held) == (2, 0)


def test_a_number_that_is_somebody_elses_by_now_is_left_alone_and_recorded(office: Office) -> None:
    office.control.open_question(direct_routing_after_licence="stuck")
    ann, bob = office.served(2)
    held = office.held()
    office.control.unlicense(ann, LICENCE)
    office.sync()
    carl = office.joiner(city="Leeds")
    office.control.unassign_out_of_band(held[ann])
    office.control.assign_out_of_band(held[ann], carl, type="directRouting")
    office.grace_passes()
    office.sync()
    assert (office.control.holder(held[ann]), office.unassigned()) == (carl, 0)
    assert office.held() == {carl: held[ann], bob: held[bob]}


def test_a_number_that_was_set_in_teams_stays_until_it_is_adopted(office: Office) -> None:
    office.control.open_question(direct_routing_after_licence="stuck")
    ann = office.joiner()
    office.control.assign_out_of_band(FIRST, ann, type="directRouting")
    office.sync()
    office.control.unlicense(ann, LICENCE)
    office.sync()
    office.grace_passes()
    result = office.sync()
    assert (result.released, office.held(), office.items()) == (0, {ann: FIRST}, ["not_adopted"])
    Range.objects.of(office.tenant.pk).update(adopt=True)
    office.sync(full=True)
    assert (office.held(), office.items(), office.control.holder(FIRST)) == ({}, [], None)


def in_mode_assign(office: Office) -> str:
    """Somebody whose licence goes in mode `assign`; a day later the grace is over."""
    office.tenant.mode = "assign"
    office.tenant.save()
    (ann,) = office.served()
    office.control.unlicense(ann, LICENCE)
    office.sync()
    office.grace_passes()
    return ann


def test_nothing_is_taken_back_in_mode_assign(office: Office) -> None:
    office.control.open_question(direct_routing_after_licence="stuck")
    ann = in_mode_assign(office)
    result = office.sync(full=True)
    assert (result.released, result.held, result.exit_code, office.held()) == (0, 1, 0, {ann: FIRST})
    assert (office.control.holder(FIRST), office.unassigned()) == (ann, 0)


def test_what_microsoft_freed_is_recorded_in_mode_assign_too(office: Office) -> None:
    in_mode_assign(office)
    result = office.sync(full=True)
    assert (result.released, result.held, office.held(), office.unassigned()) == (0, 0, {}, 0)
    assert office.number(FIRST).state == State.QUARANTINED


def test_nothing_is_taken_back_after_a_listing_that_came_back_short(office: Office) -> None:
    office.tenant.limits = {**office.tenant.limits, "release": 2}
    office.tenant.save()
    people = office.served(8)
    office.control.delete(people[0])
    office.sync()
    office.grace_passes()
    office.a_day_passes()
    office.control.faults(short_listing={"share": 0.1})
    result = office.sync()
    assert (len(office.held()), result.released, result.held, result.exit_code) == (8, 0, 1, 4)
    assert "listing_short" in office.items()
    office.control.clear_faults()
    office.a_day_passes()
    assert office.sync().released == 1, "once a whole listing has come"


def test_applying_a_plan_tells_of_a_range_that_it_used_up(office: Office) -> None:
    office.tenant.mode = "observe"
    office.tenant.save()
    for _ in range(21):
        office.joiner()
    plan = make_plan(office.tenant, actor="cli:anna")
    assert apply_plan(office.tenant, plan.name, actor="cli:anna").assigned == 20
    assert office.items() == ["range_exhausted"]


def test_a_human_applies_what_the_limit_held(office: Office) -> None:
    people = office.served(12)
    office.sync()
    for person in people:
        office.control.delete(person)
    office.sync()
    office.grace_passes()
    assert office.sync().released == 0
    assert office.items() == ["held"]
    plan = make_plan(office.tenant, actor="cli:anna")
    assert {held["limit"] for held in shown(plan)["held"]} == {"release"}
    result = apply_plan(office.tenant, plan.name, actor="cli:anna")
    assert (result.released, result.held, result.exit_code, office.held()) == (12, 0, 0, {})
    assert office.items() == []


def test_a_plan_of_releases_is_refused_when_one_of_them_came_back_and_names_the_person(
    office: Office,
) -> None:
    people = office.served(12)
    office.sync()
    for person in people:
        office.control.delete(person)
    office.sync()
    office.grace_passes()
    plan = make_plan(office.tenant, actor="cli:anna")
    office.control.restore(people[5])
    with pytest.raises(PlanRefused, match=office.person(people[5]).upn):
        apply_plan(office.tenant, plan.name, actor="cli:anna")
    assert (len(office.held()), office.unassigned()) == (12, 0)


def test_nobody_applies_a_release_after_a_short_listing(office: Office) -> None:
    office.tenant.limits = {**office.tenant.limits, "release": 2}
    office.tenant.save()
    people = office.served(8)
    office.control.delete(people[0])
    office.sync()
    office.grace_passes()
    office.a_day_passes()
    office.control.faults(short_listing={"share": 0.1})
    plan = make_plan(office.tenant, actor="cli:anna")
    assert [held["limit"] for held in shown(plan)["held"]] == ["listing"]
    with pytest.raises(PlanRefused, match="waits for a whole list of the numbers in Teams"):
        apply_plan(office.tenant, plan.name, actor="cli:anna")
    assert len(office.held()) == 8
