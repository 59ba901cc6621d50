import random
from typing import Any

import pytest

from numberline.core.decision import Action, Code, Decision
from numberline.core.limits import Done, Limit, Limits, Mode, Room
from numberline.core.person import Entitlement
from numberline.core.plan import Plan, build_plan
from tests.core.people import (
    DAY,
    DIRECT,
    HELD,
    NEXT,
    NOW,
    decide,
    decide_all,
    holding,
    numbers,
    person,
    range_,
    stock,
    tenant,
)

FULL: dict[str, Any] = {"mode": Mode.FULL, "limits": Limits(), "held_numbers": lambda: 100}


def plan(decisions: Any, **how: Any) -> Plan:
    return build_plan("contoso", "7", decisions, **{**FULL, **how})


def assignments(count: int) -> list[Decision]:
    people = [person(f"p{i:04}", first_seen=NOW - i * DAY) for i in range(count)]
    return list(decide_all(people, supply=stock(London=numbers("+442079460000", count))).values())


def changes(count: int, action: Action = Action.RELEASE) -> list[Decision]:
    return [
        Decision(f"q{i:04}", None, action, Code.DELETED, "Gone.", f"+16325550{i:03}", "London", DIRECT)
        for i in range(count)
    ]


def limits_of(found: Plan) -> list[Limit]:
    return [limit for _, limit in found.held]


def test_a_plan_knows_what_each_limit_allows_what_was_used_and_what_is_wanted() -> None:
    found = plan(
        [*assignments(3), *changes(12)], held_numbers=lambda: 2_000, done=Done(assign=498, release=9)
    )
    assert found.rooms == {
        Limit.ASSIGN: Room(allowed=500, used=498, wanted=3),
        Limit.CHANGE: Room(allowed=20, used=0, wanted=0),
        Limit.RELEASE: Room(allowed=20, used=9, wanted=12),
    }


def test_a_plan_reads_as_scripts_rely_on() -> None:
    leaver = person("eve", entitlement=Entitlement.NONE, lost_at=NOW - DAY, holding=holding())
    decisions = decide_all([leaver, person("ann"), person("bob", enabled=False), person("cyd", guest=True)])
    found = plan(decisions.values(), mode=Mode.ASSIGN)
    assert found.to_json("42") == {
        "tenant": "contoso",
        "plan": "42",
        "digest": found.digest,
        "mode": "assign",
        "changes": [
            {
                "action": "assign",
                "person": "ann",
                "upn": "ann@contoso.example",
                "number": NEXT,
                "from_number": None,
                "range": "London",
                "type": "direct_routing",
                "code": "next_available",
                "reason": decisions["ann"].reason,
            }
        ],
        "waiting": [
            {
                "person": "bob",
                "upn": "bob@contoso.example",
                "code": "disabled",
                "reason": decisions["bob"].reason,
            }
        ],
        "held": [
            {
                "action": "release",
                "person": "eve",
                "upn": "eve@contoso.example",
                "number": HELD,
                "from_number": None,
                "range": "London",
                "type": "direct_routing",
                "code": "unlicensed",
                "reason": decisions["eve"].reason,
                "limit": "mode",
            }
        ],
        "counts": {"assign": 1, "change": 0, "release": 0, "waiting": 1, "held": 1},
    }


def test_a_plan_of_people_who_keep_or_skip_is_empty() -> None:
    found = plan(decide_all([person("ann", holding=holding()), person("bob", guest=True)]).values())
    assert found.is_empty
    assert found.counts == {"assign": 0, "change": 0, "release": 0, "waiting": 0, "held": 0}


def test_a_plan_in_which_all_is_held_is_not_empty() -> None:
    assert not plan(assignments(1), mode=Mode.OBSERVE).is_empty


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.OBSERVE])
def test_off_and_observe_hold_everything(mode: Mode) -> None:
    found = plan([*assignments(2), *changes(1)], mode=mode)
    assert (found.changes, limits_of(found)) == ((), [Limit.MODE] * 3)


def test_assign_gives_and_never_takes() -> None:
    found = plan([*assignments(2), *changes(1)], mode=Mode.ASSIGN)
    assert [d.action for d in found.changes] == [Action.ASSIGN] * 2
    assert limits_of(found) == [Limit.MODE]


def test_full_gives_and_takes() -> None:
    found = plan([*assignments(2), *changes(3)])
    assert (found.counts["assign"], found.counts["release"], found.held) == (2, 3, ())


