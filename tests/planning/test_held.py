"""What a limit holds is kept with the person, so that lists and counts need no plan to know it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from numberline.assignments.intend import Intent, claim
from numberline.assignments.models import Kind
from numberline.core.held import WHY, Held
from numberline.core.held import held as what_holds
from numberline.core.limits import Limit, Mode
from numberline.directory.models import Person
from numberline.planning.decide import decide
from numberline.planning.explain import explain
from numberline.planning.held import held_by_limit, held_by_mode, let_go
from numberline.planning.standing import waiting
from numberline.tenants.models import Tenant
from tests import factories as make

LATER = make.NOW + make.MINUTE


@pytest.fixture
def owner(database: str) -> Tenant:
    """Ann and Bob want numbers; the limit allows one."""
    tenant = make.tenant(limits={**Tenant().limits, "assign": 1})
    home = make.range_(tenant)
    for index in range(10):
        make.number(tenant, f"+44207946{index:04}", home)
    make.person(tenant, "ann")
    make.person(tenant, "bob")
    return tenant


def held(owner: Tenant) -> dict[str, tuple[str | None, object]]:
    rows = Person.objects.of(owner.pk).filter(limited_by__isnull=False)
    return {row.name: (row.limited_by, row.limited_since) for row in rows}


def second(owner: Tenant) -> str:
    """Who is served second."""
    (waits,) = set(held(owner))
    return waits


def allow(owner: Tenant, count: int) -> None:
    owner.limits |= {"assign": count}
    owner.save()


def test_whom_a_limit_holds_it_is_written_to_once_and_taken_down_when_it_lets_go(owner: Tenant) -> None:
    decide(owner, make.NOW)
    name = second(owner)
    assert held(owner) == {name: ("assign", make.NOW)}
    decide(owner, LATER)
    assert held(owner) == {name: ("assign", make.NOW)}
    assert held_by_limit(Person.objects.of(owner.pk), Mode.FULL) == {"assign": 1}
    assert held_by_limit(Person.objects.of(owner.pk), Mode.OBSERVE) == {}
    allow(owner, 5)
    decide(owner, LATER)
    assert held(owner) == {}


def test_whom_the_mode_or_a_limit_holds_is_counted_along_an_index_alone(owner: Tenant) -> None:
    """It may be everybody, on a page that asks again every few seconds."""
    people = Person.objects.of(owner.pk)
    with CaptureQueriesContext(connection) as asked:
        held_by_limit(people, Mode.FULL)
        held_by_mode(people, Mode.OBSERVE)
        waiting(people)
    plans = []
    with connection.cursor() as cursor:
        server = connection.vendor == "postgresql"
        if server:  # which would read a table as small as this one is whole
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN {'' if server else 'QUERY PLAN'} {query['sql']}")
            plans.append(str(cursor.fetchall()))
    alone = "Index Only Scan using" if server else "USING COVERING INDEX"
    for plan, name in zip(plans, ("limited_by", "decision", "decision"), strict=True):
        assert f"{alone} person_{name}" in plan


def test_one_person_alone_is_held_and_nobody_else_is_let_go_by_it(owner: Tenant) -> None:
    allow(owner, 0)
    decide(owner, make.NOW, only=make.oid("bob"))
    assert set(held(owner)) == {"Bob"}
    decide(owner, LATER, only=make.oid("ann"))
    assert held(owner) == {"Ann": ("assign", LATER), "Bob": ("assign", make.NOW)}


def test_whose_change_is_under_way_or_approved_is_not_held(owner: Tenant) -> None:
    allow(owner, 0)
    decide(owner, make.NOW)
    assert set(held(owner)) == {"Ann", "Bob"}
    claim(
        owner.pk,
        Intent(make.oid("ann"), "ann", "+442079460000", "", "next_available", "approved", Kind.ASSIGN),
        LATER,
        make.CAUSE,
    )
    decide(owner, LATER)
    assert set(held(owner)) == {"Bob"}
    let_go(owner.pk, [make.oid("bob")])
    assert held(owner) == {}


def test_what_the_mode_holds_is_not_kept_because_the_mode_says_it(owner: Tenant) -> None:
    decide(owner, make.NOW)
    owner.mode = "observe"
    owner.save()
    decide(owner, LATER)
    assert held(owner) == {}


def test_the_mode_as_it_is_now_comes_before_the_limit_of_the_last_look() -> None:
    assert what_holds("assign", Mode.FULL, None) is None
    assert what_holds("assign", Mode.FULL, "assign", LATER) == Held(Limit.ASSIGN, Mode.FULL, LATER)
    assert what_holds("assign", Mode.OFF, "assign", LATER) == Held(Limit.MODE, Mode.OFF)
    assert what_holds("release", Mode.ASSIGN, None) == Held(Limit.MODE, Mode.ASSIGN)
    assert what_holds("keep", Mode.OFF, None) is None
    assert what_holds("wait", Mode.OFF, "assign") is None
    for limit in Limit:
        holds = Held(limit, Mode.OBSERVE)
        assert holds.sentence.startswith(f"Held by {holds.by}: {WHY[limit]}. ")


def test_explain_says_beside_the_decision_what_holds_it(owner: Tenant) -> None:
    decide(owner, make.NOW)
    waits = Person.objects.of(owner.pk).get(name=second(owner))
    told = explain(owner, waits, LATER)
    assert told["decision"]["action"] == "assign"
    assert told["held"] == {"limit": "assign", "since": make.NOW}
    served = Person.objects.of(owner.pk).exclude(pk=waits.pk).get()
    assert explain(owner, served, LATER).get("held") is None
    owner.mode = "observe"
    owner.save()
    assert explain(owner, served, LATER)["held"] == {"limit": "mode", "since": None}
