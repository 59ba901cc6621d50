"""What the supply and the decisions tell a human."""

import pytest

from numberline.core.decision import Action, Code, Decision
from numberline.core.limits import Limit, Mode, Room
from numberline.core.plan import Plan
from numberline.directory.models import Person
from numberline.inventory.models import Number, Range
from numberline.planning.alerts import close_settled, watch_held, watch_supply
from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from numberline.worklist.models import Item
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    tenant = make.tenant()
    make.number(tenant, make.N1, make.range_(tenant))
    return tenant


def items(owner: Tenant) -> list[tuple[str, str]]:
    rows = Item.objects.of(owner.pk).filter(closed_at=None).order_by("code", "range_name", "person")
    return [(item.code, item.range_name or item.person) for item in rows]


def test_a_range_that_people_wait_for_is_told_while_it_is_used_up(owner: Tenant) -> None:
    watch_supply(owner, make.NOW, {"London", "gone"})
    assert items(owner) == [], "it has a number: it was only out of the question for those who wait"
    Number.objects.of(owner.pk).update(teams_free=False)
    watch_supply(owner, make.NOW, {"London"})
    watch_supply(owner, make.NOW + make.HOUR, {"London"})
    assert items(owner) == [("range_exhausted", "London")]
    assert Item.objects.of(owner.pk).get().since == make.NOW
    watch_supply(owner, make.NOW + make.HOUR, set())
    assert items(owner) == []


def test_a_used_up_range_that_has_a_number_again_is_told_no_longer(owner: Tenant) -> None:
    Number.objects.of(owner.pk).update(teams_free=False)
    watch_supply(owner, make.NOW, {"London"})
    Number.objects.of(owner.pk).update(teams_free=True)
    watch_supply(owner, make.NOW, {"London"})
    assert items(owner) == []


def test_a_range_that_runs_low_is_told_with_how_many_are_left(owner: Tenant) -> None:
    Range.objects.of(owner.pk).update(alert_below=2)
    make.range_(owner, "Quiet")
    watch_supply(owner, make.NOW, set())
    assert items(owner) == [("range_low", "London")]
    assert Item.objects.of(owner.pk).get().cause == "London has 1 available number, fewer than 2."
    make.number(owner, make.N2, Range.objects.of(owner.pk).get(name="London"))
    watch_supply(owner, make.NOW, set())
    assert items(owner) == []


def test_an_alert_of_a_range_that_is_no_more_is_closed(owner: Tenant) -> None:
    Range.objects.of(owner.pk).update(alert_below=2)
    Number.objects.of(owner.pk).update(teams_free=False)
    watch_supply(owner, make.NOW, {"London"})
    Number.objects.of(owner.pk).update(range=None)
    Range.objects.of(owner.pk).all().delete()
    watch_supply(owner, make.NOW, {"London"})
    assert items(owner) == []
    Range.objects.of(owner.pk).create(name="London", type="direct_routing", alert_below=1)
    watch_supply(owner, make.NOW, set())
    Range.objects.of(owner.pk).update(alert_below=None)
    watch_supply(owner, make.NOW, set())
    assert items(owner) == []


def test_what_stood_in_somebodys_way_is_closed_when_they_want_nothing_any_more(owner: Tenant) -> None:
    actions = {"ann": "keep", "bob": "skip", "cat": "wait", "dan": "assign"}
    for name, action in actions.items():
        make.person(owner, name)
        Person.objects.of(owner.pk).filter(object_id=make.oid(name)).update(action=action)
        open_item(owner.pk, "refused", make.NOW, person=make.oid(name))
    open_item(owner.pk, "listing_short", make.NOW)
    close_settled(owner, make.NOW)
    left = {make.oid("cat"), make.oid("dan")}
    assert {person for code, person in items(owner) if code == "refused"} == left
    assert ("listing_short", "") in items(owner)


def test_a_number_freed_in_teams_is_told_while_its_person_waits_for_it(owner: Tenant) -> None:
    make.person(owner)
    rows = Person.objects.of(owner.pk)
    open_item(owner.pk, "freed_in_teams", make.NOW, person=make.oid("ann"), number=make.N1)
    rows.update(action="wait", code="freed_in_teams")
    close_settled(owner, make.NOW)
    assert items(owner) == [("freed_in_teams", make.oid("ann"))]
    rows.update(action="skip", code="released_by_hand")
    close_settled(owner, make.NOW)
    assert items(owner) == []


def plan(*held: Limit) -> Plan:
    """A plan in which these limits hold one change each."""
    wanted = Decision(make.oid("ann"), None, Action.RELEASE, Code.DELETED, "deleted")
    rooms = {Limit.ASSIGN: Room(500, 500, 1), Limit.RELEASE: Room(10, 1, 12)}
    return Plan("contoso", Mode.FULL, "1", (), tuple((wanted, limit) for limit in held), (), "", rooms)


def test_what_a_limit_holds_is_told_once_for_each_limit_until_nothing_is_held(owner: Tenant) -> None:
    held = Item.objects.of(owner.pk).filter(closed_at=None, code="held").order_by("subject")
    watch_held(owner, make.NOW, plan(Limit.RELEASE, Limit.RELEASE, Limit.ASSIGN))
    assert [(item.subject, item.cause) for item in held] == [
        ("assign", "1 assignment waits for approval: more than the limit assign allows within 24 hours."),
        ("release", "2 releases wait for approval: more than the limit release allows within 24 hours."),
    ]
    assert [item.detail for item in held] == [
        "The limit allows 500 in 24 hours; 500 were used, 1 is wanted.",
        "The limit allows 10 in 24 hours; 1 was used, 12 are wanted.",
    ]
    watch_held(owner, make.NOW + make.HOUR, plan(Limit.RELEASE))
    assert [(item.subject, item.since) for item in held.all()] == [("release", make.NOW)]
    watch_held(owner, make.NOW + make.HOUR, plan())
    assert not held.all().exists()


def test_what_the_mode_or_a_short_listing_holds_is_nothing_that_waits_for_approval(owner: Tenant) -> None:
    watch_held(owner, make.NOW, plan(Limit.MODE, Limit.LISTING))
    assert items(owner) == []
