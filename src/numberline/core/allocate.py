"""Those who want a number, served in order from the supply. Pure; no number is given twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from numberline.core.candidates import (
    bound_to_country,
    location_for,
    needs_location,
    out_by_country,
    own_location,
)
from numberline.core.classify import no_matching_rule
from numberline.core.decision import Action, Code, Decision, Wants, basis
from numberline.core.person import OwnNumber
from numberline.core.ranges import RangeView, Settings
from numberline.core.supply import Available, Supply
from numberline.core.words import listed

_RESERVED, _RETURNER, _JOINER = 0, 1, 2


def allocate(wants: Iterable[Wants], supply: Supply, settings: Settings) -> list[Decision]:
    """A decision for each who wants: first the reserved numbers, then the returners', then the next available.

    Within each, the earliest Phone System licence is served first (else the first seen), then the lower object id.
    Whoever is not ready is told where their number would come from and takes none.

    Raises:
        ValueError: a person is given twice.
    """
    allocation = Allocation(supply, settings)
    waiting = sorted(wants, key=lambda want: (want.since, want.facts.id))
    if len({want.facts.id for want in waiting}) != len(waiting):
        raise ValueError("A person wants a number twice: give each person once.")
    decisions: list[Decision] = []
    for serve in (allocation.reserved, allocation.returner, allocation.joiner):
        unserved = []
        for want in waiting:
            decision = serve(want)
            if decision is None:
                unserved.append(want)
            else:
                decisions.append(decision)
        waiting = unserved
    return decisions


class Allocation:
    """One allocation: what each range still has, and what was given; no number is given twice."""

    def __init__(self, supply: Supply, settings: Settings) -> None:
        self._supply = supply
        self._settings = settings
        self._taken: set[str] = set()
        self._drawn: dict[str, Shelf] = {}

    def keep_back(self, numbers: Iterable[str]) -> None:
        """Give these numbers to nobody."""
        self._taken.update(numbers)

    def reserved(self, want: Wants) -> Decision | None:
        """Step 9: a number reserved for the person."""
        own = next((own for own in want.reserved if own.number not in self._taken), None)
        if own is None:
            return None
        return self._own(
            want, own, Code.RESERVED_FOR, f"{own.number} is reserved for this person.", _RESERVED
        )

    def returner(self, want: Wants) -> Decision | None:
        """Step 9: the number the person last had."""
        own = want.returner
        if own is None or own.number in self._taken:
            return None
        reason = f"{own.number} is the number this person last had, and it is free."
        return self._own(want, own, Code.RETURNER, reason, _RETURNER)

    def joiner(self, want: Wants) -> Decision:
        """Steps 10 to 14: the first candidate with a number that the person can have."""
        passed: list[tuple[RangeView, Code]] = []
        for view in want.candidates:
            found = self.shelf(view).peek(want.country, self._taken)
            if isinstance(found, Available):
                return self._next(want, view, found, passed)
            passed.append((view, found))
        return _unserved(want, passed)

    def shelf(self, view: RangeView) -> Shelf:
        """What a range still has."""
        shelf = self._drawn.get(view.name)
        if shelf is None:
            shelf = self._drawn[view.name] = Shelf(view, self._supply.available(view.name))
        return shelf

    def _next(
        self, want: Wants, view: RangeView, found: Available, passed: list[tuple[RangeView, Code]]
    ) -> Decision:
        reason = f'{found.number} is the next available number of range "{view.name}", whose rule matches'
        if passed:
            reason += f"; asked before it: {_passed_over(passed)}"
        location = location_for(view.type, view, found.location_id, found.country)
        own = OwnNumber(found.number, view.type, view.name, found.country, location)
        return self._give(want, own, location, Code.NEXT_AVAILABLE, f"{reason}.", _JOINER)

    def _own(self, want: Wants, own: OwnNumber, code: Code, reason: str, group: int) -> Decision:
        return self._give(want, own, own_location(own, self._settings), code, reason, group)

    def _give(
        self, want: Wants, number: OwnNumber, location: str | None, code: Code, reason: str, group: int
    ) -> Decision:
        """Step 13, then 14: the number goes to the person if Teams is ready for them, else stays."""
        facts = want.facts
        if facts.ready is False:
            source = f'from range "{number.range}"' if number.range is not None else f"({number.number})"
            obstacle = (facts.obstacle or "Teams does not show the licence as active yet").rstrip(".")
            reason = f"{obstacle}; once that is over, a number {source} follows."
            waits = Decision(facts.id, facts.upn, Action.WAIT, Code.NOT_READY, reason)
            waits.range, waits.type = number.range, number.type
            return waits
        self._taken.add(number.number)
        view = self._settings.by_name.get(number.range) if number.range is not None else None
        return Decision(
            facts.id,
            facts.upn,
            Action.ASSIGN,
            code,
            reason,
            number.number,
            number.range,
            number.type,
            location,
            order=(group, want.since),
            basis=basis(facts, view),
        )


class Shelf:
    """What one range still has, kept by country so that nobody's search repeats another's.

    Where the country does not matter all numbers share one row. A number that cannot be assigned for want of an
    emergency location is left out, and its country remembered.
    """

    def __init__(self, view: RangeView, numbers: Iterator[Available]) -> None:
        self._view = view
        self._numbers = numbers
        self._by_country = bound_to_country(view.type)
        self._rows: dict[str | None, deque[Available]] = {}
        self._unlocated: set[str | None] = set()

    def peek(self, country: str | None, taken: set[str]) -> Available | Code:
        """The next number for a person of this country, or why there is none; nothing is taken off the shelf."""
        out = out_by_country(self._view, country)
        if out is not None:
            return out
        key = country if self._by_country else None
        row = self._rows.get(key)
        while row and row[0].number in taken:
            row.popleft()
        return row[0] if row else self._pull(key, taken)

    def _pull(self, key: str | None, taken: set[str]) -> Available | Code:
        """Load until a number of the country comes."""
        view = self._view
        for number in self._numbers:
            country = number.country if self._by_country else None
            if needs_location(view.type, number.country) and not (view.location or number.location_id):
                self._unlocated.add(country)
                continue
            self._rows.setdefault(country, deque()).append(number)
            if country == key and number.number not in taken:
                return number
        return self._lacks(key)

    def _lacks(self, key: str | None) -> Code:
        if key in self._unlocated:
            return Code.NO_LOCATION
        if key in self._rows or not (self._rows or self._unlocated) or self._view.countries:
            return Code.RANGE_EXHAUSTED
        return Code.COUNTRY_MISMATCH


# The candidate that came furthest says what is missing.
_FURTHEST = (Code.RANGE_EXHAUSTED, Code.NO_LOCATION, Code.COUNTRY_MISMATCH)
_WHY = {
    Code.RANGE_EXHAUSTED: "used up",
    Code.NO_LOCATION: "without an emergency location",
    Code.COUNTRY_MISMATCH: "of another country",
}


def _passed_over(passed: list[tuple[RangeView, Code]]) -> str:
    parts = []
    for code in _FURTHEST:
        names = [view.name for view, why in passed if why is code]
        if names:
            parts.append(f"{listed(names)} ({_WHY[code]})")
    return ", ".join(parts)


def _unserved(want: Wants, passed: list[tuple[RangeView, Code]]) -> Decision:
    """No candidate has a number for the person."""
    facts = want.facts
    if not passed:
        return no_matching_rule(facts)
    codes = {code for _, code in passed}
    code = next(code for code in _FURTHEST if code in codes)
    names = listed([view.name for view, why in passed if why is code])
    reason = {
        Code.RANGE_EXHAUSTED: f"No number is left in the ranges that serve this person: {names}.",
        Code.NO_LOCATION: f"Numbers of {want.country} need an emergency location, and the numbers and ranges that "
        f"match have none: {names}.",
        Code.COUNTRY_MISMATCH: f"The ranges that match have no numbers of {want.country}: {names}."
        if want.country is not None
        else f"The usage location and the organisation's country are empty, so no number fits: {names}.",
    }[code]
    return Decision(facts.id, facts.upn, Action.WAIT, code, reason)
