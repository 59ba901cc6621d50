"""What was done to an audit trail behind the product's back is found, and named."""

import pytest
from django.db import connection

from numberline.audit.chain import TrailBroken, head_of
from numberline.audit.models import Entry, Head
from numberline.audit.record import Cause, Fact
from numberline.audit.verify import Fault, Verdict, Witness, verify
from tests import factories as make
from tests.audit import attacks

CAUSE = Cause("cli:anna", "because", "T-1", 3, "found")


@pytest.fixture
def ten(database: str) -> None:
    attacks.wrote(*attacks.moves(10), cause=CAUSE)


def faults(verdict: Verdict) -> list[tuple[Fault, int, int]]:
    return [(finding.fault, finding.first, finding.last) for finding in verdict.findings]


def found(*witnesses: Witness) -> list[tuple[Fault, int, int]]:
    return faults(verify(attacks.TENANT, witnesses))


@pytest.mark.usefixtures("ten")
def test_a_whole_trail_is_told_with_its_length_and_its_head() -> None:
    verdict = verify(attacks.TENANT)
    assert (verdict.whole, verdict.entries, verdict.head) == (True, 10, f"10:{attacks.row(10).mac}")
    assert verdict.head == head_of(attacks.TENANT)


OTHER_VALUES = [
    ("at", "2026-11-23 09:00:01"),
    ("actor", "automation"),
    ("verb", "assign"),
    ("person", "somebody"),
    ("number", "+442079460099"),
    ("before", '{"state":"reserved"}'),
    ("after", '{"state":"blocked","holder":null}'),
    ("code", ""),
    ("reason", "another"),
    ("ticket", ""),
    ("run_id", 4),
    ("run_id", None),
    ("mac", "0" * 64),
]


@pytest.mark.parametrize(("column", "value"), OTHER_VALUES, ids=[f"{c} {v}" for c, v in OTHER_VALUES])
@pytest.mark.parametrize("seq", [1, 6, 10])
@pytest.mark.usefixtures("ten")
def test_an_altered_entry_is_named(seq: int, column: str, value: object) -> None:
    attacks.alter(seq, column, value)
    assert found() == [(Fault.ALTERED, seq, seq)]


@pytest.mark.usefixtures("ten")
def test_an_entry_of_an_unknown_key_is_named() -> None:
    attacks.alter(6, "key", "0" * 8)
    assert found() == [(Fault.KEY_UNKNOWN, 6, 6)]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", b"cli:anna"), ("at", "2026-13-45"), ("run_id", "three"), ("before", '{"state": "available"}')],
)
@pytest.mark.usefixtures("ten")
def test_a_value_of_another_kind_is_an_alteration(column: str, value: object) -> None:
    attacks.alter(6, column, value)
    assert found() == [(Fault.ALTERED, 6, 6)]


@pytest.mark.postgresql
@pytest.mark.usefixtures("ten")
def test_a_time_that_python_does_not_know_is_an_alteration() -> None:
    attacks.alter(6, "at", "infinity")
    assert found() == [(Fault.ALTERED, 6, 6)]


@pytest.mark.parametrize(("first", "last"), [(1, 1), (4, 4), (3, 7)])
@pytest.mark.usefixtures("ten")
def test_missing_entries_are_named(first: int, last: int) -> None:
    attacks.delete(first, last)
    assert found() == [(Fault.MISSING, first, last)]


@pytest.mark.usefixtures("ten")
def test_a_tail_that_was_cut_off_is_named_by_the_head() -> None:
    attacks.delete(8, 10)
    assert found() == [(Fault.CUT_OFF, 8, 10)]


@pytest.mark.parametrize(("one", "other"), [(2, 3), (1, 10), (4, 8), (9, 10)])
@pytest.mark.usefixtures("ten")
def test_entries_that_changed_places_are_named_with_their_own_place(one: int, other: int) -> None:
    attacks.swap(one, other)
    verdict = verify(attacks.TENANT)
    assert [f for f in faults(verdict) if f[0] is not Fault.HEAD_DIFFERS] == [
        (Fault.MISPLACED, one, one),
        (Fault.MISPLACED, other, other),
    ]
    told = next(finding.text for finding in verdict.findings if finding.first == one)
    assert f"entry {one} was written as entry {other}" in told


@pytest.mark.usefixtures("ten")
def test_an_entry_moved_behind_the_last_one_is_missing_and_too_many() -> None:
    attacks.alter(4, "seq", 20)
    assert found() == [(Fault.MISSING, 4, 4), (Fault.ADDED, 11, 20), (Fault.MISPLACED, 20, 20)]


@pytest.mark.usefixtures("ten")
def test_closing_the_gap_of_a_removed_entry_does_not_hide_it() -> None:
    attacks.delete(5, 5)
    for seq in range(6, 11):
        attacks.alter(seq, "seq", seq - 1)
    assert (Fault.CUT_OFF, 10, 10) in found()
    assert {(Fault.MISPLACED, seq, seq) for seq in range(6, 10)} <= set(found())


