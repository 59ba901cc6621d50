"""What people who hold a number would get in its place, if they came today. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from numberline.core.allocate import Allocation
from numberline.core.candidates import home_country, own_fits
from numberline.core.decision import Decision, Wants
from numberline.core.person import PersonFacts
from numberline.core.phone import sort_key
from numberline.core.ranges import Settings
from numberline.core.supply import Supply


class Matching:
    """Numbers that match people as they are now: one reserved for them, else the next of the first range that serves
    them. Each number is named once, in the order in which people are asked about."""

    def __init__(self, supply: Supply, settings: Settings, spoken_for: Iterable[str] = ()) -> None:
        self._settings = settings
        self._allocation = Allocation(supply, settings)
        self._allocation.keep_back(spoken_for)

    def number_for(self, facts: PersonFacts) -> Decision:
        """`assign` with the number, or `wait` with the reason why there is none. Whatever the person holds, last held
        or is set apart by does not count, as an administrator asks."""
        settings = self._settings
        joiner = replace(facts, holding=None, last_number=None, ready=None)
        reserved = sorted(
            (own for own in facts.reserved if own_fits(own, joiner, settings)),
            key=lambda own: sort_key(own.number),
        )
        candidates = settings.candidates(facts.entitlement, facts.attributes)
        want = Wants(joiner, tuple(reserved), None, candidates, home_country(facts, settings))
        return self._allocation.reserved(want) or self._allocation.joiner(want)
