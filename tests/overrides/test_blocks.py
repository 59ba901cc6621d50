"""Blocking and unblocking by hand: every arrow and every refusal."""

import pytest

from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.inventory.models import Number, Range
from numberline.overrides.block import block, unblock
from numberline.overrides.outcome import Outcome, OverrideRefused
from numberline.planning.decide import decide
from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from numberline.worklist.models import Item
from tests import factories as make

HAND = Cause("cli:anna", "nuisance calls", "INC-7")
SOON = make.NOW + make.DAY


@pytest.fixture
def owner(database: str) -> Tenant:
    """A tenant with a range."""
    return make.range_(make.tenant()).tenant


def home(owner: Tenant) -> Range:
    return Range.objects.of(owner.pk).get()


def stop(owner: Tenant) -> Outcome:
    return block(owner, make.N1, make.NOW, HAND)


def free(owner: Tenant) -> Outcome:
    return unblock(owner, make.N1, make.NOW + make.HOUR, HAND)


def verbs(owner: Tenant) -> list[str]:
    return [entry.verb for entry in Entry.objects.of(owner.pk)]


@pytest.mark.parametrize("state", ["available", "reserved", "quarantined", "retired"])
def test_a_number_that_nobody_holds_is_blocked_with_its_entry(owner: Tenant, state: str) -> None:
    make.number(owner, make.N1, home(owner), state=state)
    assert stop(owner) == Outcome(True, f"{make.N1} is blocked.")
    row = make.number_row(owner, make.N1)
    assert (row.state, row.since, row.block_code) == ("blocked", make.NOW, "by_hand")
    entry = Entry.objects.of(owner.pk).get()
    assert (entry.verb, entry.reason, entry.ticket) == ("block", "nuisance calls", "INC-7")
    assert (entry.before["state"], entry.after["state"], entry.after["block_code"]) == (
        state,
        "blocked",
        "by_hand",
    )


def test_a_blocked_number_is_given_to_nobody(owner: Tenant) -> None:
    make.number(owner, make.N1, home(owner))
    make.person(owner)
    stop(owner)
    assert not decide(owner, make.NOW, everybody=True).plan.changes


def test_blocking_a_reserved_number_ends_the_reservation_and_says_for_whom_it_was(owner: Tenant) -> None:
    ann = make.person(owner)
    make.number(owner, make.N1, home(owner), state="reserved", reserved_for=ann.object_id, until=SOON)
    type(ann).objects.of(owner.pk).update(changed=False)
    assert stop(owner).sentence == (
        f"{make.N1} is blocked. Its reservation for ann@contoso.example has ended."
    )
    row = make.number_row(owner, make.N1)
    assert (row.reserved_for, row.until) == ("", None)
    assert make.person_row(owner).changed
    assert Entry.objects.of(owner.pk).get().person == ann.object_id


@pytest.mark.parametrize(
    ("state", "words"),
    [("assigned", "is held by"), ("assigning", "is being assigned to"), ("releasing", "is being taken back")],
)
def test_a_number_that_somebody_holds_is_not_blocked(owner: Tenant, state: str, words: str) -> None:
    make.number(owner, make.N1, home(owner), state=state)
    with pytest.raises(OverrideRefused, match=rf"{words}.*: release it before you block it"):
        stop(owner)
    assert make.number_row(owner, make.N1).state == state
    assert verbs(owner) == []


@pytest.mark.parametrize("code", ["by_hand", "refused_by_microsoft"])
def test_blocking_it_again_writes_nothing_and_says_so(owner: Tenant, code: str) -> None:
    make.number(owner, make.N1, home(owner), state="blocked", block_code=code)
    assert stop(owner) == Outcome(False, f"{make.N1} is blocked already: nothing was changed.")
    assert make.number_row(owner, make.N1).block_code == code
    assert verbs(owner) == []


