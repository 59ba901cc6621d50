"""Who held what, and when: answers of the audit trail alone."""

from datetime import timedelta

import pytest

from numberline.audit.history import number_history, person_history
from numberline.audit.record import Cause, Fact, record
from tests import factories as make

ANN, BEN = make.oid("ann"), make.oid("ben")
FREE = {"state": "available", "holder": None}


def held(by: str, state: str = "assigned") -> dict[str, str]:
    return {"state": state, "holder": by}


@pytest.fixture
def lived(database: str) -> None:
    """N1 goes to Ann, is found on Ben, and is released; N2 goes to Ann; Ben is excluded."""
    facts = (
        Fact("intend", ANN, make.N1, FREE, held(ANN, "assigning")),
        Fact("assign", ANN, make.N1, held(ANN, "assigning"), held(ANN)),
        Fact("found", BEN, make.N1, held(ANN), held(BEN), "found_other_holder"),
        Fact("assign", ANN, make.N2, FREE, held(ANN)),
        Fact("exclude", BEN, before={"excluded": False}, after={"excluded": True}),
        Fact("free", BEN, make.N1, held(BEN), {"state": "quarantined", "holder": None}),
        Fact("block", "", make.N3, FREE, {"state": "blocked", "holder": None}),
    )
    for day, fact in enumerate(facts):
        record(7, make.NOW + timedelta(days=day), Cause("cli:anna", "because"), fact)


@pytest.mark.usefixtures("lived")
def test_a_person_has_what_they_held_after_each_entry() -> None:
    told = [(m.verb, m.number, m.after, m.holds) for m in person_history(7, ANN)]
    assert told == [
        ("intend", make.N1, "assigning", ()),
        ("assign", make.N1, "assigned", (make.N1,)),
        ("found", make.N1, "assigned", ()),
        ("assign", make.N2, "assigned", (make.N2,)),
    ]


@pytest.mark.usefixtures("lived")
def test_what_was_done_to_a_person_without_a_number_is_told_too() -> None:
    told = [(m.verb, m.number, m.holds, m.by, m.reason) for m in person_history(7, BEN)]
    assert told == [
        ("found", make.N1, (make.N1,), "cli:anna", "because"),
        ("exclude", None, (make.N1,), "cli:anna", "because"),
        ("free", make.N1, (), "cli:anna", "because"),
    ]


@pytest.mark.usefixtures("lived")
def test_another_tenants_entries_are_nobodys_history_here() -> None:
    assert person_history(8, ANN) == []
    assert number_history(8, make.N1) == []


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(("day", "holder"), [(0, ANN), (1, ANN), (2, BEN), (4, BEN), (5, None)])
def test_a_number_has_the_holder_of_that_day(day: int, holder: str | None) -> None:
    assert number_history(7, make.N1, make.NOW + timedelta(days=day))[-1].holder == holder


@pytest.mark.usefixtures("lived")
def test_the_last_entries_say_what_the_whole_history_says_of_them() -> None:
    assert number_history(7, make.N1, last=2) == number_history(7, make.N1)[-2:]
    for person in (ANN, BEN):
        assert person_history(7, person, last=2) == person_history(7, person)[-2:]
