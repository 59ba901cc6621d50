"""Changing a number and swapping two: leg by leg, forward or, when one of them fails, back.

Before anything is sent, everything that is to be given is looked at: whom Teams knows, and which numbers it would
give. Each leg begins with a look at its number, so that what somebody else did meanwhile counts, and what is done
already is not asked for. When a leg fails, what was done is undone in the same way; how it ends is concluded from
what Teams shows in the end (numberline.assignments.outcome).
"""

from collections.abc import Callable

from django.conf import settings

from numberline import clock
from numberline.assignments import intend
from numberline.assignments.calls import Answer, PersonAnswer
from numberline.assignments.flight import Ask, Ending, Flight
from numberline.assignments.giving import LATE, OFTEN_PASSES
from numberline.assignments.holders import category_of
from numberline.assignments.legs import Leg, current, forward, script
from numberline.assignments.models import Kind, Phase
from numberline.assignments.outcome import PRIMARY, call_off, conclude, is_reached, standing
from numberline.assignments.readiness import NO_CALLING_PLAN, NO_PHONE_SYSTEM, UNNAMED_LINE
from numberline.assignments.steps import ATTEMPTS, Shared, Steps
from numberline.assignments.undone import tell_undone
from numberline.core.person import NumberType
from numberline.graph.errors import GiveUp, GraphError
from numberline.graph.types import GraphNumber
from numberline.inventory.teams import is_free
from numberline.worklist.items import open_item

SECOND_LOOK = 1.0
"""Seconds to the second look at a number that is gone already before it was to be taken."""
ENDINGS = {"not_ready": Ending.NOT_READY, "on_premises": Ending.REFUSED, "not_primary": Ending.REFUSED}
"""How a change ends of which nothing was sent, by why; everything else is a number that is not to be had."""


