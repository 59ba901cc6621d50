"""How a change of number or a swap ends: by what Teams shows of both numbers, in one transaction.

It is reached, or everything is as it was, or Teams stands somewhere in between: then the books follow what Teams
shows, a number that nobody has is kept for whoever is left without one, and the worklist says how it stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from numberline.assignments.conclude import (
    LEAST_QUARANTINE,
    cause_of,
    close_change,
    took,
)
from numberline.assignments.flight import Ending
from numberline.assignments.holders import category_of, end_holding, hold, quarantine_of
from numberline.assignments.legs import Seen, forward
from numberline.assignments.listing import upns
from numberline.assignments.models import Change, Kind, Phase
from numberline.assignments.outside import given_outside
from numberline.assignments.readiness import note_served
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.graph.types import GraphNumber
from numberline.inventory.models import Number
from numberline.inventory.moves import move
from numberline.worklist.items import close_items, open_item

PRIMARY: Final = "primary"
SETTLED: Final = ("refused", "not_ready", "given_up", "freed_in_teams", "change_stuck")
"""What is settled about a person by the number that they have now."""
VERBS: Final = {Kind.CHANGE.value: "change", Kind.SWAP.value: "swap"}


@dataclass(slots=True)
class Side:
    """One of the two numbers: who held it before and who is to hold it (empty: nobody), and whom Teams shows.

    `untouched`: nothing was asked of Microsoft that could have freed it.
    """

    number: Number
    prior: str
    goal: str
    said: GraphNumber | None
    untouched: bool

    @property
    def holder(self) -> str:
        """Whom Teams shows (object id), empty for nobody."""
        return (self.said.holder if self.said is not None else None) or ""

    @property
    def stays(self) -> bool:
        """Whether it is as it was before: what somebody else had freed before we came is not ours to conclude."""
        return self.holder == self.prior or (not self.holder and self.untouched)


def is_reached(change: Change, seen: Seen) -> bool:
    """Whether Teams shows what the change is for."""
    old = change.from_number
    if old is None or {old.text, change.number.text} - seen.shown.keys():
        return False
    there = seen.holder(change.number.text) == change.person
    if change.kind == Kind.SWAP:
        return there and seen.holder(old.text) == change.partner
    return there and seen.holder(old.text) != change.person


def standing(change: Change, seen: Seen) -> str:
    """What Teams shows of the numbers of a change, in words."""
    known = {text: seen.holder(text) for text in (one.text for one in _numbers(change)) if text in seen.shown}
    names = upns(change.tenant_id, known.values())
    parts = [f"{text} on {names.get(holder, holder) or 'nobody'}" for text, holder in known.items()]
    return f"Teams shows {' and '.join(parts)}" if parts else "Teams was not asked yet"


def call_off(change: Change, at: datetime, code: str, reason: str) -> None:
    """Nothing of it reached Microsoft: both numbers are what they were before."""
    with transaction.atomic():
        _close(change, Phase.CANCELLED, at, code, reason)
        for side in _sides(change, Seen()):
            _back(change, side, at, code, reason)


def conclude(change: Change, at: datetime, seen: Seen) -> tuple[Ending, str]:
    """End the change by what was seen of both numbers. Gives how it ended, and what to say of it."""
    why = change.error
    with transaction.atomic():
        reached = is_reached(change, seen)
        sides = _sides(change, seen)
        for side in sides if reached else ():
            side.untouched = False
        as_before = not reached and all(
            side.stays if side.prior else side.holder != change.person for side in sides
        )
        phase = Phase.DONE if reached else Phase.GIVEN_UP if change.giving_doubted else Phase.REFUSED
        _close(change, phase, at, "" if reached else change.error_code, "" if reached else why)
        for side in sides:
            if side.prior and not side.stays:
                end_holding(side.number, at)
        without = [] if reached else _without(change, sides)
        for side in sides:
            _settle(change, side, at, reached=reached, heirs=without)
        _note(change, sides, at)
        told = standing(change, seen)
        if reached or as_before:
            without = []
        for person in without:
            open_item(change.tenant_id, "change_stuck", at, person=person, detail=f"{told}; {why}")
    if reached:
        return (Ending.SWAPPED if change.kind == Kind.SWAP else Ending.CHANGED), ""
    if as_before:
        return Ending.PUT_BACK, f"{why}; everybody has the number that they had"
    return Ending.STUCK, f"{why}; {told}"


def _numbers(change: Change) -> list[Number]:
    """The number to be given, and the one to be taken."""
    keys = [change.number_id, change.from_number_id]
    rows = Number.objects.of(change.tenant_id).select_related("range", "tenant").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _sides(change: Change, seen: Seen) -> list[Side]:
    asked = {leg.number for bit, leg in enumerate(forward(change)) if leg.takes and change.asked >> bit & 1}
    parties = ((change.partner, change.person), (change.person, change.partner))
    return [
        Side(number, prior, goal, seen.shown.get(number.text), number.text not in asked)
        for number, (prior, goal) in zip(_numbers(change), parties, strict=True)
    ]


def _without(change: Change, sides: Sequence[Side]) -> list[str]:
    """Those of the people concerned who have no number."""
    having = {side.prior if side.stays else side.holder for side in sides}
    return [person for person in (change.person, change.partner) if person and person not in having]


def _settle(change: Change, side: Side, at: datetime, *, reached: bool, heirs: Sequence[str]) -> None:
    """Let the books say of one number what Teams shows."""
    if side.stays and side.prior:
        _back(change, side, at, change.error_code, change.error)
    elif side.holder and side.holder in (side.goal, change.person, change.partner):
        _given(change, side, at)
    elif side.holder:
        _found(change, side, at)
        if side.prior and not reached:
            took(side.number, side.prior, at)
    elif not side.prior:
        _rest(change, side, at)
    elif reached or not heirs:
        _vacate(change, side, at)
    else:
        _keep(change, side, at, side.prior if side.prior in heirs else heirs[0])


def _back(change: Change, side: Side, at: datetime, code: str, reason: str) -> None:
    """As it was before: with its holder, or at rest."""
    state, verb, parties = State(change.from_state), "cancel", (change.person, "")
    if side.prior:
        state, verb, parties = State.ASSIGNED, "put_back", (side.prior, side.prior)
    cause = cause_of(change)
    move(side.number, state, at, cause, verb=verb, holder=parties, code=code, reason=reason)


def _given(change: Change, side: Side, at: datetime) -> None:
    """Teams shows it on one of the people concerned, who did not have it before."""
    move(
        side.number,
        State.ASSIGNED,
        at,
        cause_of(change),
        verb=VERBS[change.kind],
        holder=(side.prior or change.person, side.holder),
        reserved_for="",
        reserved_purpose="",
        until=None,
        teams_free=False,
    )
    category = category_of(side.said) if side.said else PRIMARY
    outside = given_outside(change, side.number, side.holder)
    hold(side.number, side.holder, at, "numberline", category, outside)


def _found(change: Change, side: Side, at: datetime) -> None:
    """Teams shows it on somebody else: recorded as found there (M19)."""
    code = "found_other_holder" if side.prior else "found"
    reason = f"Teams shows {side.number.text} on {side.holder}"
    parties = (side.prior or change.person, side.holder)
    move(
        side.number,
        State.ASSIGNED,
        at,
        cause_of(change),
        verb="found",
        holder=parties,
        code=code,
        reason=reason,
        teams_free=False,
    )
    hold(side.number, side.holder, at, "found", category_of(side.said) if side.said else PRIMARY)


def _vacate(change: Change, side: Side, at: datetime) -> None:
    """The number in whose place another was given rests as its range says; after doubt a day at least."""
    rest = quarantine_of(side.number)
    if change.taking_doubted:
        rest = max(rest, LEAST_QUARANTINE)
    move(
        side.number,
        State.QUARANTINED if rest else State.AVAILABLE,
        at,
        cause_of(change),
        verb="vacate",
        holder=(side.prior, ""),
        until=at + rest if rest else None,
        freed_at=at,
        free_since=at,
        teams_free=True,
    )


def _keep(change: Change, side: Side, at: datetime, person: str) -> None:
    """Nobody has it in Teams, and somebody is without a number: it is kept for them."""
    move(
        side.number,
        State.RESERVED,
        at,
        cause_of(change),
        verb="reserve",
        holder=(side.prior, ""),
        code="change_stuck",
        reason=change.error,
        noted=("reserved_for",),
        reserved_for=person,
        until=None,
        freed_at=at,
        free_since=at,
        teams_free=True,
    )


def _rest(change: Change, side: Side, at: datetime) -> None:
    """The number that was to be given, and is not: back to where it was, unless it is refused or in doubt."""
    number, cause, holder = side.number, cause_of(change), (change.person, "")
    if change.error_code == "refused_by_microsoft":
        fields = {"block_code": "refused_by_microsoft"}
        reason = change.error
        move(
            number,
            State.BLOCKED,
            at,
            cause,
            verb="block",
            holder=holder,
            code="refused_by_microsoft",
            reason=reason,
            **fields,
        )
        open_item(change.tenant_id, "refused_by_microsoft", at, number=number.text, detail=reason)
    elif change.giving_doubted:
        until = at + max(LEAST_QUARANTINE, quarantine_of(number))
        reason = "it stayed unknown whether Microsoft carried out the assignment"
        move(
            number,
            State.QUARANTINED,
            at,
            cause,
            verb="give_up",
            holder=holder,
            code="given_up",
            reason=reason,
            until=until,
        )
        open_item(change.tenant_id, "given_up", at, person=change.person, number=number.text, detail=reason)
    else:
        _back(change, side, at, change.error_code, change.error)


def _note(change: Change, sides: Iterable[Side], at: datetime) -> None:
    """What the worklist had about people who have a number now, and about numbers that they left."""
    for side in sides:
        if side.holder and side.holder == side.goal:
            close_items(change.tenant_id, at, *SETTLED, person=side.holder)
            _served(change.tenant_id, side.holder)
        about = ("freed_in_teams", "stuck_on_person", "release_refused")
        close_items(change.tenant_id, at, *about, number=side.number.text)


def _served(tenant_id: int, object_id: str) -> None:
    person = Person.objects.of(tenant_id).filter(object_id=object_id).first()
    if person is not None:
        note_served(person)


def _close(change: Change, phase: Phase, at: datetime, code: str, error: str) -> None:
    """End the row, and that of the other person of a swap."""
    rows = Change.objects.of(change.tenant_id)
    for row in (change, *rows.filter(leader=change, open=True)):
        close_change(row, phase, at, code, error)
