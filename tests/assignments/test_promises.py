"""What the database itself refuses, whoever asks: two holders, two numbers, two changes at once."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from numberline.assignments.models import Assignment, Change, Phase
from numberline.inventory.models import Number
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


def change(number: Number, name: str, **fields: Any) -> Change:
    given: dict[str, Any] = {"from_state": "available", "actor": "automation", "created_at": make.NOW}
    with transaction.atomic():
        return Change.objects.of(number.tenant_id).create(
            number=number, person=make.oid(name), **{**given, **fields}
        )


def test_a_number_has_one_holder(owner: Tenant) -> None:
    number = make.number(owner, make.N1)
    first = make.holding(number, "ann")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.holding(number, "bob")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.holding(number, "bob", category="private")
    first.until = make.NOW
    first.save()
    assert make.holding(number, "bob").person == make.oid("bob")


def test_a_person_has_one_primary_number_and_any_other_lines(owner: Tenant) -> None:
    first, second, third = (make.number(owner, text) for text in (make.N1, make.N2, make.N3))
    held = make.holding(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.holding(second)
    make.holding(second, category="private")
    make.holding(third, category="alternate")
    held.until = make.NOW
    held.save()
    assert make.holding(make.number(owner, "+442079460009")).person == make.oid("ann")


def test_two_tenants_may_know_the_same_person(owner: Tenant) -> None:
    make.holding(make.number(owner, make.N1))
    make.holding(make.number(make.tenant("fabrikam"), make.N1))
    assert Assignment.objects.of(owner.pk).count() == 1


def test_a_person_has_one_open_change(owner: Tenant) -> None:
    first, second = make.number(owner, make.N1), make.number(owner, make.N2)
    opened = change(first, "ann")
    with pytest.raises(IntegrityError):
        change(second, "ann")
    Change.objects.of(owner.pk).filter(pk=opened.pk).update(open=False, phase=Phase.DONE)
    assert change(second, "ann").open


def test_a_number_has_one_open_change(owner: Tenant) -> None:
    number = make.number(owner, make.N1)
    opened = change(number, "ann")
    with pytest.raises(IntegrityError):
        change(number, "bob")
    Change.objects.of(owner.pk).filter(pk=opened.pk).update(open=False, phase=Phase.CANCELLED)
    assert change(number, "bob").open
