from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from numberline.core.allocate import allocate
from numberline.core.classify import classify
from numberline.core.decision import Wants
from numberline.core.person import Entitlement, PersonFacts
from numberline.core.ranges import Draw
from numberline.core.supply import Available, MemorySupply
from tests.core.people import (
    DAY,
    DIRECT,
    KEPT,
    LAST,
    NEXT,
    NOW,
    OPERATOR,
    PLAN,
    decide,
    decide_all,
    numbers,
    outcome,
    own,
    person,
    range_,
    stock,
    tenant,
)

BOTH = Entitlement.CALLING_PLAN
ELSEWHERE = "+12065550110"


def everyone(_: Any) -> bool:
    return True


def plan_range(name: str = "London", **settings: Any) -> Any:
    return range_(name, type=PLAN, rule=everyone, **settings)


def american(**facts: Any) -> PersonFacts:
    return person(entitlement=BOTH, usage_location="US", **facts)


def test_a_joiner_has_the_next_available_number_of_the_matching_range() -> None:
    given = decide(person())
    assert outcome(given) == ("assign", "next_available")
    assert (given.number, given.range, given.type) == (NEXT, "London", DIRECT)
    assert given.reason == f'{NEXT} is the next available number of range "London", whose rule matches.'


def test_the_earliest_phone_system_licence_is_served_first() -> None:
    people = [
        person("ann", phone_system_since=NOW - DAY),
        person("bob", phone_system_since=NOW - 3 * DAY),
        person("cyd", first_seen=NOW - 2 * DAY),  # no date of the licence: since first seen
        person("dan", first_seen=NOW - 2 * DAY),  # then the object id
    ]
    given = decide_all(people, supply=stock(London=numbers(NEXT, 4)))
    assert sorted(given, key=lambda who: given[who].number or "") == ["bob", "cyd", "dan", "ann"]


def test_reserved_numbers_and_returners_are_served_before_joiners() -> None:
    people = [
        person("ann", first_seen=NOW - 9 * DAY),
        person("bob", last_number=own(NEXT)),
        person("cyd", reserved=(own(KEPT),), last_number=own(LAST)),
    ]
    given = decide_all(people)
    assert outcome(given["cyd"]) == ("assign", "reserved_for")
    assert (outcome(given["bob"]), given["bob"].number) == (("assign", "returner"), NEXT)
    assert given["ann"].number == "+442079460011"


def test_the_lowest_of_several_reserved_numbers_is_used() -> None:
    given = decide(person(reserved=(own(KEPT), own(LAST))))
    assert (outcome(given), given.number) == (("assign", "reserved_for"), LAST)


def test_a_reserved_number_that_cannot_be_assigned_is_passed_over() -> None:
    reserved = (own(KEPT, drawable=False), own("+442079460004", type=PLAN))
    assert outcome(decide(person(reserved=reserved))) == ("assign", "next_available")


@pytest.mark.parametrize(
    "last",
    [
        own(LAST, drawable=False),
        own(LAST, type=PLAN),
        own(LAST, type=OPERATOR, country="US"),
        own(LAST, type=OPERATOR, country=None),
    ],
)
def test_a_returner_whose_last_number_does_not_fit_is_a_joiner(last: Any) -> None:
    given = decide(person(last_number=last))
    assert (outcome(given), given.number) == (("assign", "next_available"), NEXT)


def test_a_returner_has_the_last_number_back_also_after_moving() -> None:
    given = decide(person(attributes={"city": "Leeds"}, last_number=own(LAST)))
    assert (outcome(given), given.number, given.range) == (("assign", "returner"), LAST, "London")


def test_of_two_who_last_had_one_number_the_earlier_gets_it_and_the_other_is_a_joiner() -> None:
    people = [
        person("ann", first_seen=NOW - 2 * DAY, last_number=own(LAST)),
        person("bob", last_number=own(LAST)),
        person("cyd", first_seen=NOW - 9 * DAY),
    ]
    given = decide_all(people)
    assert outcome(given["ann"]) == ("assign", "returner")
    assert (given["cyd"].number, given["bob"].number) == (NEXT, "+442079460011")


def test_a_returner_without_number_and_without_range_waits_for_a_rule() -> None:
    leeds = {"city": "Leeds"}
    people = [
        person("ann", first_seen=NOW - 2 * DAY, last_number=own(LAST), attributes=leeds),
        person("bob", last_number=own(LAST), attributes=leeds),
    ]
    assert outcome(decide_all(people)["bob"]) == ("wait", "no_matching_rule")


