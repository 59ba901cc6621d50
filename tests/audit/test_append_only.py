"""What was recorded stays recorded."""

import pytest
from django.db import IntegrityError, connection, transaction

from numberline.audit.models import Entry, Head
from numberline.audit.record import Cause, Fact, record, record_many
from tests import factories as make


@pytest.fixture
def entry(database: str) -> Entry:
    record(7, make.NOW, Cause("cli:anna", "because"), Fact("block", number=make.N1))
    return Entry.objects.of(7).get()


def test_an_entry_can_not_be_changed(entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Entry.objects.of(7).update(actor="somebody else")
    entry.actor = "somebody else"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.save()
    assert Entry.objects.of(7).get().actor == "cli:anna"


def test_an_entry_can_not_be_deleted(entry: Entry) -> None:
    for delete in (entry.delete, Entry.objects.of(7).delete):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            delete()
    assert Entry.objects.of(7).count() == 1


@pytest.mark.postgresql
def test_the_trail_can_not_be_truncated(entry: Entry) -> None:
    for statement in ("TRUNCATE audit_entry", "TRUNCATE audit_entry CASCADE"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Entry.objects.of(7).count() == 1


@pytest.mark.sqlite
def test_an_entry_can_not_be_replaced(entry: Entry) -> None:
    for table in ("audit_entry", "audit_head"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    assert Entry.objects.of(7).get().actor == "cli:anna"


def test_the_head_of_the_trail_moves_only_forward(entry: Entry) -> None:
    heads = Head.objects.of(7)
    changes = (
        heads.delete,
        lambda: heads.update(seq=1),
        lambda: heads.update(seq=0),
        lambda: heads.update(mac=""),
    )
    for change in changes:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    assert str(heads.get()) == f"1:{entry.mac}"


@pytest.mark.postgresql
def test_the_head_can_not_be_truncated(entry: Entry) -> None:
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE audit_head")
    assert Head.objects.of(7).exists()


def test_an_entry_stands_or_falls_with_the_change_that_it_records(database: str) -> None:
    def interrupted() -> None:
        with transaction.atomic():
            record(7, make.NOW, make.CAUSE, Fact("block", number=make.N1))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    assert not Entry.objects.of(7).exists()


def test_a_fact_may_have_a_code_and_a_reason_of_its_own(database: str) -> None:
    cause = Cause("automation", reason="the run", code="next_available", ticket="T-1", run_id=3)
    record_many(7, make.NOW, cause, [Fact("assign"), Fact("found", code="found", reason="Teams shows it")])
    told = [(e.verb, e.code, e.reason, e.ticket, e.run_id) for e in Entry.objects.of(7)]
    assert told == [
        ("assign", "next_available", "the run", "T-1", 3),
        ("found", "found", "Teams shows it", "T-1", 3),
    ]


def test_many_entries_are_written_at_once_in_their_order(database: str) -> None:
    record_many(7, make.NOW, make.CAUSE, (Fact("found", person=str(n)) for n in range(1200)))
    assert [entry.person for entry in Entry.objects.of(7)] == [str(n) for n in range(1200)]
