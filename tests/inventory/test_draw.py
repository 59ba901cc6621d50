"""The supply of a range from the database: what may be drawn, and in which order."""

from datetime import timedelta
from itertools import islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from numberline.core.ranges import Draw
from numberline.core.states import State
from numberline.core.supply import Available, MemorySupply
from numberline.inventory.draw import CHUNK, DatabaseSupply, drawable, in_parts
from numberline.inventory.glance import MOST, Ahead, Glance
from numberline.inventory.models import Number
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


def drawn(owner: Tenant, name: str = "London") -> list[str]:
    supply = DatabaseSupply(owner.pk, make.NOW)
    found = [number.number for number in supply.available(name)]
    assert supply.count(name) == len(found)
    glance = Glance(owner.pk, make.NOW)
    assert [number.number for number in glance.available(name)] == found
    assert glance.count(name) == min(len(found), MOST)
    for depth in (1, 3, MOST):
        ahead = Ahead(owner.pk, make.NOW, [name], depth)
        assert [number.number for number in ahead.available(name)] == found
    return found


def test_only_available_numbers_that_teams_would_give_and_nobody_locked_are_drawn(owner: Tenant) -> None:
    home, other = make.range_(owner), make.range_(owner, "Leeds")
    for index, state in enumerate(State):
        make.number(owner, f"+44207946{index:04}", home, state=state)
    make.number(owner, "+442079460020", home, teams_free=False)
    make.number(owner, "+442079460021", home, locked=True)
    make.number(owner, "+442079460022", home, locked=True, locked_until=make.NOW + make.HOUR)
    make.number(owner, "+442079460023", home, locked=True, locked_until=make.NOW)
    make.number(owner, "+442079460024", home, locked_until=make.NOW + make.HOUR)
    make.number(owner, "+442079460025", other)
    make.number(owner, "+442079460026")
    assert drawn(owner) == ["+442079460000", "+442079460023", "+442079460024"]


def test_a_number_brings_its_country_its_location_and_when_it_was_freed(owner: Tenant) -> None:
    freed = make.NOW - timedelta(days=40)
    home = make.range_(owner)
    make.number(owner, make.N1, home, location_id="loc-1", freed_at=freed)
    make.number(owner, make.N2, home, country="")
    assert list(DatabaseSupply(owner.pk, make.NOW).available("London")) == [
        Available(make.N1, "GB", "loc-1", freed),
        Available(make.N2, None, None, None),
    ]


@pytest.mark.parametrize("draw", list(Draw))
def test_the_order_is_that_of_the_decision(owner: Tenant, draw: Draw) -> None:
    home = make.range_(owner, draw=draw.value)
    freed_days = [None, 31, 400, 29, None, 1, 30, 400]
    texts = [f"+44207946{index:04}" for index in range(len(freed_days))]
    texts += [f"+442079460000;ext={extension}" for extension in (9, 12, 100)]
    for text, days in zip(texts, [*freed_days, 31, None, 31], strict=True):
        freed = None if days is None else make.NOW - timedelta(days=days)
        make.number(owner, text, home, freed_at=freed)
    rows = [Available(n.text, n.country, None, n.freed_at) for n in Number.objects.of(owner.pk)]
    expected = MemorySupply({"London": rows}, make.NOW, {"London": draw})
    assert drawn(owner) == [number.number for number in expected.available("London")]


def test_a_long_range_is_drawn_to_its_end(owner: Tenant) -> None:
    home = make.range_(owner)
    count = 2 * CHUNK + 1
    base = make.number(owner, "+442079460000", home)
    rows = []
    for offset in range(1, count):
        values = {f.attname: getattr(base, f.attname) for f in Number._meta.concrete_fields if f.name != "id"}
        values |= {"value": base.value + offset, "text": f"+{base.value + offset}"}
        rows.append(Number(**values))
    Number.objects.of(owner.pk).bulk_create(rows)
    assert drawn(owner) == [f"+{base.value + offset}" for offset in range(count)]


def test_a_range_that_is_not_there_has_nothing(owner: Tenant) -> None:
    supply = DatabaseSupply(owner.pk, make.NOW)
    assert list(supply.available("gone")) == []
    assert supply.count("gone") == 0


def test_the_first_numbers_of_some_ranges_take_three_queries(owner: Tenant) -> None:
    for index in range(6):
        home = make.range_(owner, f"R{index}", draw=("lowest", "longest_idle")[index % 2])
        for number in range(4):
            make.number(owner, f"+44207946{index}{number:03}", home)
    names = ["R0", "R1", "R2"]
    with CaptureQueriesContext(connection) as queries:
        ahead = Ahead(owner.pk, make.NOW, names, 3)
        seen = {name: [number.number[-4:] for number in islice(ahead.available(name), 3)] for name in names}
    assert seen == {f"R{index}": [f"{index}00{number}" for number in range(3)] for index in range(3)}
    assert len(queries) == 3
    assert [number.number[-4:] for number in ahead.available("R5")] == ["5000", "5001", "5002", "5003"]
    assert list(ahead.available("gone")) == []


def test_a_glance_takes_two_queries_however_many_ranges_there_are(owner: Tenant) -> None:
    for index in range(7):
        home = make.range_(owner, f"R{index}", draw=("lowest", "longest_idle")[index % 2])
        make.number(owner, f"+44207946{index:04}", home)
    with CaptureQueriesContext(connection) as queries:
        glance = Glance(owner.pk, make.NOW)
        seen = {name: (next(glance.available(name)).number, glance.count(name)) for name in glance.rules}
    assert seen == {f"R{index}": (f"+44207946{index:04}", 1) for index in range(7)}
    assert len(queries) == 2


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("draw", "index"), [(Draw.LOWEST, "number_range_state"), (Draw.LONGEST_IDLE, "number_longest_idle")]
)
def test_a_range_gives_along_an_index_in_either_order(owner: Tenant, draw: Draw, index: str) -> None:
    home = make.range_(owner)
    *rested, fresh = in_parts(drawable(owner.pk, make.NOW).filter(range_id=home.pk), draw, make.NOW)
    assert "number_longest_idle" in fresh.values_list("text")[:1].explain()
    for part in rested:
        plan = part.values_list("text")[:1].explain()
        assert index in plan
        assert "B-TREE FOR ORDER BY" not in plan