def test_ranges_are_asked_by_priority_then_name_and_the_next_one_serves_when_one_is_used_up() -> None:
    settings = tenant(range_("B"), range_("A"), range_("Z", priority=1))
    supply = stock(A=numbers("+442079460100", 1), B=numbers("+442079460200", 1))
    given = decide_all([person("ann"), person("bob"), person("cyd")], settings, supply)
    assert [given[who].range for who in ("ann", "bob", "cyd")] == ["A", "B", None]
    assert '"Z" (used up)' in given["ann"].reason
    assert '"Z", "A" (used up)' in given["bob"].reason


def test_when_all_matching_ranges_are_used_up_the_person_waits() -> None:
    waits = decide(person(), supply=stock(London=[]))
    assert outcome(waits) == ("wait", "range_exhausted")
    assert '"London"' in waits.reason


def test_many_ranges_are_named_by_the_first_few() -> None:
    settings = tenant(*(range_(f"R{i}") for i in range(7)))
    assert decide(person(), settings).reason.endswith('"R0", "R1", "R2", "R3", "R4" and 2 more.')


@pytest.mark.parametrize("number_type", [PLAN, OPERATOR])
def test_a_number_must_be_of_the_persons_country(number_type: Any) -> None:
    settings = tenant(range_(type=number_type))
    facts = person(entitlement=BOTH if number_type is PLAN else Entitlement.CARRIER)
    waits = decide(facts, settings, stock(London=numbers("+4930901820", country="DE")))
    assert outcome(waits) == ("wait", "country_mismatch")
    assert "GB" in waits.reason


def test_a_direct_routing_number_may_be_of_any_country() -> None:
    assert decide(person(usage_location="US")).number == NEXT


def test_the_organisations_country_counts_where_the_usage_location_is_empty() -> None:
    settings = tenant(range_(type=OPERATOR), country="GB")
    assert decide(person(usage_location=None), settings).number == NEXT


def test_without_any_country_no_bound_number_fits() -> None:
    waits = decide(person(usage_location=None), tenant(range_(type=OPERATOR)))
    assert outcome(waits) == ("wait", "country_mismatch")
    assert "are empty" in waits.reason


def test_country_is_looked_at_number_by_number() -> None:
    mixed = [*numbers(ELSEWHERE, 1, "US", location_id="hq"), *numbers(NEXT, 2)]
    settings = tenant(plan_range())
    given = decide_all(
        [american(person_id="ann"), person("bob", entitlement=BOTH)], settings, stock(London=mixed)
    )
    assert (given["ann"].number, given["bob"].number) == (ELSEWHERE, NEXT)


@pytest.mark.parametrize(
    ("countries", "code"),
    [
        (frozenset({"DE"}), "country_mismatch"),
        (frozenset({"DE", "GB"}), "range_exhausted"),
        (None, "range_exhausted"),
    ],
)
def test_the_countries_of_a_range_tell_wrong_country_from_used_up(countries: Any, code: str) -> None:
    settings = tenant(range_(type=OPERATOR, countries=countries))
    assert outcome(decide(person(), settings, stock(London=[]))) == ("wait", code)


def test_a_country_whose_numbers_were_all_drawn_is_used_up() -> None:
    settings = tenant(range_(type=OPERATOR))
    mixed = [*numbers("+4930901820", 1, "DE"), *numbers(NEXT, 1)]
    given = decide_all([person("ann"), person("bob")], settings, stock(London=mixed))
    assert outcome(given["bob"]) == ("wait", "range_exhausted")


@pytest.mark.parametrize("country", ["US", "CA"])
def test_north_american_calling_plan_numbers_need_an_emergency_location(country: str) -> None:
    facts = person(entitlement=BOTH, usage_location=country)
    waits = decide(facts, tenant(plan_range()), stock(London=numbers(ELSEWHERE, 1, country)))
    assert outcome(waits) == ("wait", "no_location")
    assert country in waits.reason


def test_the_ranges_location_is_sent_else_the_numbers_own() -> None:
    bare, placed = numbers(ELSEWHERE, 1, "US"), numbers(ELSEWHERE, 1, "US", location_id="own")
    with_range = decide(american(), tenant(plan_range(location="hq")), stock(London=placed))
    assert with_range.location_id == "hq"
    assert decide(american(), tenant(plan_range(location="hq")), stock(London=bare)).location_id == "hq"
    assert decide(american(), tenant(plan_range()), stock(London=placed)).location_id == "own"