def test_a_block_of_the_file_becomes_one_by_hand_and_goes_back_to_the_file(owner: Tenant) -> None:
    Range.objects.of(owner.pk).update(numbers=[make.N1], declared={"block": [make.N1]})
    make.number(owner, make.N1, home(owner), state="blocked", block_code="declared")
    assert stop(owner).changed
    assert make.number_row(owner, make.N1).block_code == "by_hand"
    assert free(owner).sentence == f"{make.N1} is blocked, as its range says."
    assert make.number_row(owner, make.N1).block_code == "declared"
    with pytest.raises(OverrideRefused, match='take it out of the blocked numbers of range "London"'):
        free(owner)
    assert verbs(owner) == ["block", "unblock"]


def test_unblocking_makes_it_available(owner: Tenant) -> None:
    make.number(owner, make.N1, home(owner), state="blocked", block_code="by_hand")
    assert free(owner) == Outcome(True, f"{make.N1} is available again.")
    row = make.number_row(owner, make.N1)
    assert (row.state, row.block_code, row.free_since) == ("available", "", make.NOW + make.HOUR)
    assert verbs(owner) == ["unblock"]


def test_unblocked_it_is_reserved_if_the_file_reserves_it(owner: Tenant) -> None:
    Range.objects.of(owner.pk).update(numbers=[make.N1], declared={"reserve": [make.N1]})
    make.number(owner, make.N1, home(owner), state="blocked", block_code="by_hand")
    assert free(owner).sentence == f"{make.N1} is reserved, as its range says."
    assert make.number_row(owner, make.N1).state == "reserved"


def test_unblocked_it_is_retired_if_no_range_declares_it(owner: Tenant) -> None:
    make.number(owner, make.N1, state="blocked", block_code="by_hand")
    assert "is retired" in free(owner).sentence
    assert make.number_row(owner, make.N1).state == "retired"


def test_a_number_that_teams_lists_is_available_after_a_block_without_any_range(owner: Tenant) -> None:
    make.number(owner, make.N1, state="blocked", block_code="by_hand", type="calling_plan", teams_at=make.NOW)
    free(owner)
    assert make.number_row(owner, make.N1).state == "available"


def test_a_retired_number_that_was_blocked_loses_its_block_and_stays_retired(owner: Tenant) -> None:
    make.number(owner, make.N1, state="retired", block_code="by_hand")
    assert free(owner).changed
    row = make.number_row(owner, make.N1)
    assert (row.state, row.block_code) == ("retired", "")
    assert free(owner).sentence == f"{make.N1} is retired, not blocked: nothing was changed."
    assert verbs(owner) == ["unblock"]


def test_a_block_does_not_shorten_a_quarantine(owner: Tenant) -> None:
    make.number(owner, make.N1, home(owner), state="quarantined", until=SOON)
    stop(owner)
    with pytest.raises(
        OverrideRefused, match=r"during its quarantine, which lasts until 2026-11-24 09:00 UTC"
    ):
        free(owner)
    assert unblock(owner, make.N1, SOON, HAND).changed
    row = make.number_row(owner, make.N1)
    assert (row.state, row.until) == ("available", None)


def test_unblocking_what_microsoft_refused_closes_its_item(owner: Tenant) -> None:
    make.number(owner, make.N1, home(owner), state="blocked", block_code="refused_by_microsoft")
    open_item(owner.pk, "refused_by_microsoft", make.NOW, number=make.N1)
    open_item(owner.pk, "refused_by_microsoft", make.NOW, number=make.N2)
    free(owner)
    opened = Item.objects.of(owner.pk).filter(closed_at=None)
    assert [item.number for item in opened] == [make.N2]


def test_unblocking_looks_again_at_whoever_had_it(owner: Tenant) -> None:
    ann = make.person(owner)
    make.holding(make.number(owner, make.N1, home(owner)), until=make.NOW)
    type(ann).objects.of(owner.pk).update(changed=False)
    for state in ("quarantined", "blocked"):
        Number.objects.of(owner.pk).filter(state__in=("assigned", "quarantined")).update(state=state)
    free(owner)
    assert make.person_row(owner).changed


@pytest.mark.parametrize("state", ["available", "reserved", "assigned", "quarantined"])
def test_unblocking_what_is_not_blocked_writes_nothing_and_says_so(owner: Tenant, state: str) -> None:
    make.number(owner, make.N1, home(owner), state=state)
    assert free(owner) == Outcome(False, f"{make.N1} is {state}, not blocked: nothing was changed.")
    assert verbs(owner) == []
