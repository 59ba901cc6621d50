"""Locking and excluding people."""

from collections.abc import Callable
from datetime import datetime

import pytest

from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.core.decision import Code
from numberline.directory.models import Person
from numberline.overrides.outcome import Outcome, OverrideRefused
from numberline.overrides.people import exclude, include, lock, unlock
from numberline.planning.decide import decide
from numberline.tenants.models import Tenant
from tests import factories as make

HAND = Cause("cli:anna", "on secondment", "HR-3")
SOON = make.NOW + make.DAY
Verb = Callable[..., Outcome]


@pytest.fixture
def owner(database: str) -> Tenant:
    """A tenant with a number, and Ann who wants one."""
    home = make.range_(make.tenant())
    make.number(home.tenant, make.N1, home)
    make.person(home.tenant)
    Person.objects.of(home.tenant_id).update(changed=False)
    return home.tenant


def ann(owner: Tenant) -> Person:
    return make.person_row(owner)


def decision(owner: Tenant, at: datetime = make.NOW) -> str:
    decide(owner, at)
    return ann(owner).code


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [(lock, unlock, Code.LOCKED), (exclude, include, Code.EXCLUDED)],
    ids=["lock", "exclude"],
)
def test_who_is_set_apart_is_given_nothing_until_that_is_over(
    owner: Tenant, begin: Verb, end: Verb, code: Code
) -> None:
    assert begin(ann(owner), make.NOW, HAND).changed
    assert ann(owner).changed
    assert decision(owner) == code
    assert end(ann(owner), make.NOW, HAND).changed
    assert decision(owner) == Code.NEXT_AVAILABLE


@pytest.mark.parametrize(
    ("begin", "code"), [(lock, Code.LOCKED), (exclude, Code.EXCLUDED)], ids=["lock", "exclude"]
)
def test_who_is_set_apart_keeps_what_they_have_also_when_they_leave(
    owner: Tenant, begin: Verb, code: Code
) -> None:
    make.holding(make.number_row(owner, make.N1))
    Person.objects.of(owner.pk).update(deleted="soft", lost_at=make.NOW)
    begin(ann(owner), make.NOW, HAND)
    decide(owner, make.NOW + 9 * make.DAY)
    assert (ann(owner).action, ann(owner).code) == ("keep", code)


def test_a_lock_and_its_end_are_recorded(owner: Tenant) -> None:
    lock(ann(owner), make.NOW, HAND, SOON)
    unlock(ann(owner), make.NOW, HAND)
    locked, unlocked = Entry.objects.of(owner.pk)
    assert (locked.verb, unlocked.verb) == ("lock_person", "unlock_person")
    assert (locked.person, locked.number, locked.actor) == (make.oid("ann"), "", "cli:anna")
    assert (locked.reason, locked.ticket) == ("on secondment", "HR-3")
    assert locked.before == unlocked.after == {"locked": False, "locked_until": None}
    assert locked.after == unlocked.before == {"locked": True, "locked_until": SOON.isoformat()}


def test_an_exclusion_and_its_end_are_recorded(owner: Tenant) -> None:
    exclude(ann(owner), make.NOW, HAND, SOON)
    include(ann(owner), make.NOW, HAND)
    excluded, included = Entry.objects.of(owner.pk)
    assert (excluded.verb, included.verb) == ("exclude", "include")
    assert excluded.after == {"excluded": True, "excluded_until": SOON.isoformat()}
    assert included.after == {"excluded": False, "excluded_until": None, "released_by_hand": False}


def test_including_somebody_serves_them_again_after_a_release_by_hand(owner: Tenant) -> None:
    Person.objects.of(owner.pk).update(released_by_hand=True, changed=True)
    assert decision(owner) == Code.RELEASED_BY_HAND
    assert include(ann(owner), make.NOW, HAND) == Outcome(
        True, "ann@contoso.example is served by automation again."
    )
    assert decision(owner) == Code.NEXT_AVAILABLE
    (entry,) = Entry.objects.of(owner.pk)
    assert (entry.before["released_by_hand"], entry.after["released_by_hand"]) == (True, False)


@pytest.mark.parametrize(
    ("verb", "words"),
    [(lock, "is locked against automation"), (exclude, "is excluded from automation")],
    ids=["lock", "exclude"],
)
def test_a_repeat_writes_nothing_and_another_end_is_taken(owner: Tenant, verb: Verb, words: str) -> None:
    assert verb(ann(owner), make.NOW, HAND, SOON).sentence == (
        f"ann@contoso.example {words} until 2026-11-24 09:00 UTC."
    )
    again = verb(ann(owner), make.NOW, HAND, SOON)
    assert again == Outcome(
        False, f"ann@contoso.example {words} until 2026-11-24 09:00 UTC already: nothing was changed."
    )
    assert Entry.objects.of(owner.pk).count() == 1
    assert verb(ann(owner), make.NOW, HAND).sentence == f"ann@contoso.example {words}."
    assert Entry.objects.of(owner.pk).count() == 2


@pytest.mark.parametrize(
    ("verb", "words"), [(unlock, "is not locked"), (include, "is not excluded")], ids=["unlock", "include"]
)
def test_ending_what_never_began_or_is_over_writes_nothing_and_says_so(
    owner: Tenant, verb: Verb, words: str
) -> None:
    assert verb(ann(owner), make.NOW, HAND) == Outcome(
        False, f"ann@contoso.example {words}: nothing was changed."
    )
    lock(ann(owner), make.NOW, HAND, SOON)
    exclude(ann(owner), make.NOW, HAND, SOON)
    assert not verb(ann(owner), SOON, HAND).changed
    assert Entry.objects.of(owner.pk).count() == 2


def test_whom_the_exclude_rule_leaves_out_is_included_in_the_file(owner: Tenant) -> None:
    Person.objects.of(owner.pk).update(code="excluded_by_rule")
    outcome = include(ann(owner), make.NOW, HAND)
    assert not outcome.changed
    assert "the tenant's `exclude` rule leaves them out" in outcome.sentence


def test_what_somebody_else_changed_meanwhile_is_not_written_over(owner: Tenant) -> None:
    stale = ann(owner)
    lock(ann(owner), make.NOW, HAND, SOON)
    with pytest.raises(OverrideRefused, match=r"somebody else has just changed ann@contoso.example"):
        lock(stale, make.NOW, HAND)
    assert ann(owner).locked_until == SOON
    assert Entry.objects.of(owner.pk).count() == 1


def test_what_the_directory_says_of_somebody_leaves_locks_and_exclusions_alone(owner: Tenant) -> None:
    lock(ann(owner), make.NOW, HAND, SOON)
    exclude(ann(owner), make.NOW, HAND)
    make.person(owner, city="Leeds", at=make.NOW)
    row = ann(owner)
    assert (row.locked, row.locked_until, row.excluded) == (True, SOON, True)