def test_a_number_without_location_is_passed_over_for_one_with() -> None:
    some = [*numbers(ELSEWHERE, 2, "US"), *numbers("+12065550120", 1, "US", location_id="own")]
    given = decide(american(), tenant(plan_range()), stock(London=some))
    assert (given.number, given.location_id) == ("+12065550120", "own")


@pytest.mark.parametrize(("number_type", "sent"), [(OPERATOR, "hq"), (DIRECT, None)])
def test_a_location_is_never_sent_for_direct_routing(number_type: Any, sent: str | None) -> None:
    settings = tenant(range_(type=number_type, location="hq"))
    assert decide(person(), settings).location_id == sent


def test_a_kept_number_needs_its_location_too() -> None:
    bare = american(reserved=(own(KEPT, type=PLAN, country="US", range=None),))
    placed = american(last_number=own(KEPT, type=PLAN, country="US", range=None, location_id="own"))
    settings = tenant(plan_range())
    assert outcome(decide(bare, settings, stock(London=[])))[1] == "range_exhausted"
    given = decide(placed, settings, stock(London=[]))
    assert (outcome(given), given.location_id) == (("assign", "returner"), "own")


def test_the_candidate_that_came_furthest_says_why_nobody_serves() -> None:
    ranges = (plan_range("A"), plan_range("B"), plan_range("C"))
    supply = {"A": numbers(NEXT, 1), "B": numbers(ELSEWHERE, 1, "US")}
    assert outcome(decide(american(), tenant(*ranges[:2]), MemorySupply(supply, NOW)))[1] == "no_location"
    assert outcome(decide(american(), tenant(*ranges), MemorySupply(supply, NOW)))[1] == "range_exhausted"


def test_whoever_is_not_ready_waits_for_a_named_range_and_holds_no_number() -> None:
    given = decide_all([person("ann", ready=False, first_seen=NOW - 9 * DAY), person("bob")])
    assert (outcome(given["ann"]), given["ann"].range) == (("wait", "not_ready"), "London")
    assert '"London"' in given["ann"].reason
    assert (given["ann"].number, given["bob"].number) == (None, NEXT)


def test_whoever_is_not_ready_waits_for_a_kept_number() -> None:
    waits = decide(person(ready=False, reserved=(own(KEPT, range=None),)))
    assert outcome(waits) == ("wait", "not_ready")
    assert KEPT in waits.reason


@pytest.mark.parametrize("ready", [True, None])
def test_whoever_is_ready_or_was_not_looked_at_yet_is_served(ready: bool | None) -> None:
    assert outcome(decide(person(ready=ready))) == ("assign", "next_available")


def test_one_number_in_the_supply_of_two_ranges_is_given_once() -> None:
    settings = tenant(range_("A"), range_("B"))
    supply = stock(A=numbers(NEXT, 1), B=numbers(NEXT, 2))
    given = decide_all([person("ann"), person("bob")], settings, supply)
    assert [given[who].number for who in ("ann", "bob")] == [NEXT, "+442079460011"]


def test_a_person_may_not_be_given_twice() -> None:
    want = classify(person(), tenant(), NOW)
    assert isinstance(want, Wants)
    with pytest.raises(ValueError, match="wants a number twice"):
        allocate([want, want], stock(), tenant())


def drawn(how: Draw, *available: Available) -> list[str]:
    supply = MemorySupply({"London": available}, NOW, {"London": how})
    return [number.number[-1] for number in supply.available("London")]


def freed(last: int, days: float | None) -> Available:
    at = None if days is None else NOW - timedelta(days=days)
    return Available(f"+44207946000{last}", "GB", freed_at=at)


def test_the_lowest_number_is_drawn_first_and_the_recently_freed_last() -> None:
    assert drawn(Draw.LOWEST, freed(1, 29), freed(4, None), freed(3, 30), freed(2, 1), freed(5, 99)) == list(
        "34512"
    )


def test_the_number_free_for_longest_is_drawn_first_and_the_recently_freed_last() -> None:
    idle = (freed(1, 29), freed(4, None), freed(3, 31), freed(2, 99), freed(5, 2))
    assert drawn(Draw.LONGEST_IDLE, *idle) == list("42315")


def test_only_the_numbers_that_are_drawn_are_loaded() -> None:
    loaded: list[str] = []

    class Database(MemorySupply):
        def available(self, range_name: str) -> Iterator[Available]:
            for number in super().available(range_name):
                loaded.append(number.number)
                yield number

    supply = Database({"London": numbers(NEXT, 100)}, NOW)
    decide_all([person("ann"), person("bob")], supply=supply)
    assert len(loaded) == 2
