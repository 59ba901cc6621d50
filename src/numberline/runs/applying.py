"""Carrying out the changes of a plan, and deciding again for those whose number turned out not to be had."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from numberline import clock
from numberline.assignments.engine import Carried, Engine, Evidence
from numberline.assignments.flight import Ending, Flight
from numberline.assignments.intend import Intent
from numberline.assignments.models import Kind
from numberline.assignments.stopsign import StopSign
from numberline.audit.record import Cause
from numberline.core.decision import Action, Decision
from numberline.core.limits import Mode
from numberline.graph.client import GraphClient
from numberline.graph.errors import Stop
from numberline.graph.listing import TOP
from numberline.inventory.teams import last_listing
from numberline.planning.decide import Decided
from numberline.planning.settings import effective_mode
from numberline.runs.listing import number_list
from numberline.runs.progress import Progress
from numberline.runs.reading import Read
from numberline.tenants.models import Tenant

KINDS = {Action.ASSIGN: Kind.ASSIGN, Action.RELEASE: Kind.RELEASE}
ROUNDS = 5
LOOKS_A_PAGE = 5
"""A page of the list costs as much as looking at so many numbers: it holds a thousand, and pages come one by one."""
FRESH = 120.0
"""Seconds for which a whole listing says well enough which numbers are free; then each number is looked at again."""


class Work(Protocol):
    """What a pass offers to this module."""

    tenant: Tenant
    client: GraphClient
    cause: Cause
    progress: Progress
    applied: "Applied"
    stop: StopSign


@dataclass(slots=True)
class Applied:
    """What was done in a run: the flights that ended, the policies that were refused (UPN, policy, why), and why it
    stopped early, if it did."""

    flights: list[Flight] = field(default_factory=list)
    policies_refused: list[tuple[str, str, str]] = field(default_factory=list)
    stopped: Stop | None = None

    def add(self, carried: Carried) -> None:
        """Count in what the engine carried out."""
        self.flights += carried.flights
        self.stopped = self.stopped or carried.stopped


def apply_changes(work: Work, decided: Decided, read: Read, again: Callable[[], Decided]) -> Decided:
    """Carry out the assignments of a plan, deciding anew after each round, so that people whose number was refused
    or taken get the next one within the same run. Gives the last decision."""
    tried: set[tuple[str | None, str | None]] = set()
    for _ in range(ROUNDS):
        if work.applied.stopped is not None or work.stop.asked:
            break
        changes = [d for d in decided.plan.changes if (d.person, d.number) not in tried]
        if not carry_out(work, changes, read):
            break
        tried |= {(d.person, d.number) for d in changes}
        decided = again()
    return decided


def carry_out(work: Work, changes: Iterable[Decision], read: Read, recovered: Sequence[Flight] = ()) -> bool:
    """Carry out these assignments and what an earlier process left open. Gives whether there was anything to do."""
    intents = [intent_of(d) for d in changes if d.action in KINDS]
    if not intents and not recovered:
        return False
    carry_intents(work, intents, read, recovered)
    return True


def carry_intents(
    work: Work, intents: Sequence[Intent], read: Read, recovered: Sequence[Flight] = ()
) -> Carried:
    """Carry out intents, whoever has them, and what an earlier process left open."""
    given = sum(intent.kind == Kind.ASSIGN for intent in intents)
    evidence = _evidence(work, read, given) if given else Evidence()
    # Switched off or to observing meanwhile: what is open is looked after, and nothing is sent.
    mode = effective_mode(work.tenant)
    repeating = bool(intents) or mode in (Mode.ASSIGN, Mode.FULL)
    # What an administrator changes is finished or undone while it is only observed too: somebody is without a number.
    finishing = bool(intents) or mode is not Mode.OFF
    engine = _engine(work, evidence, len(intents) + len(recovered), repeating, finishing)
    carried = engine.run(intents, recovered)
    work.applied.add(carried)
    return carried


def intent_of(decision: Decision) -> Intent:
    """An assignment or a release that was decided, as the engine takes it."""
    return Intent(
        person=decision.person,
        upn=decision.upn or decision.person,
        number=decision.number or "",
        location_id=decision.location_id or "",
        code=str(decision.code),
        reason=decision.reason,
        kind=KINDS[decision.action],
    )


def _evidence(work: Work, read: Read, count: int) -> Evidence:
    """Which numbers are free must be known freshly before any is asked for: reading the whole list again when
    that is quicker than looking at each number, else one look a number (Evidence that has run out)."""
    last = last_listing(work.tenant.pk)
    pages = 1 + (last.count // TOP if last else 0)
    if read.listed_at is not None and clock.monotonic() - read.listed_at < FRESH / 2:
        return Evidence(read.listed_at + FRESH)
    if count <= LOOKS_A_PAGE * pages:
        return Evidence()
    with number_list(work.tenant, work.client, clock.now(), work.cause, work.progress) as listing:
        listing.finish(read)
    return Evidence((read.listed_at or 0.0) + FRESH)


def _engine(work: Work, evidence: Evidence, total: int, repeating: bool, finishing: bool) -> Engine:
    done = 0

    def told(flight: Flight) -> None:
        nonlocal done
        done += 1
        work.progress.step("assigning", done, total)
        kind = "refused"
        if flight.ending in (Ending.ASSIGNED, Ending.RELEASED, Ending.CHANGED, Ending.SWAPPED):
            kind = str(flight.ending.value)
        if flight.ending in (Ending.NOT_READY, Ending.IN_DOUBT, Ending.LEFT):
            kind = "waiting"
        work.progress.event(
            kind,
            flight.text,
            person=flight.person,
            upn=flight.upn,
            number=flight.number,
            ending=str(flight.ending),
        )

    return Engine(work.tenant, work.client, work.cause, evidence, told, repeating, work.stop, finishing)
