"""Why a person has what they have, or waits: the JSON of spec section 7, to the letter."""

from typing import Any

import pytest

from numberline.assignments.intend import Intent, claim, mark_sending
from numberline.assignments.models import Kind
from numberline.audit.record import Cause
from numberline.core.explain import Verdict
from numberline.directory.models import Person
from numberline.planning.decide import decide
from numberline.planning.explain import explain
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    """Ranges of every kind; London and Spare serve people with a carrier's number in London."""
    tenant = make.tenant()
    london = make.range_(tenant, "London", priority=10)
    for text in (make.N1, make.N2):
        make.number(tenant, text, london)
    make.number(tenant, make.N3, make.range_(tenant, "Spare"))
    make.range_(tenant, "Empty", priority=5)
    make.range_(tenant, "Leeds", rule='City = "Leeds" AND Office = "1"')
    make.range_(tenant, "Closed", enabled=False)
    make.range_(tenant, "Manual", rule="")
    make.range_(tenant, "Plan", type="calling_plan")
    irish = make.range_(tenant, "Irish", type="operator_connect")
    make.number(tenant, "+35315550101", irish, country="IE")
    return tenant


def told(owner: Tenant, name: str = "ann", **options: Any) -> dict[str, Any]:
    return explain(owner, make.person_row(owner, name), make.NOW, **options)