@pytest.mark.usefixtures("ten")
def test_an_entry_of_another_tenant_is_missing_there_and_altered_here() -> None:
    attacks.wrote(*attacks.moves(3), tenant_id=8)
    attacks.alter(4, "tenant_id", 8)
    assert found() == [(Fault.MISSING, 4, 4)]
    assert faults(verify(8)) == [(Fault.ADDED, 4, 4), (Fault.ALTERED, 4, 4)]


@pytest.mark.usefixtures("ten")
def test_an_entry_that_somebody_added_is_named() -> None:
    columns = "at, actor, verb, person, number, before, after, code, reason, ticket, run_id, key, mac"
    attacks.raw(
        f"INSERT INTO audit_entry (tenant_id, seq, {columns}) "
        f"SELECT tenant_id, 11, {columns} FROM audit_entry WHERE tenant_id = 7 AND seq = 10"
    )
    assert found() == [(Fault.ADDED, 11, 11), (Fault.ALTERED, 11, 11)]


@pytest.mark.parametrize(
    ("column", "value"), [("seq", 9), ("seq", 12), ("mac", "0" * 64), ("seal", ""), ("key", "x")]
)
@pytest.mark.usefixtures("ten")
def test_an_altered_head_is_named_and_nothing_is_appended_to_it(column: str, value: object) -> None:
    attacks.raw(f"UPDATE audit_head SET {column} = %s", value)
    assert (Fault.HEAD_ALTERED, 0, 0) in found()
    with pytest.raises(TrailBroken):
        attacks.wrote(Fact("block", number=make.N1))
    assert Entry.objects.of(attacks.TENANT).count() == 10


@pytest.mark.usefixtures("ten")
def test_a_missing_head_is_named_and_no_new_trail_begins() -> None:
    attacks.raw("DELETE FROM audit_head")
    assert found() == [(Fault.HEAD_MISSING, 0, 0)]
    with pytest.raises(TrailBroken, match="audit verify"):
        attacks.wrote(Fact("block", number=make.N1))


@pytest.mark.usefixtures("ten")
def test_a_trail_that_was_removed_whole_is_not_taken_for_an_empty_one() -> None:
    attacks.delete(1, 10)
    attacks.raw("DELETE FROM audit_head")
    assert found() == [(Fault.NOTHING, 0, 0)]
    assert found(Witness(10, "0" * 64, "run 1")) == [(Fault.CUT_OFF, 1, 10)]


@pytest.mark.usefixtures("ten")
def test_a_trail_put_back_with_its_head_is_found_by_whoever_noted_a_later_head() -> None:
    earlier = Head.objects.of(attacks.TENANT).get()
    attacks.wrote(*attacks.moves(5))
    later = Head.objects.of(attacks.TENANT).get()
    seen = Witness(later.seq, later.mac, "run 12")
    assert found(seen) == []
    attacks.put_head_back(10, earlier)
    assert found() == [], "nothing within the trail can tell"
    assert found(seen) == [(Fault.CUT_OFF, 11, 15)]
    attacks.wrote(*reversed(attacks.moves(6)))
    assert found(seen) == [(Fault.HEAD_DIFFERS, 15, 15)]


@pytest.mark.usefixtures("ten")
def test_a_head_put_back_alone_is_noticed_before_anything_is_written_over() -> None:
    earlier = Head.objects.of(attacks.TENANT).get()
    attacks.wrote(*attacks.moves(2))
    attacks.raw("UPDATE audit_head SET seq = %s, mac = %s, seal = %s", earlier.seq, earlier.mac, earlier.seal)
    assert found() == [(Fault.ADDED, 11, 12)]
    with pytest.raises(TrailBroken, match="after entry 10"):
        attacks.wrote(Fact("block", number=make.N1))


@pytest.mark.usefixtures("ten")
def test_the_trails_of_tenants_know_nothing_of_each_other() -> None:
    attacks.wrote(*attacks.moves(2), tenant_id=8)
    attacks.delete(1, 10)
    assert verify(8).whole
    assert [entry.seq for entry in Entry.objects.of(8)] == [1, 2]
    assert attacks.row(1, 8).mac not in set(Entry.objects.of(7).values_list("mac", flat=True))


@pytest.mark.postgresql
@pytest.mark.usefixtures("ten")
def test_what_the_database_spells_in_its_own_way_verifies() -> None:
    attacks.wrote(
        Fact("settings", after={"b": [1.0, 0.5, 1e300, 1e-7, -0.0, 1e17], "a": {"z": None, "y": True}})
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT after::text FROM audit_entry WHERE seq = 11")
        assert cursor.fetchone()[0].startswith('{"a": {"y"')
    assert found() == []
