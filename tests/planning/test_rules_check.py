"""All rules of a tenant held against its people."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from numberline import clock
from numberline.directory.models import Person
from numberline.planning.rules_check import check_rules
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def tenant(database: str) -> Tenant:
    return make.tenant(exclude='Department = "Rooms"')


def people(tenant: Tenant, city: str, count: int, **graph: Any) -> None:
    for at in range(count):
        make.person(tenant, f"{city}{at}{graph.get('department', '')}", city=city, **graph)


def test_ranges_of_one_type_and_priority_that_share_people_overlap(tenant: Tenant) -> None:
    people(tenant, "London", 2)
    people(tenant, "Leeds", 1)
    make.range_(tenant, "A", rule='City = "London"')
    make.range_(tenant, "B", rule="EVERYONE")
    make.range_(tenant, "C", rule="EVERYONE", priority=5)
    make.range_(tenant, "D", rule="EVERYONE", type="calling_plan")
    (overlap,) = check_rules(tenant)["overlaps"]
    assert overlap["ranges"] == ["A", "B"]
    assert (overlap["count"], overlap["type"], overlap["priority"]) == (2, "direct_routing", 100)
    assert [person["name"] for person in overlap["people"]] == ["London0", "London1"]


def test_a_rule_that_nobody_matches_is_named_and_those_that_do_not_serve_are_not(tenant: Tenant) -> None:
    people(tenant, "London", 1)
    people(tenant, "Atlantis", 1, department="Rooms")
    make.range_(tenant, "Atlantis", rule='City = "Atlantis"')
    make.range_(tenant, "London")
    make.range_(tenant, "Off", rule='City = "Nowhere"', enabled=False)
    make.range_(tenant, "By hand", rule="")
    told = check_rules(tenant)
    assert told["nobody"] == ["Atlantis"], "whom the tenant excludes does not count"
    assert (told["disabled"], told["no_rule"]) == (["Off"], ["By hand"])


def test_a_range_is_shadowed_when_all_its_people_come_to_an_earlier_one(tenant: Tenant) -> None:
    people(tenant, "London", 3)
    people(tenant, "Leeds", 1)
    make.range_(tenant, "England", rule='City IN ("London", "Leeds")', priority=1)
    make.range_(tenant, "Later", rule='City = "London"', priority=2)
    make.range_(tenant, "Other type", rule='City = "London"', priority=3, type="calling_plan")
    told = check_rules(tenant)
    assert told["shadowed"] == [{"range": "Later", "count": 3, "before": ["England"]}]
    make.person(tenant, "paula", licences=make.PLAN, city="London")
    assert [each["range"] for each in check_rules(tenant)["shadowed"]] == ["Later"]


def test_people_whose_licence_no_range_serves_are_counted_by_place(tenant: Tenant) -> None:
    make.range_(tenant, "London")
    people(tenant, "Leeds", 2, officeLocation="1")
    people(tenant, "York", 1)
    make.person(tenant, "paula", licences=make.PLAN, city="London")
    make.person(tenant, "nora", licences=(), city="York")
    without = check_rules(tenant)["without"]
    assert without["count"] == 4
    assert without["places"][0] == {"city": "Leeds", "office": "1", "count": 2}
    assert {person["name"] for person in without["people"]} == {"Leeds0", "Leeds1", "York0", "Paula"}


def test_the_expected_draw_stands_against_what_is_left(tenant: Tenant) -> None:
    london = make.range_(tenant, "London")
    make.range_(tenant, "Behind", priority=200)
    make.number(tenant, "+442079460001", london)
    people(tenant, "London", 3)
    make.person(tenant, "nora", licences=(), city="London")
    Person.objects.of(tenant.pk).filter(name__startswith="London").update(action="wait", code="not_ready")
    (draw,) = check_rules(tenant)["draws"]
    assert draw == {"range": "London", "waiting": 3, "later": 1, "left": 1, "short": 2}


def test_rules_on_licences_and_on_names_are_asked_of_each_person(tenant: Tenant) -> None:
    people(tenant, "London", 2)
    make.range_(tenant, "Names", rule='DisplayName = "London1"', priority=1)
    make.range_(tenant, "City and plan", rule='City = "London" AND ServicePlan = "MCOEV"', priority=2)
    make.range_(tenant, "Cities", rule='City = "London"', priority=3)
    told = check_rules(tenant)
    assert told["nobody"] == []
    assert [each["range"] for each in told["shadowed"]] == ["Cities"]


def test_the_check_is_plain_data_and_says_how_many_it_looked_at(tenant: Tenant) -> None:
    make.range_(tenant, "London")
    people(tenant, "London", 1)
    Person.objects.of(tenant.pk).bulk_create(
        Person(tenant=tenant, object_id=f"x{at}", attributes="{}", first_seen=make.NOW, entitlement="carrier")
        for at in range(1_500)
    )
    steps: list[tuple[int, int]] = []
    told = check_rules(tenant, progress=lambda done, total: steps.append((done, total)))
    assert json.loads(json.dumps(told)) == told
    assert (told["whole"], told["looked_at"], told["everybody"], steps) == (
        True,
        1_501,
        1_501,
        [(1_000, 1_501)],
    )
    with clock.travel() as time, CaptureQueriesContext(connection) as queries:
        short = check_rules(tenant, 0.5, progress=lambda done, total: time.sleep(1))
    assert (short["whole"], short["looked_at"]) == (False, 1_000)
    assert len(queries) <= 20
