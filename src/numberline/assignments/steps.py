"""What giving a number and taking it back have in common: timing, patience, doubt, and errors by what to do next.

The rule for doubt (spec section 2): from `sending` on the request may have reached Microsoft. Until Teams shows
the result, or the settle time has passed, only the same number for the same person is ever sent again.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from django.conf import settings

from numberline import clock
from numberline.assignments import intend
from numberline.assignments.calls import Answer, NumberAnswer, OperationAnswer, SentAnswer
from numberline.assignments.flight import Ask, Ending, Flight, Pace
from numberline.assignments.models import Phase
from numberline.directory.models import Person
from numberline.graph.answers import refusal
from numberline.graph.errors import GiveUp, GraphError, Stop, Wait
from numberline.graph.types import GraphNumber

PATIENCE = 45.0
"""Seconds after the last request for which a run looks for its result; then the next run goes on from the row."""

ATTEMPTS = 3
LOOKS_BEFORE_REPEAT = 4


@dataclass(slots=True)
class Shared:
    """What all flights of a run share: whether requests in doubt may be repeated, and changes that are half done
    finished; the pace, and what stopped it."""

    repeating: bool = True
    finishing: bool = True
    pace: Pace = field(default_factory=Pace)
    stopped: Stop | None = None


class Steps(ABC):
    """Turns answers into the next step of a flight. Every database change is one transaction of its own."""

    def __init__(self, tenant_id: int, shared: Shared) -> None:
        self.tenant_id = tenant_id
        self.shared = shared

    # What giving and taking back each do in their own way.

    @abstractmethod
    def begin(self, flight: Flight) -> None:
        """What is asked first of a change that was just written."""

    @abstractmethod
    def before(self, flight: Flight, said: GraphNumber | None) -> None:
        """Conclude from the look at the number before anything is sent."""

    @abstractmethod
    def result(self, flight: Flight, said: GraphNumber | None) -> None:
        """Conclude from the look at the number after something was sent."""

    @abstractmethod
    def refused(self, flight: Flight, error: GiveUp) -> None:
        """Microsoft's clear no."""

    @abstractmethod
    def cancel(self, flight: Flight, ending: Ending, code: str, text: str) -> None:
        """Nothing reached Microsoft, or it surely refused: put everything back as it was."""

    # What is common.

    def take(self, flight: Flight, answer: Answer) -> None:
        """Conclude from an answer: the flight has a next question afterwards, or an ending."""
        match answer:
            case NumberAnswer(number) if flight.ask is Ask.NUMBER:
                self.before(flight, number)
            case NumberAnswer(number):
                self.result(flight, number)
            case SentAnswer(operation):
                intend.mark_accepted(flight.change, operation)
                self.next(flight, Ask.OPERATION, self.shared.pace.after_send())
            case OperationAnswer():
                self._operation(flight, answer)

    def fail(self, flight: Flight, error: GraphError) -> None:
        """Conclude from an error."""
        if isinstance(error, Stop):
            self.shared.stopped = self.shared.stopped or error
        if flight.ask is Ask.SEND and error.in_doubt:
            intend.mark_doubtful(flight.change, error.code, error.raw or str(error))
            flight.looks = 0
            self.next(flight, Ask.RESULT, 1.0)
        elif isinstance(error, Wait):
            self._put_off(flight, error)
        elif flight.ask is Ask.SEND and isinstance(error, GiveUp):
            self.refused(flight, error)
        elif flight.ask is Ask.OPERATION and isinstance(error, GiveUp):
            self._operation_lost(flight)
        else:
            self._leave(flight, error)

    def halt(self, flight: Flight) -> None:
        """The run ends before this change does: what was surely not sent is taken back, the rest is the next run's."""
        if self._sent(flight):
            self.in_doubt(flight)
        elif self.shared.stopped:
            self.cancel(flight, Ending.CANCELLED, "stopped", str(self.shared.stopped))
        else:
            self.cancel(flight, Ending.LEFT, "stopped", "the run was told to end")

    def send(self, flight: Flight, after: float = 0.0) -> None:
        """Note that the request is about to leave, and let it leave."""
        if self.shared.stopped:
            self.halt(flight)
            return
        intend.mark_sending(flight.change, clock.now())
        flight.began = clock.monotonic()
        self.next(flight, Ask.SEND, after)

    def look_again(self, flight: Flight, *, repeat: bool) -> None:
        """Teams does not show the result yet: look again, or repeat a request that stayed without an answer.

        `repeat`: what Teams shows would allow the very same request to be sent again.
        """
        change = flight.change
        flight.looks += 1
        unanswered = (
            self.may_repeat() and change.phase == Phase.SENDING and change.doubtful and flight.refusal is None
        )
        if self.out_of_patience(flight) or self.shared.stopped:
            self.in_doubt(flight)
        elif unanswered and repeat and flight.looks >= LOOKS_BEFORE_REPEAT and change.attempts < ATTEMPTS:
            flight.looks = 0
            self.send(flight)
        else:
            self.next(flight, Ask.RESULT, min(15.0, 2.0 ** (flight.looks - 1)))

    def may_repeat(self) -> bool:
        """Whether a request that stayed without an answer may be sent again."""
        return self.shared.repeating

    def in_doubt(self, flight: Flight) -> None:
        """Leave it to the next run, which goes on from the row."""
        self.end(flight, Ending.IN_DOUBT, "Microsoft accepted it; Teams does not show it yet")

    def end(self, flight: Flight, ending: Ending, text: str) -> None:
        """This run has done with the flight."""
        flight.ending, flight.text = ending, text

    def next(self, flight: Flight, ask: Ask, after: float) -> None:
        """What is asked next, in so many seconds."""
        flight.ask, flight.due = ask, clock.monotonic() + after

    def settled(self, flight: Flight) -> bool:
        """Whether the settle time has passed since the last request."""
        sent_at = flight.change.sent_at
        return sent_at is not None and clock.now() - sent_at >= settings.SETTLE

    def out_of_patience(self, flight: Flight) -> bool:
        """Whether this run has looked for long enough."""
        return clock.monotonic() - flight.began > PATIENCE

    def row(self, flight: Flight) -> Person:
        """The person concerned."""
        return Person.objects.of(self.tenant_id).get(object_id=flight.person)

    def _operation(self, flight: Flight, answer: OperationAnswer) -> None:
        operation, change, pace = answer.operation, flight.change, self.shared.pace
        if operation is not None and operation.succeeded:
            pace.in_time(change.pk)
            intend.mark_succeeded(change)
            self.next(flight, Ask.RESULT, 0.0)
        elif operation is not None and operation.failed:
            pace.in_time(change.pk)
            self.refused(flight, refusal(operation.detail))
        elif self.out_of_patience(flight) or (operation is None and self.settled(flight)):
            self._operation_lost(flight)
        else:
            self.next(flight, Ask.OPERATION, pace.too_early(change.pk))

    def _operation_lost(self, flight: Flight) -> None:
        """The operation tells nothing (any more): what counts is what Teams shows on the number."""
        self.next(flight, Ask.RESULT, 0.0)

    def _put_off(self, flight: Flight, error: Wait) -> None:
        if flight.ask is Ask.SEND:
            intend.mark_unsent(flight.change)
        flight.waited += 1
        if flight.waited > 5 or self.out_of_patience(flight) or self.shared.stopped:
            self._leave(flight, error)
        elif flight.ask is Ask.SEND:
            self.send(flight, max(error.after, 1.0))
        else:
            flight.due = clock.monotonic() + max(error.after, 1.0)

    def _leave(self, flight: Flight, error: GraphError) -> None:
        """No way on in this run: what was surely not sent is taken back, the rest stays for the next run."""
        if self._sent(flight):
            self.in_doubt(flight)
        else:
            self.cancel(flight, Ending.CANCELLED, error.code, str(error))

    def _sent(self, flight: Flight) -> bool:
        """Whether the request may have reached Microsoft."""
        return flight.change.doubtful or flight.change.phase in (Phase.ACCEPTED, Phase.SUCCEEDED)
