"""A tenant whose range London has numbers, a Teams in memory, and an engine that carries changes out between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec

from numberline import clock
from numberline.assignments.engine import Carried, Engine, Evidence
from numberline.assignments.flight import Ending, Flight
from numberline.assignments.intend import Intent, claim
from numberline.assignments.models import Assignment, Change
from numberline.assignments.recover import recover
from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.inventory.models import Number, Range
from numberline.worklist.models import Item
from tests import factories as make
from tests.support.teams import FakeTeams

FRESH = Evidence(until=1e12)
"""The last listing says well enough which numbers are free."""


class Office:
    """What the tests of this folder work with. Time stands still unless the engine waits."""

    def __init__(self, time: clock.FakeClock) -> None:
        self.time = time
        self.tenant = make.tenant()
        self.range = make.range_(self.tenant)
        self.teams = FakeTeams()
        self.told: list[Flight] = []

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return self.time.now()

    def joiner(self, name: str = "ann", *, ready: bool = True, **graph: Any) -> None:
        """A person who wants a number; Teams knows them unless they are not ready."""
        make.person(self.tenant, name, **graph)
        if ready:
            self.teams.knows(name)

    def stock(self, *texts: str, **fields: Any) -> None:
        """Free numbers of the range London."""
        for text in texts:
            make.number(self.tenant, text, fields.pop("home", self.range), **fields)

    def intent(self, name: str = "ann", number: str = make.N1, location: str = "") -> Intent:
        """The decision to give a person a number."""
        upn = f"{name}@contoso.example"
        return Intent(make.oid(name), upn, number, location, "next_available", "It is the next.")

    def claim(self, name: str = "ann", number: str = make.N1) -> Change:
        """Write an intent, as a process does that ends right after it."""
        return claim(self.tenant.pk, self.intent(name, number), self.now, make.CAUSE)

    def holder(self, name: str, text: str, **fields: Any) -> None:
        """A person who has a number, in Teams too."""
        self.joiner(name)
        make.holding(make.number(self.tenant, text, self.range), name, **fields)
        self.teams.lists(make.said(text, name))

    def carry(
        self, *intents: Intent, recovered: Sequence[Flight] = (), evidence: Evidence = FRESH, **options: Any
    ) -> Carried:
        """Carry changes out, by default with numbers that were listed just now."""
        engine = Engine(
            self.tenant, self.teams.client, Cause("automation"), evidence, self.told.append, **options
        )
        return engine.run(intents, recovered)

    def give(self, name: str = "ann", number: str = make.N1, **options: Any) -> Ending | None:
        """Carry out one change; gives how it ended."""
        (flight,) = self.carry(self.intent(name, number), **options).flights
        return flight.ending

    def resume(self) -> list[Ending | None]:
        """What the next process does with changes that are open."""
        carried = self.carry(recovered=recover(self.tenant.pk, self.now))
        return [flight.ending for flight in carried.flights]

    def number(self, text: str = make.N1) -> Number:
        """The row of a number."""
        return make.number_row(self.tenant, text)

    def change(self) -> Change:
        """The latest change."""
        return Change.objects.of(self.tenant.pk).latest("pk")

    def held(self) -> dict[str, str]:
        """Who holds what, by the names of this file's people: number to object id."""
        rows = Assignment.objects.of(self.tenant.pk).filter(until=None)
        return dict(rows.values_list("number__text", "person"))

    def items(self) -> list[str]:
        """The codes of the open items."""
        return sorted(Item.objects.of(self.tenant.pk).filter(closed_at=None).values_list("code", flat=True))

    def verbs(self) -> list[str]:
        """What the trail says was done, in order."""
        return list(Entry.objects.of(self.tenant.pk).values_list("verb", flat=True))


@contextmanager
def opened() -> Iterator[Office]:
    """An office at a moment that does not pass by itself."""
    with clock.travel(make.NOW) as time:
        yield Office(time)


def placed(office: Office, location: str) -> None:
    """The range has Operator Connect numbers and an emergency location, which Teams does not have from us yet."""
    Range.objects.of(office.tenant.pk).update(type="operator_connect", location=location)
    Number.objects.of(office.tenant.pk).update(type="operator_connect")
    for text, said in office.teams.numbers.items():
        office.teams.numbers[text] = msgspec.structs.replace(said, number_type="operatorConnect")
