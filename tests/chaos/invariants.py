"""What must be true after every single step, whatever happened before it."""

from __future__ import annotations

from collections import Counter

from numberline.assignments.models import Assignment, Change, Kind
from numberline.audit.models import Entry
from numberline.audit.verify import verify
from numberline.core.states import State
from numberline.inventory.models import Number
from tests.chaos.world import World

UNDER_WAY = {
    Kind.ASSIGN: State.ASSIGNING,
    Kind.RELEASE: State.RELEASING,
    Kind.CHANGE: State.ASSIGNING,
    Kind.SWAP: State.RELEASING,
}
"""In which state a number is while a change of this kind is to give or take it."""


def hold(world: World) -> None:
    """All of them."""
    nothing_wrong_was_sent(world)
    nobody_has_two_numbers_in_teams(world)
    if world.changed:
        states_agree_with_holders_and_changes(world)
        the_record_is_whole(world)
        histories_have_no_gaps(world)
        world.changed = False


def nothing_wrong_was_sent(world: World) -> None:
    """No conflicting write, nothing that Teams still shows on somebody else, nothing that a human reserved."""
    conflicts = [conflict.sentence for conflict in world.service.judge.verdict()]
    assert not conflicts, conflicts
    assert not world.watch.wrongs, world.watch.wrongs


def nobody_has_two_numbers_in_teams(world: World) -> None:
    """One primary number each: what a human assigns in Teams takes the other away there."""
    held = Counter(n.holder for n in world.simulated.numbers.everything() if n.category == "primary")
    several = [person for person, count in held.items() if person and count > 1]
    assert not several, several


def states_agree_with_holders_and_changes(world: World) -> None:
    """One holder a number, one primary number and one open change a person, and the state says which."""
    key = world.tenant.pk
    held = list(Assignment.objects.of(key).filter(until=None).select_related("number"))
    changes = list(Change.objects.of(key).filter(open=True).select_related("number", "from_number"))
    assert not _twice(row.number.text for row in held), _twice(row.number.text for row in held)
    assert not _twice(row.person for row in held if row.category == "primary"), _twice(
        row.person for row in held if row.category == "primary"
    )
    assert not _twice(change.number.text for change in changes), _twice(
        change.number.text for change in changes
    )
    assert not _twice(change.person for change in changes), _twice(change.person for change in changes)
    holders = {row.number.text: row.person for row in held}
    states = {number.text: number.state for number in Number.objects.of(key)}
    under_way = {change.number.text: UNDER_WAY[Kind(change.kind)] for change in changes}
    under_way |= {change.from_number.text: State.RELEASING for change in changes if change.from_number}
    assert {text for text, state in states.items() if state in (State.ASSIGNED, State.RELEASING)} == set(
        holders
    )
    assert {t: s for t, s in states.items() if s in (State.ASSIGNING, State.RELEASING)} == under_way


def the_record_is_whole(world: World) -> None:
    """Nothing is missing from the audit trail."""
    verdict = verify(world.tenant.pk)
    assert verdict.whole, verdict.findings


def histories_have_no_gaps(world: World) -> None:
    """Each entry about a number begins where the one before it ended, and the last one says how things are."""
    key = world.tenant.pk
    last: dict[str, tuple[str | None, str | None]] = {}
    for entry in Entry.objects.of(key).exclude(number="").order_by("seq"):
        state, holder = last.get(entry.number, (entry.before.get("state"), entry.before.get("holder")))
        told = (entry.before.get("state", state), entry.before.get("holder", holder))
        assert told == (state, holder), (
            f"{entry.number}: after {(state, holder)} entry {entry.seq} begins at {told}"
        )
        last[entry.number] = (entry.after.get("state", state), entry.after.get("holder", holder))
    holders = dict(Assignment.objects.of(key).filter(until=None).values_list("number__text", "person"))
    under_way = dict(Change.objects.of(key).filter(open=True).values_list("number__text", "person"))
    for number in Number.objects.of(key).filter(text__in=last):
        now = (number.state, holders.get(number.text) or under_way.get(number.text))
        assert now == last[number.text], f"{number.text} is {now}, recorded is {last[number.text]}"


def _twice(keys: object) -> list[str]:
    return [key for key, count in Counter(keys).items() if count > 1]  # type: ignore[call-overload]
