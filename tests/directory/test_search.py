"""People are found by words of their names, by their addresses and by attributes, as the directory shows them now."""

import pytest

from numberline.directory.models import Person, Term
from numberline.directory.search import KEYS, Wanted, exactly, first_people, read, wanted_people
from numberline.directory.terms import terms_of
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    """Four people of two offices."""
    tenant = make.tenant()
    make.person(
        tenant,
        "ann",
        displayName="Ann Müller",
        userPrincipalName="ann.mueller@contoso.example",
        mail="am@x.example",
    )
    make.person(
        tenant, "anna", displayName="Anna Lopez-Diaz", officeLocation="Park Lane", employeeId="E-0042"
    )
    make.person(tenant, "bob", displayName="Bob Annesley", city="Leeds", officeLocation="Park Lane")
    make.person(tenant, "lukasz", displayName="Łukasz Ørsted", city="Leeds")
    make.person(make.tenant("fabrikam"), "anneke")
    return tenant


def found(owner: Tenant, text: str = "", **wanted: object) -> list[str]:
    typed, attributes = read(text)
    rows = wanted_people(
        Person.objects.of(owner.pk),
        owner.pk,
        Wanted(words=typed, attributes=attributes, **wanted),  # type: ignore[arg-type]
    )
    return [row.name for row in rows.rows.order_by(*KEYS)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["Ann Müller", "Anna Lopez-Diaz", "Bob Annesley", "Łukasz Ørsted"]),
        ("ann", ["Ann Müller", "Anna Lopez-Diaz", "Bob Annesley"]),
        ("muller", ["Ann Müller"]),
        ("MÜLL ann", ["Ann Müller"]),
        ("mueller", ["Ann Müller"]),
        ("ann.mue", ["Ann Müller"]),
        ("ann.mueller@contoso.example", ["Ann Müller"]),
        ("am@x", ["Ann Müller"]),
        ("lukasz orsted", ["Łukasz Ørsted"]),
        ("diaz", ["Anna Lopez-Diaz"]),
        ("0042", ["Anna Lopez-Diaz"]),
        ("City=leeds", ["Bob Annesley", "Łukasz Ørsted"]),
        ('City=Leeds Office="park lane"', ["Bob Annesley"]),
        ("Office=park*", ["Anna Lopez-Diaz", "Bob Annesley"]),
        ("office=park", []),
        ("city", []),
        ("ad", []),
        ("address", []),
        ("address=", []),
        ("ann City=Leeds", ["Bob Annesley"]),
        ("nobody", []),
        ("' OR 1=1 --", []),
    ],
)
def test_people_are_found_in_the_order_of_their_names(owner: Tenant, typed: str, names: list[str]) -> None:
    assert found(owner, typed) == names


def test_a_common_word_finds_the_same_people_as_a_rare_one(
    owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {text: found(owner, text) for text in ("ann", "ann City=Leeds", "City=Leeds Office=Park*")}
    for count, most in ((1, 50_000), (1, 1), (0, 1), (0, 2), (0, 50_000)):
        monkeypatch.setattr("numberline.directory.search.FEW", count)
        monkeypatch.setattr("numberline.directory.search.MOST", most)
        assert {text: found(owner, text) for text in few} == few
        assert {text: found(owner, text, further=True) for text in few} == few


def test_a_common_word_comes_by_name_where_few_people_are_looked_through(
    owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.of(owner.pk).filter(name_key__startswith="ann").update(locked=True)

    def keys(**wanted: bool) -> tuple[str, ...]:
        return wanted_people(Person.objects.of(owner.pk), owner.pk, Wanted(words=("ann",), **wanted)).keys

    monkeypatch.setattr("numberline.directory.search.FEW", 2)
    assert (keys(), keys(locked=True)) == (("pk",), KEYS)
    monkeypatch.setattr("numberline.directory.search.FEW", 1)
    assert (keys(), keys(locked=True)) == (("pk",), ("pk",))
    assert found(owner, "ann", locked=True) == ["Ann Müller", "Anna Lopez-Diaz"]


def test_the_first_who_are_found_are_shown_once_each_and_nobody_who_is_deleted(
    owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.person(owner, "anne", displayName="Anne Anna Annabel")
    Person.objects.of(owner.pk).filter(name_key__startswith="bob").update(deleted="soft")

    def first(text: str, most: int) -> list[str]:
        typed, attributes = read(text)
        wanted = Wanted(words=typed, attributes=attributes)
        return [one.name for one in first_people(Person.objects.of(owner.pk), owner.pk, wanted, most)]

    assert first("ann", 9) == ["Ann Müller", "Anna Lopez-Diaz", "Anne Anna Annabel"]
    assert first("ann", 1) == ["Ann Müller"]
    assert first("anna annab", 9) == ["Anne Anna Annabel"]
    assert first("", 9) == []
    monkeypatch.setattr("numberline.directory.search.SPARE", 1)
    Person.objects.of(owner.pk).filter(name_key__startswith="ann m").update(deleted="soft")
    assert first("ann", 1) == ["Anna Lopez-Diaz"]


def test_who_is_deleted_locked_or_excluded_is_found_apart(owner: Tenant) -> None:
    Person.objects.of(owner.pk).filter(name_key__startswith="bob").update(deleted="soft")
    Person.objects.of(owner.pk).filter(name_key__startswith="anna").update(locked=True, code="locked")
    assert found(owner, "ann") == ["Ann Müller", "Anna Lopez-Diaz"]
    assert found(owner, "ann", deleted="soft") == ["Bob Annesley"]
    assert found(owner, locked=True) == ["Anna Lopez-Diaz"]
    assert found(owner, code="locked") == ["Anna Lopez-Diaz"]
    assert found(owner, excluded=True) == []


def test_a_change_in_the_directory_is_found_and_what_it_was_is_not(owner: Tenant) -> None:
    make.person(owner, "bob", displayName="Bob Smith", city="York")
    assert found(owner, "annesley") == found(owner, "bob City=Leeds") == []
    assert found(owner, "bob smith City=York") == ["Bob Smith"]
    row = make.person_row(owner, "bob")
    kept = Term.objects.of(owner.pk).filter(person=row).values_list("text", flat=True)
    assert sorted(kept) == sorted(
        terms_of(make.user("bob", displayName="Bob Smith", city="York").attributes())
    )


def test_an_address_or_an_object_id_names_one_person_exactly(owner: Tenant) -> None:
    rows = Person.objects.of(owner.pk)
    assert [str(one) for one in exactly(rows, owner.pk, "AM@x.example")] == ["ann.mueller@contoso.example"]
    assert [one.name for one in exactly(rows, owner.pk, make.oid("bob"))] == ["Bob Annesley"]
    assert list(exactly(rows, owner.pk, "ann")) == list(exactly(rows, owner.pk, make.oid("anneke"))) == []


def test_values_of_any_length_are_kept_as_far_as_there_is_room(owner: Tenant) -> None:
    make.person(owner, "long", displayName="X" * 400, city="Y" * 500)
    assert found(owner, "X" * 200) == ["X" * 300]
    assert found(owner, "City=" + "y" * 500) == ["X" * 300]
