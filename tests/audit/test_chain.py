"""How entries are appended: at the end of their transaction, one writer after the other, under the key of the day."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import close_old_connections, connection, transaction

from numberline.audit.chain import TrailBroken
from numberline.audit.models import Entry, Head
from numberline.audit.record import Fact, record, record_many
from numberline.audit.verify import Fault, verify
from numberline.commit import before_commit
from numberline.inventory.models import Number
from tests import factories as make
from tests.audit import attacks

FIRST, SECOND = "the first secret key, long enough for it", "the second secret key, long enough too"
WRITERS, TURNS = 4, 15


def verbs(tenant_id: int = attacks.TENANT) -> list[str]:
    return list(Entry.objects.of(tenant_id).values_list("verb", flat=True))


def test_entries_count_from_one_without_gaps(database: str) -> None:
    attacks.wrote(*attacks.moves(3))
    record_many(attacks.TENANT, make.NOW, make.CAUSE, attacks.moves(4))
    assert list(Entry.objects.of(attacks.TENANT).values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert attacks.row(1).at == make.NOW


def test_recording_nothing_begins_no_trail(database: str) -> None:
    record_many(attacks.TENANT, make.NOW, make.CAUSE, [])
    assert not Head.objects.of(attacks.TENANT).exists()


@pytest.mark.usefixtures("database")
def test_what_a_savepoint_takes_back_was_never_recorded() -> None:
    def refused() -> None:
        with transaction.atomic():
            attacks.wrote(Fact("second"))
            raise LookupError

    with transaction.atomic():
        attacks.wrote(Fact("first"))
        with pytest.raises(LookupError):
            refused()
        attacks.wrote(Fact("third"))
    assert verbs() == ["first", "third"]
    assert verify(attacks.TENANT).whole


@pytest.mark.usefixtures("database")
def test_a_change_that_can_not_be_recorded_is_not_made() -> None:
    owner = make.tenant()
    number = make.number(owner, make.N1)
    attacks.wrote(Fact("connect"), tenant_id=owner.pk)
    attacks.raw("UPDATE audit_head SET seal = ''")

    def change() -> None:
        with transaction.atomic():
            Number.objects.of(owner.pk).filter(pk=number.pk).update(provider="another")
            record(owner.pk, make.NOW, make.CAUSE, Fact("change"))

    with pytest.raises(TrailBroken, match="altered"):
        change()
    assert make.number_row(owner, make.N1).provider == ""
    assert verbs(owner.pk) == ["connect"]


@pytest.mark.usefixtures("database")
def test_what_a_failed_transaction_had_pending_is_forgotten() -> None:
    written: list[list[str]] = []

    def fail() -> None:
        with transaction.atomic():
            before_commit(written.append, "lost")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with transaction.atomic():
        before_commit(written.append, "one")
        before_commit(written.append, "two")
    assert written == [["one", "two"]]


@pytest.mark.usefixtures("database")
def test_an_error_that_is_not_the_databases_rolls_back_as_well() -> None:
    def refuse(_items: list[str]) -> None:
        raise LookupError

    def change() -> None:
        with transaction.atomic():
            make.tenant()
            before_commit(refuse, "anything")

    with pytest.raises(LookupError):
        change()
    attacks.wrote(Fact("first"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenants_tenant")
        assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("database")
def test_a_new_secret_key_seals_and_the_old_one_still_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECRET_KEY", FIRST)
    attacks.wrote(*attacks.moves(3))
    monkeypatch.setattr(settings, "SECRET_KEY", f"{SECOND}, {FIRST}")
    attacks.wrote(*attacks.moves(3))
    assert verify(attacks.TENANT).whole
    names = list(Entry.objects.of(attacks.TENANT).values_list("key", flat=True))
    assert (len(set(names[:3])), len(set(names))) == (1, 2)
    attacks.alter(2, "actor", "somebody else")
    attacks.alter(5, "actor", "somebody else")
    assert [(f.fault, f.first) for f in verify(attacks.TENANT).findings] == [
        (Fault.ALTERED, 2),
        (Fault.ALTERED, 5),
    ]


@pytest.mark.usefixtures("database")
def test_without_the_key_that_sealed_it_a_trail_is_neither_verified_nor_continued(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "SECRET_KEY", FIRST)
    attacks.wrote(Fact("first"))
    monkeypatch.setattr(settings, "SECRET_KEY", SECOND)
    with pytest.raises(TrailBroken, match="NUMBERLINE_SECRET_KEY"):
        attacks.wrote(Fact("second"))
    faults = {finding.fault for finding in verify(attacks.TENANT).findings}
    assert faults == {Fault.KEY_UNKNOWN, Fault.HEAD_ALTERED}


@pytest.mark.usefixtures("database")
def test_tenants_have_keys_of_their_own_so_a_trail_can_not_be_passed_off_as_anothers() -> None:
    attacks.wrote(*attacks.moves(2))
    for table in ("audit_entry", "audit_head"):
        attacks.raw(f"UPDATE {table} SET tenant_id = 8")
    assert {finding.fault for finding in verify(8).findings} == {Fault.ALTERED, Fault.HEAD_ALTERED}


def at_once(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Do work in so many threads, each with a connection of its own; gives what went wrong."""
    errors: list[BaseException] = []

    def run(which: int) -> None:
        try:
            work(which)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(which,)) for which in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    return errors


