"""Searching the audit trail: what is wanted is found, along an index however long the trail is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from numberline.audit.changes import differences
from numberline.audit.models import Entry
from numberline.audit.record import Cause, Fact, record
from numberline.audit.search import Wanted, actors, entries, entries_of_run, verbs
from numberline.paging import page
from tests.factories import DAY, MINUTE, NOW

TENANT, OTHER = 7, 8


def note(
    verb: str, *, actor: str = "automation", minutes: int = 0, tenant: int = TENANT, **fact: Any
) -> None:
    """One entry, made so many minutes after NOW."""
    run = fact.pop("run", None)
    record(tenant, NOW + minutes * MINUTE, Cause(actor, run_id=run), Fact(verb, **fact))


def seqs(**wanted: Any) -> list[int]:
    """The numbers of the entries that are wanted, the latest first."""
    asked = Wanted(**wanted)
    return [entry.seq for entry in page(entries(TENANT, asked), asked.keys).rows]


@pytest.fixture
def trail(database: str) -> None:
    note("assign", person="ann", number="+1", minutes=0)
    note("reserve", person="bob", number="+2", actor="portal:anna@contoso.example", minutes=10)
    note("assign", person="bob", number="+1", minutes=20, run=5)
    note("mode", actor="cli:root", minutes=30)
    note("assign", person="ann", number="+1", tenant=OTHER, actor="cli:eve")


@pytest.mark.usefixtures("trail")
def test_entries_are_found_by_person_number_actor_verb_and_time() -> None:
    assert seqs() == [4, 3, 2, 1]
    assert seqs(person="bob") == [3, 2]
    assert seqs(number="+1") == [3, 1]
    assert seqs(actor="automation") == [3, 1]
    assert seqs(verb="assign") == [3, 1]
    assert seqs(since=NOW + 10 * MINUTE, until=NOW + 30 * MINUTE) == [3, 2]
    assert seqs(person="bob", verb="assign", since=NOW) == [3]
    assert seqs(person="nobody") == []
    assert [entry.seq for entry in entries_of_run(TENANT, 5, NOW, NOW + DAY)] == [3]


@pytest.mark.usefixtures("trail")
def test_what_can_be_chosen_is_what_stands_in_the_tenants_own_trail() -> None:
    assert verbs(TENANT) == ["assign", "mode", "reserve"]
    assert actors(TENANT) == ["automation", "cli:root", "portal:anna@contoso.example"]
    assert (actors(OTHER), verbs(99)) == (["cli:eve"], [])


def test_pages_follow_each_other_without_a_gap_when_many_entries_are_of_one_moment(database: str) -> None:
    facts = [Fact("found", person=f"p{index % 3}", number=f"+{index}") for index in range(120)]
    record(TENANT, NOW, Cause("automation"), *facts)
    for asked in (Wanted(), Wanted(person="p1"), Wanted(verb="found", since=NOW)):
        seen: list[int] = []
        cursor = ""
        while True:
            shown = page(entries(TENANT, asked), asked.keys, cursor, size=25)
            seen += [entry.seq for entry in shown.rows]
            cursor = shown.after
            if not cursor:
                break
        wanted = [120 - n for n in range(120) if asked.person == "" or (119 - n) % 3 == 1]
        assert seen == wanted


@pytest.mark.sqlite
@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({"person": "ann"}, "entry_person"),
        ({"number": "+1"}, "entry_number"),
        ({"actor": "automation"}, "entry_actor"),
        ({"verb": "assign"}, "entry_verb"),
        ({"since": NOW}, "entry_at"),
        ({}, "entry_at"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_filter_walks_along_its_index_and_sorts_nothing(wanted: dict[str, Any], index: str) -> None:
    asked = Wanted(**wanted)
    plan = entries(TENANT, asked).order_by(*asked.keys)[:51].explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_the_choices_cost_one_query_each(database: str) -> None:
    for index in range(30):
        note(f"verb{index:02}", actor=f"cli:{index:02}")
    before = len(connection.queries_log)
    connection.force_debug_cursor = True
    try:
        assert (len(verbs(TENANT)), len(actors(TENANT))) == (30, 30)
        assert len(connection.queries_log) - before == 2
    finally:
        connection.force_debug_cursor = False


def test_an_entry_tells_what_it_changed_fact_by_fact() -> None:
    entry = Entry(
        before={"state": "available", "holder": None, "policies": {"calling": "A", "kept": "B"}},
        after={"state": "assigned", "holder": "ann", "policies": {"calling": "C", "kept": "B"}, "on": True},
    )
    told = [(each.name, each.before, each.after, each.changed) for each in differences(entry)]
    assert told == [
        ("holder", "none", "ann", True),
        ("on", None, "yes", True),
        ("policies.calling", "A", "C", True),
        ("state", "available", "assigned", True),
        ("policies.kept", "B", "B", False),
    ]
    assert differences(Entry(before={}, after={})) == []
    assert differences(Entry(before={}, after={"numbers": ["+1", "+2"]}))[0].after == "+1, +2"


def test_a_time_ends_before_its_end(database: str) -> None:
    note("assign")
    assert seqs(until=NOW) == []
    assert seqs(until=NOW + timedelta(microseconds=1)) == [1]
