"""The wall between tenants: no query without a tenant, no row of another one."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from numberline.assignments.models import Assignment, Change
from numberline.inventory.models import Number, Range
from numberline.scope import CrossTenantWrite, TenantManager, UnscopedQuery
from numberline.worklist.models import Item
from tests import factories as make

OWNED = [model for model in apps.get_models() if isinstance(model._default_manager, TenantManager)]
# What a manager offers for Django's own machinery; none of it reaches a row.
NO_QUERY = {"check", "contribute_to_class", "deconstruct", "db_manager", "from_queryset"}
METHODS = sorted(
    name
    for name, _ in inspect.getmembers(TenantManager, callable)
    if not name.startswith("_") and name not in NO_QUERY | {"of"}
)


def test_every_model_is_owned_by_a_tenant_but_those_of_the_whole_installation() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("numberline.")]
    shared = {model.__name__ for model in ours if model not in OWNED and model._meta.app_label != "accounts"}
    assert shared == {"Tenant", "FormerName", "SharedState", "Worker", "Tick"}, (
        "accounts apart, whose rows say who may enter which tenant"
    )


def test_the_methods_that_are_refused_are_all_that_a_manager_has() -> None:
    assert {"all", "get", "filter", "exclude", "exists", "create", "bulk_create", "raw", "aget"} <= set(
        METHODS
    )
    assert len(METHODS) > 50


@pytest.mark.parametrize("name", METHODS)
def test_a_manager_refuses_every_query_that_does_not_name_its_tenant(name: str) -> None:
    for model in OWNED:
        method: Callable[..., Any] = getattr(model._default_manager, name)
        needed = [
            parameter
            for parameter in inspect.signature(method).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
        with pytest.raises(UnscopedQuery, match=rf"{model.__name__} rows: objects\.of\(tenant_id\)"):
            method(*(None for _ in needed))


def test_a_scope_shows_the_rows_of_its_tenant_alone(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    make.number(ours, make.N1)
    make.number(theirs, make.N2)
    assert [row.text for row in Number.objects.of(ours.pk)] == [make.N1]
    assert not Number.objects.of(ours.pk).filter(text=make.N2).exists()
    assert [row.text for row in Number.objects.of(ours.pk).exclude(text=make.N1)] == []


def test_a_scope_creates_rows_of_its_own_tenant(database: str) -> None:
    ours = make.tenant()
    assert Range.objects.of(ours.pk).create(name="London", type="direct_routing").tenant_id == ours.pk
    made, new = Range.objects.of(ours.pk).get_or_create(name="Leeds", type="direct_routing")
    assert (made.tenant_id, new) == (ours.pk, True)
    made, new = Range.objects.of(ours.pk).update_or_create({"type": "direct_routing"}, name="York")
    assert (made.tenant_id, new) == (ours.pk, True)


@pytest.mark.parametrize("verb", ["create", "get_or_create", "update_or_create"])
def test_a_scope_refuses_to_create_a_row_of_another_tenant(database: str, verb: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    owners: tuple[dict[str, Any], ...] = ({"tenant": theirs}, {"tenant_id": theirs.pk})
    for owner in owners:
        with pytest.raises(CrossTenantWrite):
            getattr(Range.objects.of(ours.pk), verb)(name="London", type="direct_routing", **owner)
    assert not Range.objects.of(ours.pk).exists()
    assert not Range.objects.of(theirs.pk).exists()


def test_a_scope_refuses_to_create_many_rows_when_one_is_of_another_tenant(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    rows = [Range(tenant=owner, name=owner.name, type="direct_routing") for owner in (ours, theirs)]
    with pytest.raises(CrossTenantWrite):
        Range.objects.of(ours.pk).bulk_create(rows)
    assert not Range.objects.of(ours.pk).exists()


def test_a_scope_refuses_to_hand_rows_to_another_tenant(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    row = make.range_(ours)
    owners: tuple[dict[str, Any], ...] = ({"tenant": theirs}, {"tenant_id": theirs.pk})
    for owner in owners:
        with pytest.raises(CrossTenantWrite):
            Range.objects.of(ours.pk).update(**owner)
    row.refresh_from_db()
    assert row.tenant_id == ours.pk


def test_a_scope_updates_and_deletes_nothing_of_another_tenant(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    row = make.range_(theirs)
    row.priority = 7
    assert Range.objects.of(ours.pk).filter(pk=row.pk).update(priority=7) == 0
    assert Range.objects.of(ours.pk).bulk_update([row], ["priority"]) == 0
    assert Range.objects.of(ours.pk).filter(pk=row.pk).delete()[0] == 0
    row.refresh_from_db()
    assert row.priority == 100


def refused(write: Callable[[], Any]) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    return str(caught.value)


def test_the_database_refuses_a_number_in_a_range_of_another_tenant(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    home, row = make.range_(theirs), make.number(ours, make.N1)
    assert "inventory_number.range_id of another tenant" in refused(lambda: make.number(ours, make.N2, home))
    moved = Number.objects.of(ours.pk).filter(pk=row.pk)
    assert "of another tenant" in refused(lambda: moved.update(range=home))
    inside = make.number(theirs, make.N2, home)
    inside.tenant = ours
    assert "of another tenant" in refused(lambda: inside.save(update_fields=["tenant"]))


def test_the_database_refuses_that_a_tenants_person_holds_or_gets_another_tenants_number(
    database: str,
) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    row = make.number(theirs, make.N1)
    holds: dict[str, Any] = {"number": row, "person": make.oid("ann")}
    held = refused(lambda: Assignment.objects.of(ours.pk).create(since=make.NOW, source="found", **holds))
    assert "assignments_assignment.number_id of another tenant" in held
    intended = refused(
        lambda: Change.objects.of(ours.pk).create(
            from_state="available", actor="a", created_at=make.NOW, **holds
        )
    )
    assert "assignments_change.number_id of another tenant" in intended


def test_two_tenants_may_have_a_range_a_number_and_an_item_of_the_same_name(database: str) -> None:
    for name in ("contoso", "fabrikam"):
        owner = make.tenant(name)
        make.number(owner, make.N1, make.range_(owner))
        Item.objects.of(owner.pk).create(code="range_low", range_name="London", since=make.NOW, cause="c")
        with pytest.raises(IntegrityError), transaction.atomic():
            make.number(owner, make.N1)


def test_following_a_key_of_an_owned_row_stays_within_the_tenant(database: str) -> None:
    owner = make.tenant()
    row = make.holding(make.number(owner, make.N1, make.range_(owner)))
    found = Assignment.objects.of(owner.pk).get(pk=row.pk)
    assert isinstance(found.number, models.Model)
    assert (found.number.tenant_id, found.number.range and found.number.range.tenant_id) == (owner.pk,) * 2
