"""A plan that was shown can be applied exactly, or is refused with what moved."""

from typing import Any

import pytest

from numberline.core.person import PlanTable
from numberline.core.plan import Plan
from numberline.directory.intake import take_people
from numberline.directory.models import Person
from numberline.inventory.models import Number, Range
from numberline.planning.decide import decide
from numberline.planning.models import StoredPlan
from numberline.planning.store import PlanRefused, PlanUnknown, differences, plan_named, shown, store
from numberline.tenants.find import touch_config
from numberline.tenants.models import Tenant
from tests import factories as make

ANN = "ann@contoso.example"


@pytest.fixture
def owner(database: str) -> Tenant:
    """Ann is to have the number 1."""
    tenant = make.tenant()
    home = make.range_(tenant)
    for text in (make.N1, make.N2):
        make.number(tenant, text, home)
    make.person(tenant)
    return tenant


def plan(owner: Tenant) -> Plan:
    return decide(owner, make.NOW, everybody=True).plan


@pytest.fixture
def stored(owner: Tenant) -> StoredPlan:
    return store(owner, plan(owner), make.NOW)


def changed(owner: Tenant, **graph: Any) -> None:
    take_people(owner, [make.user(**graph)], [], PlanTable(), make.NOW, 1)


def test_a_plan_is_kept_as_it_was_shown_and_found_by_its_name_or_digest(
    owner: Tenant, stored: StoredPlan
) -> None:
    again = plan(owner)
    assert shown(stored) == {**again.to_json(stored.name), "mode": "full"}
    assert (stored.digest, stored.created_at, stored.applied_at) == (again.digest, make.NOW, None)
    assert stored.people() == {make.oid("ann")}
    for name in (stored.name, stored.digest, stored.digest[:8]):
        assert plan_named(owner, name) == stored
    other = make.tenant("fabrikam")
    for tenant, name in ((owner, stored.digest[:7]), (owner, "x" * 8), (other, stored.name)):
        with pytest.raises(PlanUnknown, match=rf"{tenant.name} has no plan '{name}'"):
            plan_named(tenant, name)


def test_a_world_in_which_nothing_moved_is_no_difference(owner: Tenant, stored: StoredPlan) -> None:
    changed(owner, city="LONDON ", department="Sales")
    Person.objects.of(owner.pk).update(ready=True)
    # The spelling of the city is what the rule reads, so it counts; what no rule reads does not.
    assert differences(stored, plan(owner)) == [f"{ANN}: city was 'London' and is 'LONDON '"]
    changed(owner, department="Sales")
    assert differences(stored, plan(owner)) == []


def test_a_number_that_is_gone_is_told_with_the_one_in_its_place(owner: Tenant, stored: StoredPlan) -> None:
    Number.objects.of(owner.pk).filter(text=make.N1).update(teams_free=False)
    assert differences(stored, plan(owner)) == [f"{ANN} would get {make.N2} instead of {make.N1}"]
    Number.objects.of(owner.pk).update(teams_free=False)
    assert differences(stored, plan(owner)) == [f"{ANN} waits now (range_exhausted)"]


def test_a_person_who_is_gone_or_wants_no_number_any_more_is_told(owner: Tenant, stored: StoredPlan) -> None:
    changed(owner, city="Leeds")
    assert differences(stored, plan(owner)) == [f"{ANN} waits now (no_matching_rule)"]
    take_people(owner, [], [make.gone("ann")], PlanTable(), make.NOW, 1)
    assert differences(stored, plan(owner)) == [f"{ANN} wants nothing any more"]


def test_a_licence_that_changed_is_told_in_its_own_words(owner: Tenant, stored: StoredPlan) -> None:
    changed(owner, usageLocation="IE")
    assert differences(stored, plan(owner)) == [f"{ANN}: usage_location was 'GB' and is 'IE'"]


def test_a_new_location_of_the_range_is_a_difference(owner: Tenant) -> None:
    home = make.range_(owner, "Plan", type="calling_plan", location="loc-1")
    make.number(owner, "+12065550101", home)
    changed(owner, licences=make.PLAN, usageLocation="US")
    kept = store(owner, plan(owner), make.NOW)
    Range.objects.of(owner.pk).filter(pk=home.pk).update(location="loc-2")
    touch_config(owner)
    assert differences(kept, plan(owner)) == [f"{ANN}: location was 'loc-1' and is 'loc-2'"]


def test_other_policies_of_the_range_are_a_difference(owner: Tenant, stored: StoredPlan) -> None:
    Range.objects.of(owner.pk).update(policies={"TenantDialPlan": "UK-London"})
    told = """the policies of range "London" were {} and are {'TenantDialPlan': 'UK-London'}"""
    assert differences(stored, plan(owner)) == [told]
    assert differences(store(owner, plan(owner), make.NOW), plan(owner)) == []


def test_people_who_joined_later_are_no_difference_to_a_plan_without_them(
    owner: Tenant, stored: StoredPlan
) -> None:
    make.person(owner, "zoe", assignedPlans=make.plans("MCOEV", since="2026-11-23T08:00:00Z"))
    assert differences(stored, plan(owner)) == []


def test_a_change_that_a_limit_held_is_compared_like_the_others(owner: Tenant) -> None:
    owner.mode = "observe"
    held = store(owner, plan(owner), make.NOW)
    assert shown(held)["counts"] == {"assign": 0, "change": 0, "release": 0, "waiting": 0, "held": 1}
    assert differences(held, plan(owner)) == []
    changed(owner, city="Leeds")
    assert differences(held, plan(owner)) == [f"{ANN} waits now (no_matching_rule)"]


def test_a_refusal_is_one_sentence_that_names_at_most_five_differences() -> None:
    few, many = PlanRefused("abcd", ["a moved"]), PlanRefused("abcd", [f"{n} moved" for n in range(8)])
    assert str(few) == "plan abcd is refused because the world moved (a moved): make a new plan"
    assert "4 moved; and 3 more" in str(many)
    assert len(many.differences) == 8
