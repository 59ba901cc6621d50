"""What a range would do for those who wait, told before it is written."""

import pytest

from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.inventory.one_range import changing, making
from numberline.inventory.range_preview import preview
from numberline.inventory.range_settings import read_settings
from numberline.planning.decide import decide
from numberline.planning.would_serve import WouldServe, would_serve
from numberline.tenants.find import touch_config
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    """Four wait in London, where there is one number in a range of a single office, and somebody in York."""
    tenant = make.tenant()
    desk = make.range_(tenant, "Desk", rule='Office = "1"', priority=10)
    make.number(tenant, make.N1, desk)
    make.person(tenant, "ann", officeLocation="1")
    for name in ("bob", "cid", "dot"):
        make.person(tenant, name)
    make.person(tenant, "eve", city="York")
    touch_config(tenant)
    decide(tenant, make.NOW, everybody=True)
    assert Person.objects.of(tenant.pk).filter(action="wait").count() == 4
    return tenant


def told(
    owner: Tenant, name: str, *, most: int = 100, made: bool = True, **given: str | list[str]
) -> WouldServe:
    found = preview(owner, name, (making if made else changing)(name, read_settings(given)), make.NOW)
    assert found.row is not None
    return would_serve(owner, found.row, found.supply, make.NOW, most)


LONDON = {"type": "direct_routing", "rule": 'City = "London"'}


def test_a_range_that_is_not_there_yet_serves_as_far_as_its_pasted_numbers_reach(owner: Tenant) -> None:
    numbers = "+442079460010-+442079460013"
    found = told(owner, "London", numbers=numbers, reserve="+442079460010", block="+442079460011", **LONDON)
    assert (found.matching, found.served, found.short, found.before) == (4, 2, 1, {"Desk": 1})
    enough = told(owner, "London", numbers=numbers, **LONDON)
    assert (enough.matching, enough.served, enough.short) == (4, 3, 0)
    assert not Number.objects.of(owner.pk).exclude(text=make.N1).exists(), "nothing was written"
    assert told(owner, "London", **LONDON).short == 3


def test_whom_a_range_has_no_number_for_a_later_one_may_serve(owner: Tenant) -> None:
    spare = make.range_(owner, "Spare", rule="EVERYONE", priority=900)
    make.number(owner, make.N2, spare)
    touch_config(owner)
    found = told(owner, "London", numbers="+442079460010", **LONDON)
    assert (found.served, found.before, found.after, found.short) == (1, {"Desk": 1}, {"Spare": 1}, 1)


def test_a_changed_range_counts_what_comes_to_it_and_goes_from_it(owner: Tenant) -> None:
    found = told(owner, "Desk", made=False, rule="EVERYONE", numbers=[make.N1, "+442079460010-+442079460011"])
    assert (found.matching, found.served, found.short) == (5, 3, 2)
    less = told(owner, "Desk", made=False, rule="EVERYONE", block=make.N1, numbers=make.N1)
    assert (less.matching, less.served, less.short) == (5, 0, 5)


def test_of_very_many_who_wait_the_first_are_looked_at(owner: Tenant) -> None:
    found = told(owner, "London", most=2, numbers="+442079460010", **LONDON)
    assert (found.looked_at, found.whole, found.matching) == (2, False, 2)
