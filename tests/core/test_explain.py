from typing import Any

import pytest

from numberline.core.explain import Explanation, Verdict, explain
from numberline.core.person import Entitlement, PersonFacts
from numberline.core.supply import MemorySupply
from tests.core.people import (
    DIRECT,
    HELD,
    LAST,
    NEXT,
    NOW,
    OPERATOR,
    PLAN,
    decide_all,
    holding,
    numbers,
    own,
    person,
    range_,
    stock,
    tenant,
)


def explained(
    facts: PersonFacts, *ranges: Any, supply: MemorySupply | None = None, **settings: Any
) -> Explanation:
    return explain(facts, tenant(*ranges, **settings), supply or stock(), NOW)


def verdicts(found: Explanation) -> dict[str, str]:
    return {verdict.range: str(verdict.code) for verdict in found.ranges}


def test_every_range_is_considered_with_what_ruled_it_out() -> None:
    ranges = (
        range_("chosen", priority=1),
        range_("candidate", priority=2),
        range_("wrong_type", type=PLAN),
        range_("rule_false", rule=lambda _: False),
        range_("no_rule", rule=None),
        range_("disabled_range", enabled=False),
        range_("country_mismatch", type=OPERATOR),
        range_("range_exhausted"),
    )
    supply = MemorySupply(
        {
            "chosen": numbers(NEXT),
            "candidate": numbers("+442079460100"),
            "country_mismatch": numbers("+4930901820", country="DE"),
        },
        NOW,
    )
    found = explained(person(), *ranges, supply=supply)
    assert verdicts(found) == {view.name: view.name for view in ranges}
    assert {verdict.range: verdict.available for verdict in found.ranges}["candidate"] == 3
    assert [verdict.range for verdict in found.ranges if verdict.chosen] == ["chosen"]


def test_a_range_without_emergency_location_is_ruled_out_by_that() -> None:
    facts = person(entitlement=Entitlement.CALLING_PLAN, usage_location="US")
    supply = stock(London=numbers("+12065550110", country="US"))
    found = explained(facts, range_(type=PLAN), supply=supply)
    assert verdicts(found) == {"London": "no_location"}
    assert "US" in found.ranges[0].reason


@pytest.mark.parametrize("usage_location", ["US", None])
def test_a_bound_range_names_the_persons_country_or_that_it_is_unknown(usage_location: str | None) -> None:
    found = explained(person(usage_location=usage_location), range_(type=OPERATOR))
    assert verdicts(found) == {"London": "country_mismatch"}
    assert (usage_location or "unknown") in found.ranges[0].reason


def test_a_holders_range_is_the_chosen_one_though_it_is_used_up() -> None:
    found = explained(person(holding=holding()), range_(), supply=stock(London=[]))
    assert verdicts(found) == {"London": "chosen"}
    assert HELD in found.ranges[0].reason


def test_a_mover_sees_which_range_would_serve() -> None:
    ranges = (range_("Leeds", rule=lambda a: a["city"] == "Leeds"), range_())
    supply = stock(Leeds=numbers("+441632960100"))
    found = explained(person(attributes={"city": "Leeds"}, holding=holding()), *ranges, supply=supply)
    assert (found.decision.code, verdicts(found)) == ("moved", {"Leeds": "candidate", "London": "rule_false"})


def test_whoever_is_not_ready_sees_where_the_number_would_come_from() -> None:
    assert verdicts(
        explained(
            person(ready=False), range_(), range_("B", priority=200), supply=stock(London=numbers(NEXT))
        )
    ) == {
        "London": "chosen",
        "B": "range_exhausted",
    }


def test_a_returners_range_is_the_chosen_one_though_its_rule_is_false() -> None:
    found = explained(person(attributes={"city": "Leeds"}, last_number=own(LAST)), range_())
    assert verdicts(found) == {"London": "chosen"}
    assert LAST in found.ranges[0].reason


def test_without_licence_every_range_is_of_the_wrong_type() -> None:
    found = explained(person(entitlement=Entitlement.NONE), range_(), range_("P", type=PLAN))
    assert set(verdicts(found).values()) == {"wrong_type"}
    assert "no Phone System licence" in found.ranges[0].reason


def test_a_range_whose_numbers_go_to_others_first_is_used_up_for_this_person() -> None:
    people = [person("ann"), person("bob"), person("cyd")]
    settings = tenant(range_(), range_("Spare", priority=200))
    supply = stock(London=numbers(NEXT, 1), Spare=numbers("+442079460100", 1))
    in_plan = decide_all(people, settings, supply)
    second = explain(people[1], settings, supply, NOW, in_plan["bob"])
    assert verdicts(second) == {"London": "range_exhausted", "Spare": "chosen"}
    assert "people who are served first" in second.ranges[0].reason
    third = explain(people[2], settings, supply, NOW, in_plan["cyd"])
    assert verdicts(third) == {"London": "range_exhausted", "Spare": "range_exhausted"}


def test_an_explanation_reads_as_scripts_rely_on() -> None:
    found = explained(person(ready=True), range_())
    assert found.to_json() == {
        "person": "ann",
        "upn": "ann@contoso.example",
        "entitlement": "carrier",
        "ready": True,
        "holds": None,
        "decision": {"action": "assign", "code": "next_available", "reason": found.decision.reason},
        "ranges": [
            {
                "range": "London",
                "chosen": True,
                "code": "chosen",
                "reason": found.decision.reason,
                "available": 3,
            }
        ],
    }
    assert explained(person(holding=holding(type=DIRECT))).to_json()["holds"] == HELD


def test_every_verdict_of_a_range_is_known_to_scripts() -> None:
    assert {str(code) for code in Verdict} == {
        "chosen",
        "candidate",
        "wrong_type",
        "rule_false",
        "no_rule",
        "disabled_range",
        "country_mismatch",
        "no_location",
        "range_exhausted",
    }