def ranges(explanation: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {r["range"]: (r["code"], r["available"]) for r in explanation["ranges"]}


def test_a_joiner_is_told_the_number_and_every_range_with_what_ruled_it_out(owner: Tenant) -> None:
    make.person(owner)
    explanation = told(owner)
    assert list(explanation) == ["person", "upn", "entitlement", "ready", "holds", "decision", "ranges"]
    assert {key: explanation[key] for key in list(explanation)[:5]} == {
        "person": make.oid("ann"),
        "upn": "ann@contoso.example",
        "entitlement": "carrier",
        "ready": None,
        "holds": None,
    }
    assert explanation["decision"] == {
        "action": "assign",
        "code": "next_available",
        "reason": f'{make.N1} is the next available number of range "London", whose rule matches; '
        'asked before it: "Empty" (used up).',
    }
    assert ranges(explanation) == {
        "Empty": ("range_exhausted", 0),
        "London": ("chosen", 2),
        "Closed": ("disabled_range", 0),
        "Irish": ("country_mismatch", 1),
        "Leeds": ("rule_false", 0),
        "Manual": ("no_rule", 0),
        "Plan": ("wrong_type", 0),
        "Spare": ("candidate", 1),
    }
    for verdict in explanation["ranges"]:
        assert list(verdict) == ["range", "chosen", "code", "reason", "available"]
        assert verdict["chosen"] is (verdict["range"] == "London")
        assert verdict["reason"].endswith("."), verdict
        assert verdict["code"] in set(Verdict)


def test_a_rule_that_is_false_says_which_part_and_on_what_value(owner: Tenant) -> None:
    make.person(owner)
    (leeds,) = (r for r in told(owner)["ranges"] if r["range"] == "Leeds")
    assert "Leeds" in leeds["reason"]
    assert "London" in leeds["reason"]


def test_a_holder_is_told_what_they_hold_and_from_which_range(owner: Tenant) -> None:
    make.person(owner)
    make.holding(make.number_row(owner, make.N1))
    explanation = told(owner)
    assert explanation["holds"] == make.N1
    assert (explanation["decision"]["action"], explanation["decision"]["code"]) == ("keep", "holds")
    assert make.N1 in explanation["decision"]["reason"]
    assert len(explanation["ranges"]) == 8, "every range, always"
    assert ranges(explanation)["London"] == ("chosen", 1)
    assert sum(r["chosen"] for r in explanation["ranges"]) == 1


def test_who_is_not_ready_is_told_where_their_number_will_come_from(owner: Tenant) -> None:
    make.person(owner)
    Person.objects.of(owner.pk).update(ready=False, look_at=make.NOW + make.HOUR)
    explanation = told(owner)
    assert (explanation["ready"], explanation["holds"]) == (False, None)
    assert (explanation["decision"]["action"], explanation["decision"]["code"]) == ("wait", "not_ready")
    assert ranges(explanation)["London"] == ("chosen", 2)


def test_who_was_refused_is_told_what_stands_in_the_way(owner: Tenant) -> None:
    make.person(owner)
    obstacle = "The number belongs to another country than the person's usage location"
    Person.objects.of(owner.pk).update(ready=False, look_at=make.NOW + make.HOUR, obstacle=obstacle)
    reason = told(owner)["decision"]["reason"]
    assert reason == f'{obstacle}; once that is over, a number from range "London" follows.'


def test_while_a_number_is_being_assigned_nothing_else_is_told(owner: Tenant) -> None:
    make.person(owner)
    intent = Intent(make.oid("ann"), "ann@contoso.example", make.N2, "", "next_available", "it is next")
    change = claim(owner.pk, intent, make.NOW, Cause("automation"))
    assert told(owner)["decision"] == {
        "action": "assign",
        "code": "next_available",
        "reason": f"{make.N2} is being assigned since 2026-11-23 09:00 UTC; the request has not been sent yet.",
    }
    mark_sending(change, make.NOW)
    assert told(owner)["decision"]["reason"].endswith("Teams does not show it yet.")


@pytest.mark.parametrize(
    ("kind", "action", "words"),
    [
        (Kind.RELEASE, "release", f"{make.N1} is being taken back since"),
        (Kind.CHANGE, "change", f"{make.N1} is being exchanged for {make.N2} since"),
    ],
)
def test_while_a_number_is_taken_back_or_changed_that_is_told(
    owner: Tenant, kind: Kind, action: str, words: str
) -> None:
    make.person(owner)
    make.holding(make.number_row(owner, make.N1))
    number = make.N1 if kind is Kind.RELEASE else make.N2
    old = "" if kind is Kind.RELEASE else make.N1
    claim(owner.pk, Intent(make.oid("ann"), "ann", number, "", "x", "y", kind, old), make.NOW, make.CAUSE)
    decision = told(owner)["decision"]
    assert (decision["action"], decision["reason"].startswith(words)) == (action, True)


def test_who_waits_for_numbers_is_told_that_none_is_left(owner: Tenant) -> None:
    make.person(owner, licences=make.PLAN)
    explanation = told(owner)
    assert (explanation["entitlement"], explanation["decision"]["code"]) == (
        "calling_plan",
        "range_exhausted",
    )
    assert ranges(explanation)["Plan"] == ("range_exhausted", 0)
    assert ranges(explanation)["London"] == ("wrong_type", 2)
    assert not any(r["chosen"] for r in explanation["ranges"])


def test_an_american_calling_plan_number_without_a_location_is_told_so(owner: Tenant) -> None:
    home = make.range_(owner, "Seattle", type="calling_plan", rule='City = "Seattle"')
    make.number(owner, "+12065550101", home)
    make.person(owner, licences=make.PLAN, usageLocation="US", city="Seattle")
    explanation = told(owner)
    assert explanation["decision"]["code"] == "no_location"
    assert ranges(explanation)["Seattle"] == ("no_location", 1)


def test_who_is_not_licensed_is_told_so_with_every_range(owner: Tenant) -> None:
    make.person(owner, assignedPlans=[])
    explanation = told(owner)
    assert (explanation["entitlement"], explanation["decision"]["code"]) == ("none", "unlicensed")
    assert {code for code, _ in ranges(explanation).values()} == {"wrong_type"}


def test_explaining_changes_nothing_and_agrees_with_the_plan(owner: Tenant) -> None:
    make.person(owner)
    before = make.person_row(owner).__dict__.copy()
    explanation = told(owner)
    after = make.person_row(owner).__dict__
    assert {k: v for k, v in after.items() if k != "_state"} == {
        k: v for k, v in before.items() if k != "_state"
    }
    (change,) = decide(owner, make.NOW, everybody=True).plan.changes
    assert explanation["decision"] == {
        "action": str(change.action),
        "code": str(change.code),
        "reason": change.reason,
    }
