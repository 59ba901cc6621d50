"""Conditions on columns, on both databases."""

from numberline.columns import among
from numberline.directory.models import Person
from numberline.tenants.models import Tenant
from tests import factories as make


def test_one_of_many_values_whatever_is_in_them(database: str) -> None:
    owner: Tenant = make.tenant()
    said = ["O'Brien", '"quoted", [1]', "Łukasz", "100 %s", ""]
    people = [make.person(owner, f"p{place}") for place, _ in enumerate(said)]
    for person, name in zip(people, said, strict=True):
        Person.objects.of(owner.pk).filter(pk=person.pk).update(name=name)
    rows = Person.objects.of(owner.pk).order_by("pk")
    assert [row.name for row in rows.filter(among("name", said[:4]))] == said[:4]
    keys = [person.pk for person in people]
    assert list(rows.filter(among("pk", keys[1:3])).values_list("pk", flat=True)) == keys[1:3]
    assert not rows.filter(among("pk", [])).exists()
    assert rows.exclude(among("pk", keys)).count() == 0
