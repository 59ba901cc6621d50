"""Whatever was recorded verifies; whatever is done to it behind the product's back is found and named."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from numberline.audit import keys
from numberline.audit.models import Entry, Head
from numberline.audit.record import Cause, Fact, record_many
from numberline.audit.verify import Fault, verify
from tests.audit import attacks

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
FACTS = st.dictionaries(
    TEXT, SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(TEXT, SCALARS, max_size=2), max_size=4
)
ENTRIES = st.builds(
    Fact, verb=TEXT, person=TEXT, number=TEXT, before=FACTS, after=FACTS, code=TEXT, reason=TEXT
)
CAUSES = st.builds(
    Cause, actor=TEXT, reason=TEXT, ticket=TEXT, run_id=st.none() | st.integers(1, 2**40), code=TEXT
)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
BATCHES = st.lists(
    st.tuples(CAUSES, TIMES, st.lists(ENTRIES, min_size=1, max_size=5)), min_size=1, max_size=4
)
OTHER: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("actor", "verb", "person", "number", "code", "reason", "ticket"), TEXT),
    "key": st.text("0123456789abcdef", min_size=8, max_size=8),
    "mac": st.text("0123456789abcdef", min_size=64, max_size=64),
    "run_id": st.none() | st.integers(1, 2**40),
    "at": TIMES.map(lambda at: str(at.replace(tzinfo=None))),
    "before": st.sampled_from(['{"state":"available","x":1}', "[]", "null", '{"":[{}]}']),
    "after": st.sampled_from(['{"state":"assigned","x":2}', "[]", "null", '{"":[{}]}']),
    "seq": st.integers(100, 10**6),
    "tenant_id": st.just("another tenant's"),
}
quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def begun(batches: list[tuple[Cause, datetime, list[Fact]]], tenant_id: int) -> int:
    for cause, at, facts in batches:
        record_many(tenant_id, at, cause, facts)
    return sum(len(facts) for _, _, facts in batches)


@pytest.fixture
def next_tenant(database: str) -> Any:
    """A tenant's id for each example: the trail of an earlier example stays in the database."""
    used = iter(range(1, 10**5))
    return lambda: next(used)


@given(batches=BATCHES)
@quick
def test_any_sequence_of_entries_verifies(next_tenant: Any, batches: Any) -> None:
    tenant_id = next_tenant()
    count = begun(batches, tenant_id)
    verdict = verify(tenant_id)
    assert (verdict.findings, verdict.entries) == ([], count)
    assert verdict.head == str(Head.objects.of(tenant_id).get())


@given(batches=BATCHES, data=st.data())
@quick
def test_any_alteration_of_any_column_is_found_and_named(
    next_tenant: Any, batches: Any, data: st.DataObject
) -> None:
    tenant_id = next_tenant()
    seq = data.draw(st.integers(1, begun(batches, tenant_id)), "entry")
    column = data.draw(st.sampled_from(sorted(OTHER)), "column")
    value = tenant_id + 10**6 if column == "tenant_id" else data.draw(OTHER[column], "value")
    before = stored(tenant_id)
    attacks.alter(seq, column, value, tenant_id)
    named = {finding.first for finding in verify(tenant_id).findings}
    assert (seq in named) == (stored(tenant_id) != before)


@given(batches=BATCHES, data=st.data())
@quick
def test_any_removal_reordering_or_cut_is_found_and_named(
    next_tenant: Any, batches: Any, data: st.DataObject
) -> None:
    tenant_id = next_tenant()
    count = begun([*batches, *batches], tenant_id)
    first = data.draw(st.integers(1, count), "first")
    last = data.draw(st.integers(first, count), "last")
    if first < last and data.draw(st.booleans(), "reorder"):
        attacks.swap(first, last, tenant_id)
        found = {f.first for f in verify(tenant_id).findings if f.fault is Fault.MISPLACED}
        assert found == {first, last}
    else:
        attacks.delete(first, last, tenant_id)
        (finding,) = (f for f in verify(tenant_id).findings if f.fault is not Fault.HEAD_DIFFERS)
        assert (finding.fault, finding.first, finding.last) == (
            Fault.CUT_OFF if last == count else Fault.MISSING,
            first,
            last,
        )


@given(column=st.sampled_from(["seq", "mac", "key", "seal"]), number=st.integers(1, 9), text=OTHER["mac"])
@quick
def test_any_alteration_of_the_head_is_found(next_tenant: Any, column: str, number: int, text: str) -> None:
    tenant_id = next_tenant()
    attacks.wrote(*attacks.moves(10), tenant_id=tenant_id)
    value: Any = number if column == "seq" else text[:8] if column == "key" else text
    attacks.raw(f"UPDATE audit_head SET {column} = %s WHERE tenant_id = %s", value, tenant_id)
    assert Fault.HEAD_ALTERED in {finding.fault for finding in verify(tenant_id).findings}


def stored(tenant_id: int) -> list[tuple[Any, ...]]:
    """Every entry as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_entry WHERE tenant_id = %s ORDER BY seq", [tenant_id])
        return list(cursor.fetchall())


def test_keys_differ_between_tenants_and_secrets_and_say_nothing_of_them() -> None:
    one, other = keys.sealing_key(1), keys.sealing_key(2)
    assert one.secret != other.secret
    assert one.name == other.name
    assert len(one.name) == 2 * keys.NAME_BYTES
    assert Entry._meta.get_field("key").max_length == 16
