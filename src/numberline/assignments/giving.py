"""Giving a number to a person: what each answer of Microsoft's means for the change, and what is asked next."""

from collections.abc import Callable
from datetime import datetime, timedelta

from numberline import clock
from numberline.assignments import conclude
from numberline.assignments.calls import Answer, PersonAnswer
from numberline.assignments.flight import Ask, Ending, Flight
from numberline.assignments.holders import category_of
from numberline.assignments.models import Phase
from numberline.assignments.readiness import (
    NO_CALLING_PLAN,
    NO_PHONE_SYSTEM,
    UNNAMED_LINE,
    note_not_ready,
    note_ready,
    note_served,
)
from numberline.assignments.steps import Shared, Steps
from numberline.core.person import Entitlement, NumberType
from numberline.directory.models import Person
from numberline.graph.errors import GiveUp
from numberline.graph.types import GraphNumber
from numberline.inventory.models import Number
from numberline.inventory.teams import is_free
from numberline.worklist.items import open_item

LATE = timedelta(hours=24)
LICENCE_LAG = frozenset({"not_licensed", "person_unknown"})
OFTEN_PASSES = frozenset({"service_unavailable"})
TRIES_BEFORE_A_HUMAN = 3


class Giving(Steps):
    """Giving a number to a person.

    `record` is told what Teams shows of numbers that were read on the way (numberline.assignments.found),
    `look_first` says whether a number must be looked at again before it is asked for.
    """

    def __init__(
        self,
        tenant_id: int,
        shared: Shared,
        record: Callable[[tuple[GraphNumber, ...]], None],
        look_first: Callable[[Flight], bool],
    ) -> None:
        super().__init__(tenant_id, shared)
        self.record = record
        self.look_first = look_first

    def begin(self, flight: Flight) -> None:
        """How Teams sees the person."""
        self.next(flight, Ask.PERSON, 0.0)

    def take(self, flight: Flight, answer: Answer) -> None:
        """Conclude from an answer; the first is Teams' view of the person."""
        if isinstance(answer, PersonAnswer):
            self._person(flight, answer)
        else:
            super().take(flight, answer)

    def _person(self, flight: Flight, answer: PersonAnswer) -> None:
        person = self.row(flight)
        configuration = answer.configuration
        needs_plan = person.entitlement == Entitlement.CALLING_PLAN
        if answer.numbers:
            self.cancel(flight, Ending.TAKEN, "holds_in_teams", "Teams shows a number on this person already")
            self.record(answer.numbers)
        elif configuration is None or not configuration.has_phone_system:
            self._not_ready(flight, person, NO_PHONE_SYSTEM)
        elif needs_plan and not configuration.has_calling_plan:
            self._not_ready(flight, person, NO_CALLING_PLAN)
        elif configuration.telephone_numbers and any(
            line.assignment_category in (None, "primary") for line in configuration.telephone_numbers
        ):
            self._not_ready(flight, person, UNNAMED_LINE)
        else:
            note_ready(person, clock.now())
            if self.look_first(flight):
                self.next(flight, Ask.NUMBER, 0.0)
            else:
                self.send(flight)

    def before(self, flight: Flight, said: GraphNumber | None) -> None:
        """Only a number that Teams shows free is asked for."""
        if said is not None and said.holder:
            conclude.lost_to(flight.change, clock.now(), said.holder, category_of(said))
            mine = said.holder == flight.person
            self.end(flight, Ending.ASSIGNED if mine else Ending.TAKEN, f"Teams shows it on {said.holder}")
        elif said is None and flight.type != NumberType.DIRECT_ROUTING:
            self.cancel(flight, Ending.TAKEN, "not_listed", "Teams no longer lists this number")
            Number.objects.of(self.tenant_id).filter(text=flight.number).update(teams_free=False)
        elif said is not None and not is_free(said, flight.type):
            self.cancel(flight, Ending.TAKEN, "not_free", "Teams would not give this number now")
            self.record((said,))
        else:
            self.send(flight)

    def result(self, flight: Flight, said: GraphNumber | None) -> None:
        """Teams shows the number on the person, on somebody else, or on nobody."""
        change, now = flight.change, clock.now()
        holder = said.holder if said is not None else None
        if holder == flight.person:
            conclude.confirm(change, now)
            note_served(self.row(flight))
            self.end(flight, Ending.ASSIGNED, "")
        elif (
            said is not None and holder and (self.settled(flight) or (flight.refusal and not change.doubtful))
        ):
            conclude.lost_to(change, now, holder, category_of(said))
            self.end(flight, Ending.TAKEN, f"Teams shows it on {holder}")
        elif not holder and flight.refusal and not change.doubtful:
            conclude.block(change, now, "refused_by_microsoft", str(flight.refusal))
            self.end(flight, Ending.TAKEN, str(flight.refusal))
        elif not holder and self._hopeless(flight, now):
            conclude.give_up(change, now)
            self.end(flight, Ending.CANCELLED, "it stayed unknown whether Microsoft carried it out")
        else:
            self.look_again(flight, repeat=not holder)

    def _hopeless(self, flight: Flight, now: datetime) -> bool:
        """Nothing more can come of it: the settle time has passed, and a success is not merely shown late."""
        change = flight.change
        if change.phase == Phase.SUCCEEDED:
            late = change.sent_at is not None and now - change.sent_at >= LATE
            if self.settled(flight):
                open_item(self.tenant_id, "in_doubt", now, person=flight.person, number=flight.number)
            return late
        return self.settled(flight)

    def refused(self, flight: Flight, error: GiveUp) -> None:
        """Microsoft's clear no. An earlier attempt without an answer may still be carried out all the same."""
        now, change = clock.now(), flight.change
        flight.refusal = error
        if change.doubtful or error.code == "already_assigned":
            flight.looks = 0
            self.next(flight, Ask.RESULT, 0.0)
        elif error.concerns == "number":
            conclude.block(change, now, error.code, error.raw or str(error))
            self.end(flight, Ending.TAKEN, str(error))
        else:
            person = self.row(flight)
            lag = error.code in LICENCE_LAG
            self.cancel(flight, Ending.NOT_READY if lag else Ending.REFUSED, error.code, str(error))
            note_not_ready(person, now, str(error), for_teams=lag)
            passing = error.code in OFTEN_PASSES and person.looks < TRIES_BEFORE_A_HUMAN
            if not (lag or passing):
                open_item(
                    self.tenant_id,
                    "refused",
                    now,
                    person=flight.person,
                    number=flight.number,
                    cause=error.cause,
                    detail=error.raw or "",
                )

    def cancel(self, flight: Flight, ending: Ending, code: str, text: str) -> None:
        """The number goes back to where it was."""
        conclude.cancel(flight.change, clock.now(), code, text)
        self.end(flight, ending, text)

    def _not_ready(self, flight: Flight, person: Person, obstacle: str) -> None:
        self.cancel(flight, Ending.NOT_READY, "not_ready", obstacle)
        note_not_ready(person, clock.now(), obstacle, for_teams=True)
