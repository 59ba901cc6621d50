"""What an answer of Microsoft's means for a change, and what is asked next.

The rule for doubt (spec section 2): from `sending` on the request may have reached Microsoft. Until Teams shows
the result, or the settle time has passed, only the same number for the same person is ever sent again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from numberline import clock
from numberline.assignments import conclude, intend
from numberline.assignments.calls import Answer, NumberAnswer, OperationAnswer, PersonAnswer, SentAnswer
from numberline.assignments.flight import Ask, Ending, Flight, Pace
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
from numberline.core.person import Entitlement, NumberType
from numberline.directory.models import Person
from numberline.graph.answers import refusal
from numberline.graph.errors import GiveUp, GraphError, Stop, Wait
from numberline.graph.types import GraphNumber
from numberline.inventory.models import Number
from numberline.inventory.teams import is_free
from numberline.worklist.items import open_item

PATIENCE = 45.0
"""Seconds after the last request for which a run looks for its result; then the next run goes on from the row."""

ATTEMPTS = 3
LOOKS_BEFORE_REPEAT = 4
LATE = timedelta(hours=24)
LICENCE_LAG = frozenset({"not_licensed", "person_unknown"})
OFTEN_PASSES = frozenset({"service_unavailable"})
TRIES_BEFORE_A_HUMAN = 3


class Handler:
    """Turns answers into the next step of a flight. Every database change is one transaction of its own.

    `record` is told what Teams shows of numbers that were read on the way (numberline.assignments.found),
    `look_first` says whether a number must be looked at again before it is asked for.
    """

    def __init__(
        self,
        tenant_id: int,
        record: Callable[[tuple[GraphNumber, ...]], None],
        look_first: Callable[[Flight], bool],
        repeating: bool = True,
    ) -> None:
        self.tenant_id = tenant_id
        self.repeating = repeating
        self.record = record
        self.look_first = look_first
        self.pace = Pace()
        self.stopped: Stop | None = None

    def take(self, flight: Flight, answer: Answer) -> None:
        """Conclude from an answer: the flight has a next question afterwards, or an ending."""
        match answer:
            case PersonAnswer():
                self._person(flight, answer)
            case NumberAnswer(number) if flight.ask is Ask.NUMBER:
                self._before(flight, number)
            case NumberAnswer(number):
                self._result(flight, number)
            case SentAnswer(operation):
                intend.mark_accepted(flight.change, operation)
                self._next(flight, Ask.OPERATION, self.pace.after_send())
            case OperationAnswer():
                self._operation(flight, answer)

    def fail(self, flight: Flight, error: GraphError) -> None:
        """Conclude from an error."""
        if isinstance(error, Stop):
            self.stopped = self.stopped or error
        if flight.ask is Ask.SEND and error.in_doubt:
            intend.mark_doubtful(flight.change, error.code, error.raw or str(error))
            flight.looks = 0
            self._next(flight, Ask.RESULT, 1.0)
        elif isinstance(error, Wait):
            self._put_off(flight, error)
        elif flight.ask is Ask.SEND and isinstance(error, GiveUp):
            self._refused(flight, error)
        elif flight.ask is Ask.OPERATION and isinstance(error, GiveUp):
            self._operation_lost(flight)
        else:
            self._leave(flight, error)

    def halt(self, flight: Flight) -> None:
        """The run ends before this change does: what was surely not sent is taken back, the rest is the next run's."""
        if self._sent(flight):
            self._in_doubt(flight)
        elif self.stopped:
            self._cancel(flight, Ending.CANCELLED, "stopped", str(self.stopped))
        else:
            self._cancel(flight, Ending.LEFT, "stopped", "the run was told to end")

    # -- before the request ------------------------------------------------------------------------------

    def _person(self, flight: Flight, answer: PersonAnswer) -> None:
        person = self._row(flight)
        configuration = answer.configuration
        needs_plan = person.entitlement == Entitlement.CALLING_PLAN
        if answer.numbers:
            self._cancel(
                flight, Ending.TAKEN, "holds_in_teams", "Teams shows a number on this person already"
            )
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
                self._next(flight, Ask.NUMBER, 0.0)
            else:
                self._send(flight)

    def _before(self, flight: Flight, said: GraphNumber | None) -> None:
        if said is not None and said.holder:
            conclude.lost_to(flight.change, clock.now(), said.holder, category_of(said))
            mine = said.holder == flight.person
            self._end(flight, Ending.ASSIGNED if mine else Ending.TAKEN, f"Teams shows it on {said.holder}")
        elif said is None and flight.type != NumberType.DIRECT_ROUTING:
            self._cancel(flight, Ending.TAKEN, "not_listed", "Teams no longer lists this number")
            Number.objects.of(self.tenant_id).filter(text=flight.number).update(teams_free=False)
        elif said is not None and not is_free(said, flight.type):
            self._cancel(flight, Ending.TAKEN, "not_free", "Teams would not give this number now")
            self.record((said,))
        else:
            self._send(flight)

    def _send(self, flight: Flight) -> None:
        if self.stopped:
            self.halt(flight)
            return
        intend.mark_sending(flight.change, clock.now())
        flight.began = clock.monotonic()
        self._next(flight, Ask.SEND, 0.0)

    # -- after the request -------------------------------------------------------------------------------

    def _operation(self, flight: Flight, answer: OperationAnswer) -> None:
        operation, change = answer.operation, flight.change
        if operation is not None and operation.succeeded:
            self.pace.in_time(change.pk)
            intend.mark_succeeded(change)
            self._next(flight, Ask.RESULT, 0.0)
        elif operation is not None and operation.failed:
            self.pace.in_time(change.pk)
            self._refused(flight, refusal(operation.detail))
        elif self._out_of_patience(flight) or (operation is None and self._settled(flight)):
            self._operation_lost(flight)
        else:
            self._next(flight, Ask.OPERATION, self.pace.too_early(change.pk))

    def _operation_lost(self, flight: Flight) -> None:
        """The operation tells nothing (any more): what counts is what Teams shows on the number."""
        self._next(flight, Ask.RESULT, 0.0)

    def _result(self, flight: Flight, said: GraphNumber | None) -> None:
        change, now = flight.change, clock.now()
        holder = said.holder if said is not None else None
        if holder == flight.person:
            conclude.confirm(change, now)
            note_served(self._row(flight))
            self._end(flight, Ending.ASSIGNED, "")
        elif (
            said is not None
            and holder
            and (self._settled(flight) or (flight.refusal and not change.doubtful))
        ):
            conclude.lost_to(change, now, holder, category_of(said))
            self._end(flight, Ending.TAKEN, f"Teams shows it on {holder}")
        elif not holder and flight.refusal and not change.doubtful:
            conclude.block(change, now, "refused_by_microsoft", str(flight.refusal))
            self._end(flight, Ending.TAKEN, str(flight.refusal))
        elif not holder and self._hopeless(flight, now):
            conclude.give_up(change, now)
            self._end(flight, Ending.CANCELLED, "it stayed unknown whether Microsoft carried it out")
        else:
            self._look_again(flight, holder)

    def _look_again(self, flight: Flight, holder: str | None) -> None:
        change = flight.change
        flight.looks += 1
        unanswered = (
            self.repeating and change.phase == Phase.SENDING and change.doubtful and flight.refusal is None
        )
        if self._out_of_patience(flight) or self.stopped:
            self._in_doubt(flight)
        elif unanswered and not holder and flight.looks >= LOOKS_BEFORE_REPEAT and change.attempts < ATTEMPTS:
            flight.looks = 0
            self._send(flight)
        else:
            self._next(flight, Ask.RESULT, min(15.0, 2.0 ** (flight.looks - 1)))

    def _hopeless(self, flight: Flight, now: datetime) -> bool:
        """Nothing more can come of it: the settle time has passed, and a success is not merely shown late."""
        change = flight.change
        if change.phase == Phase.SUCCEEDED:
            late = change.sent_at is not None and now - change.sent_at >= LATE
            if self._settled(flight):
                open_item(self.tenant_id, "in_doubt", now, person=flight.person, number=flight.number)
            return late
        return self._settled(flight)

    def _refused(self, flight: Flight, error: GiveUp) -> None:
        """Microsoft's clear no. An earlier attempt without an answer may still be carried out all the same."""
        now, change = clock.now(), flight.change
        flight.refusal = error
        if change.doubtful or error.code == "already_assigned":
            flight.looks = 0
            self._next(flight, Ask.RESULT, 0.0)
        elif error.concerns == "number":
            conclude.block(change, now, error.code, error.raw or str(error))
            self._end(flight, Ending.TAKEN, str(error))
        else:
            person = self._row(flight)
            lag = error.code in LICENCE_LAG
            self._cancel(flight, Ending.NOT_READY if lag else Ending.REFUSED, error.code, str(error))
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

    # -- putting off and ending ----------------------------------------------------------------------------

    def _put_off(self, flight: Flight, error: Wait) -> None:
        if flight.ask is Ask.SEND:
            intend.mark_unsent(flight.change)
        flight.waited += 1
        if flight.waited > 5 or self._out_of_patience(flight) or self.stopped:
            self._leave(flight, error)
        elif flight.ask is Ask.SEND:
            self._again(flight, max(error.after, 1.0))
        else:
            flight.due = clock.monotonic() + max(error.after, 1.0)

    def _again(self, flight: Flight, after: float) -> None:
        intend.mark_sending(flight.change, clock.now())
        self._next(flight, Ask.SEND, after)

    def _leave(self, flight: Flight, error: GraphError) -> None:
        """No way on in this run: what was surely not sent is taken back, the rest stays for the next run."""
        if self._sent(flight):
            self._in_doubt(flight)
        else:
            self._cancel(flight, Ending.CANCELLED, error.code, str(error))

    def _sent(self, flight: Flight) -> bool:
        """Whether the request may have reached Microsoft."""
        return flight.change.doubtful or flight.change.phase in (Phase.ACCEPTED, Phase.SUCCEEDED)

    def _in_doubt(self, flight: Flight) -> None:
        self._end(flight, Ending.IN_DOUBT, "Microsoft accepted it; Teams does not show it yet")

    def _not_ready(self, flight: Flight, person: Person, obstacle: str) -> None:
        self._cancel(flight, Ending.NOT_READY, "not_ready", obstacle)
        note_not_ready(person, clock.now(), obstacle, for_teams=True)

    def _cancel(self, flight: Flight, ending: Ending, code: str, text: str) -> None:
        conclude.cancel(flight.change, clock.now(), code, text)
        self._end(flight, ending, text)

    def _end(self, flight: Flight, ending: Ending, text: str) -> None:
        flight.ending, flight.text = ending, text

    def _next(self, flight: Flight, ask: Ask, after: float) -> None:
        flight.ask, flight.due = ask, clock.monotonic() + after

    def _settled(self, flight: Flight) -> bool:
        sent_at = flight.change.sent_at
        return sent_at is not None and clock.now() - sent_at >= settings.SETTLE

    def _out_of_patience(self, flight: Flight) -> bool:
        return clock.monotonic() - flight.began > PATIENCE

    def _row(self, flight: Flight) -> Person:
        return Person.objects.of(self.tenant_id).get(object_id=flight.person)
