"""Whose number no longer fits stands on the worklist, with the number that they would get and how to give it."""

import pytest

from numberline.directory.models import Person
from numberline.inventory.models import Number, Range
from numberline.planning.decide import decide
from numberline.planning.movers import watch_movers, worklist
from numberline.tenants.find import touch_config
from numberline.tenants.models import Tenant
from numberline.worklist.codes import ADVICE
from numberline.worklist.models import Item
from tests import factories as make

LEEDS = [f"+44113496000{index}" for index in range(3)]


@pytest.fixture
def owner(database: str) -> Tenant:
    """Ann and Bob hold London numbers, and have moved to Leeds, where there are three."""
    tenant = make.tenant()
    london, leeds = make.range_(tenant), make.range_(tenant, "Leeds", rule='City = "Leeds"')
    for name, text in (("ann", make.N1), ("bob", make.N2)):
        make.person(tenant, name, city="Leeds")
        make.holding(make.number(tenant, text, london), name)
    for text in LEEDS:
        make.number(tenant, text, leeds)
    return tenant


def looked(owner: Tenant, minutes: int = 0) -> list[tuple[str, str, str, str]]:
    """Decide, and list what needs a human: code, number, detail, remedy."""
    at = make.NOW + minutes * make.MINUTE
    decide(owner, at, everybody=True)
    watch_movers(owner, at)
    return [(one.item.code, one.item.number, one.detail, one.remedy) for one in worklist(owner, at)]


def test_each_mover_is_shown_the_number_that_they_would_get_and_the_command(owner: Tenant) -> None:
    change = "Leave it so, or: numberline number change contoso {}@contoso.example --to-match --reason TEXT"
    rows = sorted(looked(owner))
    assert [(code, number) for code, number, _, _ in rows] == [("moved", make.N1), ("moved", make.N2)]
    assert {detail for _, _, detail, _ in rows} == {
        f'They would get {text} of range "Leeds".' for text in LEEDS[:2]
    }
    assert [remedy for *_, remedy in rows] == [change.format("ann"), change.format("bob")]
    since = set(Item.objects.of(owner.pk).values_list("since", flat=True))
    looked(owner, 5)
    assert set(Item.objects.of(owner.pk).values_list("since", flat=True)) == since == {make.NOW}
    cause = Item.objects.of(owner.pk).get(number=make.N1).cause
    assert cause == f'Holds {make.N1} of range "London"; the rule of that range no longer matches.'


def test_numbers_are_offered_in_the_order_of_the_list(owner: Tenant) -> None:
    make.person(owner, "bob")
    looked(owner)
    make.person(owner, "bob", city="Leeds")
    offers = {number: detail.split()[3] for _, number, detail, _ in looked(owner, 5)}
    assert offers == {make.N1: LEEDS[0], make.N2: LEEDS[1]}


def test_who_moved_at_the_same_time_is_listed_by_number(owner: Tenant) -> None:
    texts = [f"+4420794601{index:02}" for index in range(12)]
    for text in texts:
        make.person(owner, text, city="Leeds")
        make.holding(make.number(owner, text, Range.objects.of(owner.pk).get(name="London")), text)
    assert [number for _, number, _, _ in looked(owner)] == [make.N1, make.N2, *texts]


def test_an_item_ends_with_what_it_is_about(owner: Tenant) -> None:
    looked(owner)
    make.person(owner, "ann")
    Person.objects.of(owner.pk).filter(object_id=make.oid("bob")).update(locked=True)
    assert looked(owner, 5) == []
    assert Item.objects.of(owner.pk).filter(closed_at=make.NOW + 5 * make.MINUTE).count() == 2
    make.person(owner, "ann", licences=make.PLAN, usageLocation="IE")
    assert [code for code, *_ in looked(owner, 9)] == ["wrong_type"]


def test_where_no_range_has_a_number_that_is_said(owner: Tenant) -> None:
    Number.objects.of(owner.pk).filter(text__in=LEEDS[1:]).update(teams_free=False)
    details = [detail for _, _, detail, _ in looked(owner)]
    assert details == [
        f'They would get {LEEDS[0]} of range "Leeds".',
        'No range has a number for them: No number is left in the ranges that serve this person: "Leeds".',
    ]
    assert looked(owner, 5)[1][3] == ADVICE["moved"].remedy


def test_a_number_set_in_teams_directly_is_to_be_adopted_before(owner: Tenant) -> None:
    make.person(owner, "cid", city="Leeds")
    london = Range.objects.of(owner.pk).get(name="London")
    make.holding(make.number(owner, make.N3, london), "cid", source="found")
    remedies = {number: remedy for _, number, _, remedy in looked(owner)}
    assert remedies[make.N3] == (
        f"Leave it so, or: numberline number adopt contoso {make.N3} --reason TEXT; then "
        "numberline number change contoso cid@contoso.example --to-match --reason TEXT"
    )


def test_a_number_of_another_country_is_told_as_that(owner: Tenant) -> None:
    plans = make.range_(owner, "Plans", type="calling_plan", rule="EVERYONE")
    touch_config(owner)
    make.person(owner, "cid", licences=make.PLAN, usageLocation="IE")
    make.holding(make.number(owner, "+441235550100", plans, country="GB"), "cid")
    ((code, _, detail, _),) = [row for row in looked(owner) if row[1] == "+441235550100"]
    assert code == "country_mismatch"
    assert detail.startswith("No range has a number for them: ")