class Changing(Steps):
    """Giving somebody another number, and swapping the numbers of two people.

    `record` is told what Teams shows of numbers that turned out to be somebody else's (numberline.assignments.found).
    """

    def __init__(
        self, tenant_id: int, shared: Shared, record: Callable[[tuple[GraphNumber, ...]], None]
    ) -> None:
        super().__init__(tenant_id, shared)
        self.record = record

    def begin(self, flight: Flight) -> None:
        """Look at all that is to be given: the people first, then the numbers."""
        gives = [leg for leg in forward(flight.change) if not leg.takes]
        flight.seen.checks.extend((ask, leg) for ask in (Ask.PERSON, Ask.NUMBER) for leg in gives)
        self._go(flight)

    def take(self, flight: Flight, answer: Answer) -> None:
        """Conclude from an answer; the first are Teams' view of the people."""
        if isinstance(answer, PersonAnswer):
            self._person(flight, answer)
        else:
            super().take(flight, answer)

    def before(self, flight: Flight, said: GraphNumber | None) -> None:
        """A look at a number, before a request or in the end."""
        seen = flight.seen
        text = seen.look or flight.leg.number
        seen.shown[text], seen.fresh = said, text
        if seen.checks:
            _, leg = seen.checks.popleft()
            code, why = self._not_to_be_had(flight, leg, said)
            if code:
                self._abandon(flight, code, why, said)
                return
        self._go(flight)

    def result(self, flight: Flight, said: GraphNumber | None) -> None:
        """The look at the number after its leg was sent."""
        leg, change = flight.leg, flight.change
        flight.seen.shown[leg.number] = said
        holder = flight.seen.holder(leg.number)
        clear = flight.refusal is not None and not change.doubtful
        if self._is_done(flight, leg):
            self._done(flight)
        elif holder and holder != leg.person and (clear or leg.takes or self.settled(flight)):
            self._fail(flight, "found_other_holder", f"Teams shows {leg.number} on {holder}")
        elif clear:
            self._after_refusal(flight)
        elif self._hopeless(flight):
            self._fail(flight, "given_up", f"{_wish(leg)} stayed unknown")
        else:
            self.look_again(flight, repeat=not holder or leg.takes)

    def refused(self, flight: Flight, error: GiveUp) -> None:
        """Microsoft's clear no: what Teams shows decides, for it may be done all the same."""
        flight.refusal = error
        flight.looks = 0
        self.next(flight, Ask.RESULT, 0.0)

    def cancel(self, flight: Flight, ending: Ending, code: str, text: str) -> None:
        """Nothing reached Microsoft: everything is as it was."""
        call_off(flight.change, clock.now(), code, text)
        self.end(flight, ending, text)

    def halt(self, flight: Flight) -> None:
        """The run ends before this change does; what is half done is the next run's."""
        if flight.ask is Ask.SEND:
            intend.mark_unsent(flight.change)
        super().halt(flight)

    def send(self, flight: Flight, after: float = 0.0) -> None:
        """Let the request of the leg leave; if not at once, look at its number again right before."""
        if not self.shared.finishing:
            self.in_doubt(flight)
        elif after:
            self._look(flight, flight.leg.number, after)
        else:
            super().send(flight)

    def may_repeat(self) -> bool:
        """An administrator wanted it, so it goes on in every mode in which anything is sent at all."""
        return self.shared.finishing

    def in_doubt(self, flight: Flight) -> None:
        """Leave it to the next run, and say how far it has come."""
        how = "is being undone" if flight.change.back else "is not done yet"
        self.end(flight, Ending.IN_DOUBT, f"it {how}, the next sync goes on; {self._standing(flight)}")

    def _go(self, flight: Flight) -> None:
        """The next question: a look that is still needed, or the request of the leg, or the end."""
        seen, change = flight.seen, flight.change
        if seen.checks:
            ask, flight.leg = seen.checks[0]
            seen.look = flight.leg.number
            self.next(flight, ask, 0.0)
            return
        flight.leg = leg = current(change)
        unseen = [text for text in _texts(flight) if text not in seen.shown]
        if change.leg >= len(script(change)):
            self._finish(flight)
        elif unseen and (change.back or not leg.takes):
            self._look(flight, unseen[0])
        elif change.back and is_reached(change, seen):
            intend.mark_leg(change, len(script(change)))  # late, but it was carried out
            self._finish(flight)
        elif seen.fresh != leg.number:
            self._look(flight, leg.number)
        else:
            self._act(flight, leg)

    def _act(self, flight: Flight, leg: Leg) -> None:
        """The number of the leg was looked at just now."""
        said, holder = flight.seen.shown[leg.number], flight.seen.holder(leg.number)
        others = [text for text in _texts(flight) if flight.seen.holder(text) == leg.person]
        if self._is_done(flight, leg):
            if self._first_seen_gone(flight, leg):
                self._look(flight, leg.number, SECOND_LOOK)
            else:
                self._done(flight)
        elif holder and holder != leg.person:
            self._fail(flight, "found_other_holder", f"Teams shows {leg.number} on {holder}")
        elif leg.takes and said is not None and said.is_on_premises:
            self._fail(flight, "on_premises", f"{leg.number} is set in the on-premises directory")
        elif not leg.takes and others:
            self._fail(flight, "holds_in_teams", f"Teams shows {others[0]} on the person")
        elif not leg.takes and not flight.change.back and not _would_give(leg, said):
            self._fail(flight, "not_free", f"Teams would not give {leg.number} now")
        else:
            self.send(flight)

    def _is_done(self, flight: Flight, leg: Leg) -> bool:
        """Whether Teams shows what the leg is for. A number that was to be taken may be where it is to go already."""
        holder = flight.seen.holder(leg.number)
        if not leg.takes:
            return holder == leg.person
        if flight.change.back:
            return holder != leg.person
        heirs = {to.person for to in forward(flight.change) if not to.takes and to.number == leg.number}
        return not holder or holder in heirs

    def _first_seen_gone(self, flight: Flight, leg: Leg) -> bool:
        """Whether a number that is to be taken, and that we did not ask for, was shown on nobody for the first time: one
        empty answer may be wrong, and giving the other number then would make two."""
        change, seen = flight.change, flight.seen
        if change.back or not leg.takes or seen.holder(leg.number) or leg.number in seen.gone:
            return False
        seen.gone.add(leg.number)
        return not change.asked >> change.leg & 1

    def _done(self, flight: Flight) -> None:
        change = flight.change
        intend.mark_leg(change, change.leg + 1, settings.SETTLE if flight.leg.takes else None)
        self._next_leg(flight)

    def _fail(self, flight: Flight, code: str, why: str) -> None:
        """The leg comes to nothing: undo what was done; when that fails itself, go on undoing the rest."""
        change, leg = flight.change, flight.leg
        if change.back:
            intend.mark_leg(change, change.leg + 1, settings.SETTLE if leg.takes else None)
        elif not change.asked:
            self._abandon(flight, code, why, flight.seen.shown.get(leg.number))
            return
        else:
            intend.turn_back(change, code, why, giving_doubted=change.doubtful and not leg.takes)
            flight.seen.shown.clear()
        self._next_leg(flight)

    def _next_leg(self, flight: Flight) -> None:
        flight.refusal, flight.looks, flight.waited, flight.seen.fresh = None, 0, 0, ""
        self._go(flight)

    def _after_refusal(self, flight: Flight) -> None:
        """Some refusals are gone after a moment; any other, and one that stays, ends the leg."""
        change, leg, error = flight.change, flight.leg, flight.refusal
        if isinstance(error, GiveUp) and error.code in OFTEN_PASSES and change.attempts < ATTEMPTS:
            intend.mark_refused(change)
            flight.refusal = None
            self._look(flight, leg.number, 2.0**change.attempts)
            return
        concerns_number = isinstance(error, GiveUp) and error.concerns == "number" and not leg.takes
        code = "refused_by_microsoft" if concerns_number else "refused"
        raw = error.raw if isinstance(error, GiveUp) and error.raw else str(error)
        self._fail(flight, code, f"{_wish(leg)} was refused: {raw}")

    def _hopeless(self, flight: Flight) -> bool:
        """The settle time has passed. What Microsoft says to have given may still show: nothing else is sent so long."""
        change = flight.change
        if not self.settled(flight) or flight.leg.takes or change.phase != Phase.SUCCEEDED:
            return self.settled(flight)
        open_item(self.tenant_id, "in_doubt", clock.now(), person=flight.leg.person, number=flight.leg.number)
        return change.sent_at is not None and clock.now() - change.sent_at >= LATE

    def _finish(self, flight: Flight) -> None:
        """All legs are done with: look once more where one may have been carried out late, and conclude."""
        change, seen = flight.change, flight.seen
        watch = change.watch_until if change.back or change.kind == Kind.SWAP else None
        if (change.back or watch) and not seen.final:
            seen.shown.clear()
            seen.final = True
        unseen = [text for text in _texts(flight) if text not in seen.shown]
        legs = [(index, leg) for index, leg in enumerate(script(change)) if not leg.takes]
        lost = [index for index, leg in legs if not unseen and not seen.holder(leg.number)]
        if unseen:
            self._look(flight, unseen[0])
        elif watch and lost:
            intend.mark_again(change, lost[0])
            seen.final = False
            self._next_leg(flight)
        elif watch and clock.now() < watch:
            self.in_doubt(flight)
        else:
            ending, text = conclude(change, clock.now(), seen)
            self.end(flight, ending, text)
            if flight.earlier and ending is Ending.PUT_BACK:
                tell_undone(change, clock.now(), text)

    def _look(self, flight: Flight, number: str, after: float = 0.0) -> None:
        flight.seen.look, flight.seen.fresh = number, ""
        self.next(flight, Ask.NUMBER, after)

    def _person(self, flight: Flight, answer: PersonAnswer) -> None:
        """Whether Teams would give this person the number, and shows no number on them that we do not know of."""
        _, leg = flight.seen.checks.popleft()
        configuration = answer.configuration
        own = set(_texts(flight))
        lines = (configuration.telephone_numbers if configuration is not None else None) or ()
        primary = {_e164(one.telephone_number) for one in lines if one.assignment_category in (None, PRIMARY)}
        strange = [
            said
            for said in answer.numbers
            if category_of(said) == PRIMARY and said.telephone_number not in own
        ]
        if configuration is None or not configuration.has_phone_system:
            self._abandon(flight, "not_ready", NO_PHONE_SYSTEM)
        elif leg.type == NumberType.CALLING_PLAN and not configuration.has_calling_plan:
            self._abandon(flight, "not_ready", NO_CALLING_PLAN)
        elif strange:
            text = strange[0].telephone_number
            self._abandon(flight, "holds_in_teams", f"Teams shows {text} on this person", strange[0])
        elif primary - own:
            self._abandon(flight, "not_ready", UNNAMED_LINE)
        else:
            self._go(flight)

    def _not_to_be_had(self, flight: Flight, leg: Leg, said: GraphNumber | None) -> tuple[str, str]:
        """Why a number can not be given in the end, as a code and a sentence; empty when it can."""
        holder = flight.seen.holder(leg.number)
        takers = {one.person for one in forward(flight.change) if one.takes and one.number == leg.number}
        if holder and holder not in {*takers, leg.person}:
            return "found_other_holder", f"Teams shows {leg.number} on {holder}"
        if said is not None and said.is_on_premises:
            return "on_premises", f"{leg.number} is set in the on-premises directory"
        if said is not None and holder and category_of(said) != PRIMARY:
            return "not_primary", f"Teams shows {leg.number} as a line of another kind"
        if not holder and not _would_give(leg, said):
            return "not_free", f"Teams would not give {leg.number} now"
        return "", ""

    def _abandon(self, flight: Flight, code: str, why: str, said: GraphNumber | None = None) -> None:
        """Nothing was sent: everything stays as it is, and what Teams shows otherwise is recorded."""
        self.cancel(flight, ENDINGS.get(code, Ending.TAKEN), code, why)
        if said is not None:
            self.record((said,))

    def _standing(self, flight: Flight) -> str:
        return standing(flight.change, flight.seen)

    def _sent(self, flight: Flight) -> bool:
        return bool(flight.change.asked)

    def _leave(self, flight: Flight, error: GraphError) -> None:
        if flight.ask is Ask.SEND:
            intend.mark_unsent(flight.change)
        super()._leave(flight, error)


def _texts(flight: Flight) -> tuple[str, ...]:
    """The numbers that the change is about."""
    return tuple(dict.fromkeys(leg.number for leg in forward(flight.change)))


def _would_give(leg: Leg, said: GraphNumber | None) -> bool:
    """Whether Teams shows the number as one that it would give; it need not list Direct Routing numbers."""
    return leg.type == NumberType.DIRECT_ROUTING if said is None else is_free(said, leg.type)


def _e164(text: str) -> str:
    return f"+{text.removeprefix('tel:').removeprefix('+')}"


def _wish(leg: Leg) -> str:
    return f"Taking {leg.number} back" if leg.takes else f"Giving {leg.number}"
