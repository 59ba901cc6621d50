"""Judges what was sent: no write may conflict with one that is open, in doubt, or held.

An assignment of number A to person P conflicts when, as it arrives, A is held by somebody else or an attempt for
another person is still open, or P holds another primary number or an attempt for another one is still open. An
attempt is open from its arrival until its operation is done and visible; when its answer was lost or was a 5xx it
stays open until Teams shows the result or the settle time has passed. The same pair again never conflicts.
"""

import msgspec

from .numbers import Number
from .operations import Operation
from .state import Tenant

SETTLE_SECONDS = 900.0


class Attempt(msgspec.Struct):
    """One write that was sent."""

    entry: int
    at: float
    action: str  # assign or unassign
    number: str
    person: str | None
    category: str = "primary"
    phase: str = "sent"  # sent, refused, accepted, in doubt
    answered_at: float = 0.0


class Conflict(msgspec.Struct):
    """One conflicting write, and what it conflicts with."""

    request: int
    at: float
    action: str
    number: str
    person: str | None
    against: str  # held, open, in doubt
    other_number: str
    other_person: str | None
    race: bool = False  # with a change made out of band that no answer had shown yet
    sentence: str = ""


class Judge:
    """Keeps every attempt that may still be open, and every conflict found."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.settle_seconds = SETTLE_SECONDS
        self.conflicts: list[Conflict] = []
        self._attempts: list[tuple[Attempt, Operation | None]] = []

    def assignment_arrives(self, entry: int, number: str, person: str, category: str, now: float) -> Attempt:
        """Judge an assignment as it comes in."""
        attempt = Attempt(entry, now, "assign", number, person, category)
        self._against_holders(attempt)
        for other, _ in self._open(now):
            if _clash(attempt, other):
                self._found(attempt, _how_open(other), other.number, other.person)
        self._attempts.append((attempt, None))
        return attempt

    def unassignment_arrives(self, entry: int, number: str, now: float) -> Attempt:
        """Judge an unassignment as it comes in: it conflicts with an assignment that is still open."""
        known = self._tenant.numbers.get(number)
        attempt = Attempt(entry, now, "unassign", number, known.holder if known else None)
        for other, _ in self._open(now):
            if other.action == "assign" and other.number == number:
                self._found(attempt, _how_open(other), other.number, other.person)
        self._attempts.append((attempt, None))
        return attempt

    def answered(self, attempt: Attempt, status: int, operation: Operation | None, now: float) -> None:
        """Note the answer: 0 is one that was lost."""
        if status == 202:
            attempt.phase = "accepted"
        elif status == 0 or status >= 500:
            attempt.phase = "in doubt"
        else:
            attempt.phase = "refused"
        attempt.answered_at = now
        self._attempts = [(a, operation if a is attempt else o) for a, o in self._attempts]

    def verdict(self, *, races: bool = False) -> list[Conflict]:
        """Every conflicting write that was ever sent; races with somebody else's changes only when asked for."""
        return [conflict for conflict in self.conflicts if races or not conflict.race]

    def _open(self, now: float) -> list[tuple[Attempt, Operation | None]]:
        shown = {_wish(attempt) for attempt, operation in self._attempts if _carried_out(operation)}
        self._attempts = [
            (attempt, operation)
            for attempt, operation in self._attempts
            if self._is_open(attempt, operation, now)
            and not (attempt.phase == "in doubt" and _wish(attempt) in shown)
        ]
        return self._attempts

    def _is_open(self, attempt: Attempt, operation: Operation | None, now: float) -> bool:
        if attempt.phase == "sent":
            return True
        if attempt.phase == "refused":
            return False
        if attempt.phase == "accepted":
            return operation is None or operation.settled_at is None
        return now < attempt.answered_at + self.settle_seconds

    def _against_holders(self, attempt: Attempt) -> None:
        number = self._tenant.numbers.get(attempt.number)
        if number is not None and number.holder not in (None, attempt.person):
            self._found(attempt, "held", number.text, number.holder, race=self._unseen(number))
        if attempt.category != "primary" or attempt.person is None:
            return
        for other in self._tenant.numbers.held_by(attempt.person):
            if other.category == "primary" and other.text != attempt.number:
                self._found(attempt, "held", other.text, other.holder, race=self._unseen(other))

    def _unseen(self, number: Number) -> bool:
        return number.text in self._tenant.unseen

    def _found(
        self, attempt: Attempt, against: str, number: str, person: str | None, *, race: bool = False
    ) -> None:
        sentence = (
            f"{attempt.action} of {attempt.number} for {attempt.person} was sent while {number} for {person}"
            f" was {against}"
        )
        self.conflicts.append(
            Conflict(
                attempt.entry, attempt.at, attempt.action, attempt.number, attempt.person, against, number, person,
                race, sentence,
            )
        )  # fmt: skip


def _clash(new: Attempt, open: Attempt) -> bool:
    """Whether an assignment asks for something different from what an open attempt asked for."""
    if new.number == open.number:
        return new.person != open.person
    if open.action != "assign" or new.person != open.person:
        return False
    return new.category == open.category == "primary"


def _how_open(attempt: Attempt) -> str:
    return "in doubt" if attempt.phase == "in doubt" else "open"


def _wish(attempt: Attempt) -> tuple[str, str, str | None]:
    return attempt.action, attempt.number, attempt.person


def _carried_out(operation: Operation | None) -> bool:
    """Whether Teams shows what the operation was for; earlier doubt about the same wish is over then."""
    return operation is not None and operation.settled_at is not None and operation.status == "succeeded"
