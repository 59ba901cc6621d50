"""Taking a number back: what each answer of Microsoft's means for the change, and what is asked next.

Microsoft's unassignNumber is keyed on the number alone, so whose it is is looked up right before every request; what
is somebody else's by now is never touched (Microsoft: numberassignment-unassignnumber).
"""

from collections.abc import Callable

from numberline import clock
from numberline.assignments import conclude
from numberline.assignments.claims import BY_HAND
from numberline.assignments.flight import Ask, Ending, Flight
from numberline.assignments.holders import category_of, is_ours
from numberline.assignments.models import Phase
from numberline.assignments.steps import Shared, Steps
from numberline.assignments.undone import tell_undone
from numberline.graph.errors import GiveUp
from numberline.graph.types import GraphNumber
from numberline.worklist.items import open_item


class Taking(Steps):
    """Taking a number back from the person who holds it.

    `record` is told what Teams shows of a number that turned out not to be ours (numberline.assignments.found).
    """

    def __init__(
        self, tenant_id: int, shared: Shared, record: Callable[[tuple[GraphNumber, ...]], None]
    ) -> None:
        super().__init__(tenant_id, shared)
        self.record = record

    def begin(self, flight: Flight) -> None:
        """Whose the number is."""
        self.next(flight, Ask.NUMBER, 0.0)

    def before(self, flight: Flight, said: GraphNumber | None) -> None:
        """Ask only while Teams shows it on this very person; Microsoft may have freed it already."""
        if said is None or not said.holder:
            conclude.released(flight.change, clock.now(), asked=False)
            self.end(flight, Ending.RELEASED, "")
        elif said.holder != flight.person:
            self._somebody_elses(flight, said)
        elif said.is_on_premises:
            self.cancel(
                flight, Ending.REFUSED, "on_premises", "the number is set in the on-premises directory"
            )
        elif not is_ours(self.tenant_id, flight.number):
            # Somebody set it in Teams. It was to be recorded as freed, and is shown on them again (M19).
            text = "it was set in Teams directly and is not taken back until it is adopted"
            self.cancel(flight, Ending.REFUSED, "not_adopted", text)
            self.record((said,))
        else:
            self.send(flight)

    def result(self, flight: Flight, said: GraphNumber | None) -> None:
        """Teams shows the number on nobody, on somebody else, or still on the person."""
        if said is None or not said.holder:
            conclude.released(flight.change, clock.now(), asked=True)
            self.end(flight, Ending.RELEASED, "")
        elif said.holder != flight.person:
            self._somebody_elses(flight, said)
        elif flight.refusal is not None and not flight.change.doubtful:
            self._stays(flight, flight.refusal)
        elif self.settled(flight):
            self._still_shown(flight)
        else:
            self.look_again(flight, repeat=True)

    def refused(self, flight: Flight, error: GiveUp) -> None:
        """Microsoft's clear no: what Teams shows decides, for the number may be free all the same."""
        flight.refusal = error
        flight.looks = 0
        self.next(flight, Ask.RESULT, 0.0)

    def cancel(self, flight: Flight, ending: Ending, code: str, text: str) -> None:
        """The number stays with the person."""
        conclude.put_back(flight.change, clock.now(), code, text)
        if flight.earlier:
            tell_undone(flight.change, clock.now(), text)
        self.end(flight, ending, text)

    def _still_shown(self, flight: Flight) -> None:
        """The settle time has passed: a success that Teams does not show needs a human, the rest is tried anew."""
        if flight.change.phase != Phase.SUCCEEDED:
            self.cancel(flight, Ending.CANCELLED, "given_up", "Teams still shows it on the person")
            return
        text = "Microsoft says it was taken back, Teams still shows it"
        if _by_hand(flight):
            text += ": release it again"
        self.cancel(flight, Ending.REFUSED, "stuck_on_person", text)
        if not _by_hand(flight):
            open_item(
                self.tenant_id, "stuck_on_person", clock.now(), person=flight.person, number=flight.number
            )

    def _stays(self, flight: Flight, refusal: Exception) -> None:
        raw = (refusal.raw if isinstance(refusal, GiveUp) else "") or ""
        if _by_hand(flight):
            said = f' (Microsoft\'s text: "{raw}")' if raw else ""
            text = f"{str(refusal).rstrip('.')}{said}; the number stays: release it again"
            self.cancel(flight, Ending.REFUSED, "release_refused", text)
            return
        self.cancel(flight, Ending.REFUSED, "release_refused", str(refusal))
        open_item(
            self.tenant_id,
            "release_refused",
            clock.now(),
            person=flight.person,
            number=flight.number,
            detail=raw or str(refusal),
        )

    def _somebody_elses(self, flight: Flight, said: GraphNumber) -> None:
        conclude.passed_on(flight.change, clock.now(), said.holder or "", category_of(said))
        self.end(flight, Ending.TAKEN, f"Teams shows it on {said.holder}")


def _by_hand(flight: Flight) -> bool:
    """Whether an administrator asked for it, who is told by the command, or by an item of its own when that is over: the
    person may well be here and licensed, and what the worklist says of leavers would take a working number away."""
    return flight.change.code == BY_HAND
