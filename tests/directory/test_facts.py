"""From a row to the facts that the decision reads."""

from datetime import datetime
from typing import Any

import pytest

from numberline.core.person import Entitlement, Holding, NumberType
from numberline.directory.facts import Belongings, in_chunks, person_facts
from numberline.directory.models import Person
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


def facts_with(owner: Tenant, at: datetime = make.NOW, **fields: Any) -> Any:
    person = make.person_row(owner)
    for name, value in fields.items():
        setattr(person, name, value)
    return person_facts(person, Belongings(), at)


def test_the_facts_are_those_of_the_directory(owner: Tenant) -> None:
    make.person(owner, accountEnabled=False, userType="Guest", licences=make.PLAN)
    facts = facts_with(owner)
    assert (facts.id, facts.upn) == (make.oid("ann"), "ann@contoso.example")
    assert (facts.entitlement, facts.enabled, facts.guest) == (Entitlement.CALLING_PLAN, False, True)
    assert (facts.attributes["city"], facts.usage_location) == ("London", "GB")
    assert (facts.first_seen, facts.lost_at, facts.deleted) == (make.NOW - make.HOUR, None, False)
    assert (facts.holding, facts.last_number, facts.reserved) == (None, None, ())


def test_a_lock_and_an_exclusion_count_until_they_end(owner: Tenant) -> None:
    make.person(owner)
    for name in ("locked", "excluded"):
        for until, counts in ((None, True), (make.NOW + make.HOUR, True), (make.NOW, False)):
            given: dict[str, Any] = {name: True, f"{name}_until": until}
            facts = facts_with(owner, **given)
            assert getattr(facts, name) is counts, (name, until)
        assert getattr(facts_with(owner, **{f"{name}_until": make.NOW + make.HOUR}), name) is False


def test_readiness_that_is_due_to_be_asked_again_counts_as_not_known(owner: Tenant) -> None:
    make.person(owner)
    assert facts_with(owner, ready=False, look_at=make.NOW + make.MINUTE).ready is False
    assert facts_with(owner, ready=False, look_at=make.NOW).ready is None
    assert facts_with(owner, ready=False, look_at=None).ready is None
    assert facts_with(owner, ready=True, look_at=None).ready is True


def test_what_a_person_has_comes_from_the_belongings(owner: Tenant) -> None:
    person = make.person(owner)
    held = Holding(make.N1, NumberType.DIRECT_ROUTING, "London", "GB")
    facts = person_facts(
        person,
        Belongings(
            holdings={person.object_id: held},
            on_premises={person.object_id: make.N2},
            voice_applications=frozenset({person.object_id}),
        ),
        make.NOW,
    )
    assert (facts.holding, facts.on_premises_number, facts.resource_account) == (held, make.N2, True)


def test_people_come_in_chunks_of_a_size_and_none_is_lost(owner: Tenant) -> None:
    for name in ("ann", "bob", "cat"):
        make.person(owner, name)
    rows = list(Person.objects.of(owner.pk))
    assert [len(chunk) for chunk in in_chunks(rows, 2)] == [2, 1]
    assert [row for chunk in in_chunks(rows, 2) for row in chunk] == rows
    assert list(in_chunks([], 2)) == []
