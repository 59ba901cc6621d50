"""Going on after a process that ended in the middle: every open change is read from its row."""

from datetime import datetime

from numberline import clock
from numberline.assignments.conclude import cancel, put_back
from numberline.assignments.flight import Ask, Flight
from numberline.assignments.found import mark_changed
from numberline.assignments.legs import current
from numberline.assignments.models import Change, Kind, Phase
from numberline.assignments.outcome import call_off
from numberline.assignments.undone import tell_undone
from numberline.directory.models import Person

FIRST = {
    Phase.INTENDED: Ask.NUMBER,
    Phase.SENDING: Ask.RESULT,
    Phase.ACCEPTED: Ask.OPERATION,
    Phase.SUCCEEDED: Ask.RESULT,
}
TAKEN_BACK = {
    Kind.ASSIGN: cancel,
    Kind.RELEASE: put_back,
    Kind.CHANGE: call_off,
    Kind.SWAP: call_off,
}


def recover(tenant_id: int, at: datetime) -> list[Flight]:
    """Take back what was surely never sent, and give flights for what may have reached Microsoft."""
    flights: list[Flight] = []
    rows = Change.objects.of(tenant_id).filter(open=True, leader=None).order_by("pk")
    for change in list(rows.select_related("number", "from_number")):
        if change.phase == Phase.INTENDED and not change.asked:
            TAKEN_BACK[Kind(change.kind)](
                change, at, "never_sent", "the process ended before the request was sent"
            )
            tell_undone(change, at, "the process ended before the request was sent")
            mark_changed(tenant_id, [change.person, change.partner])
            continue
        if change.phase == Phase.SENDING and not change.doubtful:
            # Nobody heard the answer to this attempt: the process that sent it is gone.
            change.doubtful = True
            change.save(update_fields=["doubtful"])
        person = Person.objects.of(tenant_id).filter(object_id=change.person).first()
        now = clock.monotonic()
        number = change.number
        first = FIRST[Phase(change.phase)]
        flight = Flight(change, number.text, number.type, str(person or ""), first, now, now, earlier=True)
        flight.leg = current(change)
        flights.append(flight)
    return flights