def test_the_first_assignments_in_the_order_of_service_go_ahead_and_the_rest_is_held() -> None:
    found = plan(assignments(5), limits=Limits(assign=3))
    assert [d.person for d in found.changes] == ["p0004", "p0003", "p0002"]
    assert [d.person for d, _ in found.held] == ["p0001", "p0000"]
    assert limits_of(found) == [Limit.ASSIGN] * 2


def test_what_was_assigned_in_the_last_day_counts() -> None:
    assert len(plan(assignments(5), limits=Limits(assign=3), done=Done(assign=2)).changes) == 1
    assert plan(assignments(1), limits=Limits(assign=3), done=Done(assign=9)).changes == ()


def test_five_hundred_assignments_a_day_go_ahead_by_default() -> None:
    assert plan(assignments(501)).counts == {
        "assign": 500,
        "change": 0,
        "release": 0,
        "waiting": 0,
        "held": 1,
    }


@pytest.mark.parametrize(
    ("action", "limit"), [(Action.RELEASE, Limit.RELEASE), (Action.CHANGE, Limit.CHANGE)]
)
def test_over_the_limit_a_kind_is_held_whole_while_the_rest_goes_on(action: Action, limit: Limit) -> None:
    assert plan([*assignments(2), *changes(10, action)]).held == ()
    found = plan([*assignments(2), *changes(11, action)])
    assert limits_of(found) == [limit] * 11
    assert found.counts["assign"] == 2


def test_what_was_released_in_the_last_day_counts() -> None:
    assert plan(changes(4), done=Done(release=6)).held == ()
    assert limits_of(plan(changes(4), done=Done(release=7))) == [Limit.RELEASE] * 4


def test_releases_and_changes_have_limits_of_their_own() -> None:
    found = plan([*changes(9), *assignments(1)], done=Done(change=99))
    assert found.held == ()


@pytest.mark.parametrize(
    ("held_numbers", "allowed"),
    [(0, 10), (999, 10), (1099, 10), (1100, 11), (5050, 50), (10_000, 100), (90_000, 100)],
)
def test_the_limit_is_the_greater_of_ten_and_one_percent_at_most_a_hundred(
    held_numbers: int, allowed: int
) -> None:
    assert Limits().raised(10, held_numbers) == allowed
    assert plan(changes(allowed), held_numbers=lambda: held_numbers).held == ()
    assert len(plan(changes(allowed + 1), held_numbers=lambda: held_numbers).held) == allowed + 1


def test_a_short_listing_never_releases_anything() -> None:
    found = plan([*assignments(2), *changes(1)], listing_whole=False)
    assert limits_of(found) == [Limit.LISTING]
    assert found.counts["assign"] == 2


def test_equal_decisions_give_equal_plans_whatever_their_order() -> None:
    decisions = [*assignments(20), *changes(5), *(decide(person(f"w{i}", enabled=False)) for i in range(5))]
    shuffled = random.Random(7).sample(decisions, len(decisions))
    assert plan(shuffled) == plan(decisions)
    assert plan(shuffled).to_json() == plan(decisions).to_json()


def test_a_person_may_not_have_two_decisions() -> None:
    ann = decide(person("ann"))
    with pytest.raises(ValueError, match="The person ann is in the plan twice"):
        plan([ann, decide(person("ann", enabled=False))])


def test_a_number_may_not_be_in_two_changes() -> None:
    with pytest.raises(ValueError, match=rf"The number \{NEXT} is in the plan twice"):
        plan([decide(person("ann")), decide(person("bob"))])


def digest(facts: Any = None, **how: Any) -> str:
    return plan([decide(facts or person())], **how).digest


def test_the_digest_changes_with_every_fact_that_a_change_stands_on() -> None:
    class Rule:
        attributes = ("city",)

        def __call__(self, attributes: Any) -> bool:
            return bool(attributes.get("city"))

    leaver: dict[str, Any] = {"entitlement": Entitlement.NONE, "holding": holding()}
    assert digest() == digest()
    assert digest(person(usage_location="US")) != digest()
    assert digest(person(**leaver, lost_at=NOW - DAY)) != digest(person(**leaver, lost_at=NOW - 2 * DAY))
    assert digest(held_numbers=lambda: 5) == digest()
    assert digest(mode=Mode.OBSERVE) != digest()
    assert build_plan("fabrikam", "7", [decide(person())], **FULL).digest != digest()
    assert build_plan("contoso", "8", [decide(person())], **FULL).digest != digest()
    settings = tenant(range_(rule=Rule()))
    moved = decide(person(attributes={"city": "Leeds"}), settings)
    assert plan([moved]).digest != plan([decide(person(), settings)]).digest


def test_the_digest_does_not_depend_on_whether_readiness_was_looked_at() -> None:
    assert digest(person(ready=True)) == digest(person(ready=None))
