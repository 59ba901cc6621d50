"""What a rule would mean, as the directory says."""

import pytest

from numberline import clock
from numberline.core.rules import parse
from numberline.directory.models import Person
from numberline.directory.scan import Scan
from numberline.planning.rule_answer import SHOWN, Asked, ask
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def tenant(database: str) -> Tenant:
    """Three in London (one with a Calling Plan, one in meeting rooms), one in York, and one who is gone."""
    owner = make.tenant(exclude='Department = "Rooms"')
    make.person(owner, "ann", city="London", officeLocation="1")
    make.person(owner, "bob", licences=make.PLAN, city="LONDON ")
    make.person(owner, "cid", city="London", department="Rooms")
    make.person(owner, "dot", city="York", officeLocation="1")
    make.person(owner, "eve", city="London")
    Person.objects.of(owner.pk).filter(name="Eve").update(deleted="soft")
    Person.objects.of(owner.pk).filter(name="Ann").update(action="wait", code="range_exhausted")
    return owner


def test_it_counts_who_matches_and_what_becomes_of_them(tenant: Tenant) -> None:
    answer = ask(tenant, Asked(parse('City = "london"'), type="direct_routing"))
    assert [person.name for person in answer.matching.people] == ["Ann", "Bob", "Cid"]
    assert (answer.matching.count, answer.licensed, answer.waiting, answer.excluded) == (3, 1, 1, 1)
    assert (answer.whole, answer.looked_at, answer.everybody) == (True, 4, 5)


def test_it_says_who_comes_and_who_goes_by_the_change(tenant: Tenant) -> None:
    answer = ask(tenant, Asked(parse('Office = "1"'), before=parse('City = "London"')))
    assert [person.name for person in answer.gained.people] == ["Dot"]
    assert [person.name for person in answer.lost.people] == ["Bob", "Cid"]
    new = ask(tenant, Asked(parse('Office = "1"')))
    assert (new.gained.count, new.lost.count) == (0, 0)


def test_it_names_the_other_ranges_that_match_and_which_are_asked_before(tenant: Tenant) -> None:
    for name, priority, rule in (
        ("Everybody", 200, "EVERYONE"),
        ("First", 1, 'Office = "1"'),
        ("Leeds", 2, 'City = "Leeds"'),
        ("London", 50, 'City = "London"'),
        ("Off", 3, "EVERYONE"),
    ):
        make.range_(tenant, name, priority=priority, rule=rule, enabled=name != "Off")
    answer = ask(tenant, Asked(parse('City = "London"'), range="London", priority=50))
    assert [(also.range.name, also.count, also.before) for also in answer.also] == [
        ("First", 1, True),
        ("Everybody", 3, False),
    ]


def test_those_who_match_can_be_searched_and_counts_stay(tenant: Tenant) -> None:
    answer = ask(tenant, Asked(parse("EVERYONE"), search=" BOB@"))
    assert [person.name for person in answer.matching.people] == ["Bob"]
    assert answer.matching.count == 4


def test_a_licence_that_nobody_sells_is_named(tenant: Tenant) -> None:
    assert ask(tenant, Asked(parse('Sku = "SPE_E55" OR City = "York"'))).unknown == ("SPE_E55",)


def test_when_the_time_is_over_it_says_how_many_were_looked_at(tenant: Tenant) -> None:
    for at in range(1_100):
        Person.objects.of(tenant.pk).create(
            tenant=tenant, object_id=f"x{at}", attributes='{"city":"Leeds"}', first_seen=make.NOW
        )
    with clock.travel() as time:
        scan = Scan(Person.objects.of(tenant.pk), ["city"], seconds=0.7)
        for _ in scan:
            time.sleep(0.01)
        assert (scan.looked_at, scan.whole) == (1_000, False)
    answer = ask(tenant, Asked(parse('City = "Leeds"'), seconds=None))
    assert (answer.whole, answer.matching.count, len(answer.matching.people)) == (True, 1_100, SHOWN)


def test_a_scan_reads_only_what_it_was_asked_for(tenant: Tenant) -> None:
    (ann, *_) = Scan(Person.objects.of(tenant.pk), ["city", "extensionAttribute1"])
    assert ann.attributes == {"city": "London"}