@pytest.mark.usefixtures("database")
def test_parallel_writers_of_a_new_tenant_append_one_after_the_other() -> None:
    def write(which: int) -> None:
        for turn in range(TURNS):
            attacks.wrote(Fact("turn", person=f"{which}.{turn}"))

    assert at_once(WRITERS, write) == []
    verdict = verify(attacks.TENANT)
    assert (verdict.whole, verdict.entries) == (True, WRITERS * TURNS)
    for which in range(WRITERS):
        theirs = Entry.objects.of(attacks.TENANT).filter(person__startswith=f"{which}.")
        assert [entry.person for entry in theirs] == [f"{which}.{turn}" for turn in range(TURNS)]


@pytest.mark.usefixtures("database")
def test_a_first_writer_whom_another_overtakes_appends_behind_it() -> None:
    """The other appends right after this one saw that the tenant has no trail yet (on SQLite it waits instead)."""
    other = threading.Thread(target=lambda: at_once(1, lambda _: attacks.wrote(Fact("other"))))

    def overtaken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if "audit_head" in sql and other.ident is None:
            other.start()
            other.join(0.5)
        return result

    with connection.execute_wrapper(overtaken):
        attacks.wrote(Fact("overtaken"))
    other.join()
    assert sorted(entry.verb for entry in Entry.objects.of(attacks.TENANT)) == ["other", "overtaken"]
    assert verify(attacks.TENANT).whole


@pytest.mark.usefixtures("database")
def test_writers_that_record_first_and_change_the_same_rows_later_do_not_wait_for_each_other_for_ever() -> (
    None
):
    """One records and then changes the number; the other changes it and then records. A lock taken at the moment of
    recording would be held by the first and wanted by the second, who holds the number."""
    owner = make.tenant()
    number = make.number(owner, make.N1)
    met = threading.Barrier(2)

    def touch() -> None:
        Number.objects.of(owner.pk).filter(pk=number.pk).update(provider=str(threading.get_ident()))

    def write(which: int) -> None:
        for _ in range(TURNS):
            met.wait(20)
            with transaction.atomic():
                if which:
                    touch()
                record(owner.pk, make.NOW, make.CAUSE, Fact("turn"))
                if not which:
                    touch()

    assert at_once(2, write) == []
    verdict = verify(owner.pk)
    assert (verdict.whole, verdict.entries) == (True, 2 * TURNS)


@pytest.mark.usefixtures("database")
def test_a_big_batch_is_verified_like_any_other() -> None:
    facts = [Fact("found", number=f"+4420{n:08}", after={"holder": str(n)}) for n in range(2000)]
    record_many(attacks.TENANT, make.NOW, make.CAUSE, facts)
    attacks.wrote(Fact("after", reason='tab\t, "quotes", \\ and Köln\n'))
    verdict = verify(attacks.TENANT)
    assert (verdict.whole, verdict.entries) == (True, 2001)
    attacks.alter(1500, "number", make.N1)
    assert [(f.fault, f.first) for f in verify(attacks.TENANT).findings] == [(Fault.ALTERED, 1500)]
