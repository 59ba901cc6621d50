"""Writing many rows at once: what the ORM would have written, and never a row of another tenant."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from numberline import bulk
from numberline.assignments.models import Assignment
from numberline.audit.models import Entry
from numberline.directory.models import Person
from tests import factories as make

NAMED = ("object_id", "first_seen", "name", "looks")


def test_an_inserted_row_reads_as_if_the_orm_had_written_it(database: str) -> None:
    owner = make.tenant()
    number = make.number(owner, make.N1)
    at = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
    bulk.insert(
        Assignment, owner.pk, ("number", "person", "since", "source"), [(number.pk, "ann", at, "found")]
    )
    written = Assignment.objects.of(owner.pk).get()
    by_orm = Assignment(pk=written.pk, tenant=owner, number=number, person="ann", since=at, source="found")
    fields = [field.attname for field in Assignment._meta.concrete_fields]
    assert [getattr(written, name) for name in fields] == [getattr(by_orm, name) for name in fields]
    assert Assignment.objects.of(owner.pk).filter(since=at).exists()


def test_json_is_written_as_json(database: str) -> None:
    before, after = {"state": "available", "holder": None}, {"numbers": ["Köln \u0027"]}
    bulk.insert(
        Entry,
        7,
        ("seq", "at", "actor", "verb", "before", "after"),
        [(1, make.NOW, "anna", "move", before, after)],
    )
    entry = Entry.objects.of(7).get()
    assert (entry.before, entry.after, entry.run_id) == (before, after, None)
    assert Entry.objects.of(7).filter(before__state="available").exists()


def test_an_upsert_changes_the_named_fields_of_known_rows_and_inserts_the_others(database: str) -> None:
    owner = make.tenant()
    make.person(owner, "ann")
    before = make.person_row(owner, "ann")
    rows = [(make.oid("ann"), make.NOW, "Anna", 3), (make.oid("ben"), make.NOW, "Ben", 4)]
    bulk.upsert(Person, owner.pk, NAMED, rows, unique="object_id", update=("name",))
    after, new = make.person_row(owner, "ann"), make.person_row(owner, "ben")
    assert (after.name, after.looks, after.first_seen) == ("Anna", before.looks, before.first_seen)
    assert (new.name, new.looks, new.first_seen, new.attributes) == ("Ben", 4, make.NOW, "{}")


def test_rows_of_another_tenant_are_out_of_reach(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    other = make.person(theirs, "ann")
    bulk.upsert(
        Person, ours.pk, NAMED, [(make.oid("ann"), make.NOW, "Ours", 0)], unique="object_id", update=("name",)
    )
    assert bulk.update(Person, ours.pk, ("name",), [("Changed", other.pk)]) == 0
    assert make.person_row(theirs, "ann").name == "Ann"
    assert make.person_row(ours, "ann").name == "Ours"


def test_an_update_tells_how_many_rows_were_there(database: str) -> None:
    owner = make.tenant()
    ann, ben = make.person(owner, "ann"), make.person(owner, "ben")
    rows = [("A", make.NOW, ann.pk), ("B", None, ben.pk), ("C", None, ben.pk + 1)]
    assert bulk.update(Person, owner.pk, ("name", "lost_at"), rows) == 2
    assert (make.person_row(owner, "ann").lost_at, make.person_row(owner, "ben").name) == (make.NOW, "B")
    assert bulk.update(Person, owner.pk, ("name",), []) == 0


def test_a_delete_ends_the_named_rows_of_its_own_tenant_alone(database: str) -> None:
    ours, theirs = make.tenant(), make.tenant("fabrikam")
    ann, ben = make.person(ours, "ann"), make.person(ours, "ben")
    other = make.person(theirs, "ann")
    wanted = [(ann.object_id, ann.pk), (ben.object_id, ann.pk), (other.object_id, other.pk)]
    assert bulk.delete(Person, ours.pk, ("object_id", "pk"), wanted) == 1
    assert [each.pk for each in Person.objects.of(ours.pk)] == [ben.pk]
    assert Person.objects.of(theirs.pk).count() == 1
    assert bulk.delete(Person, ours.pk, ("pk",), []) == 0


def test_when_one_row_is_refused_none_is_written(database: str) -> None:
    owner = make.tenant()
    rows = [(make.oid(name), make.NOW, name, 0) for name in ("ann", "ben", "ann")]
    with pytest.raises(IntegrityError):
        bulk.insert(Person, owner.pk, NAMED, rows)
    assert not Person.objects.of(owner.pk).exists()
