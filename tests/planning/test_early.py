"""Deciding while the first round is still being read: sooner, and to the same end."""

import pytest

from numberline.directory.models import Person
from numberline.planning import decide as deciding
from numberline.planning.decide import Early, decide
from numberline.tenants.models import Tenant
from tests import factories as make

DECIDED = ("object_id", "action", "code", "reason", "changed", "needs_look")


@pytest.fixture
def owner(database: str, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """A tenant with five people of whom one holds a number and two want one; decided about two at a time."""
    monkeypatch.setattr(deciding, "SOME", 2)
    tenant = make.tenant(decided_version=0, config_version=1)
    home = make.range_(tenant)
    make.holding(make.number(tenant, make.N1, home), "ann")
    make.number(tenant, make.N2, home)
    make.person(tenant, "ann")
    make.person(tenant, "ben", licences=())
    make.person(tenant, "cat")
    make.person(tenant, "dan", userType="Guest")
    make.person(tenant, "eve")
    return tenant


def rows(owner: Tenant) -> list[tuple[object, ...]]:
    return list(Person.objects.of(owner.pk).order_by("object_id").values_list(*DECIDED))


def test_early_decisions_and_the_rest_are_those_that_one_decision_about_everybody_gives(
    owner: Tenant,
) -> None:
    early = Early(owner)
    while early.step(make.NOW):
        pass
    assert early.looked_at == 3
    decided = decide(owner, make.NOW, everybody=True, early=early)
    in_steps = rows(owner)
    Person.objects.of(owner.pk).update(action="", code="", reason="", changed=True, needs_look=False)
    at_once = decide(owner, make.NOW, everybody=True)
    assert in_steps == rows(owner)
    assert decided.looked_at == at_once.looked_at == 5
    assert decided.plan.changes == at_once.plan.changes
    assert {d.person for d in decided.news} == {d.person for d in at_once.news}


def test_who_wants_a_number_is_left_to_the_decision_about_all_who_do(owner: Tenant) -> None:
    early = Early(owner)
    while early.step(make.NOW):
        pass
    marked = Person.objects.of(owner.pk).filter(needs_look=True)
    assert {person.object_id for person in marked} == {make.oid("cat"), make.oid("eve")}


def test_who_changes_after_an_early_decision_is_decided_about_again(owner: Tenant) -> None:
    early = Early(owner)
    while early.step(make.NOW):
        pass
    make.person(owner, "ben", at=make.NOW)
    decide(owner, make.NOW, everybody=True, early=early)
    assert make.person_row(owner, "ben").action != "skip"


def test_the_configuration_counts_as_decided_by_once_the_rest_was(owner: Tenant) -> None:
    early = Early(owner)
    early.step(make.NOW)
    owner.refresh_from_db()
    assert owner.decided_version == 0
    decide(owner, make.NOW, early=early)
    owner.refresh_from_db()
    assert owner.decided_version == 1
    assert decide(owner, make.NOW).looked_at == 2
