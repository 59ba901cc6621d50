"""What an administrator asks for (M14): a pass of its own under the tenant's lock, in every mode, that reads whom and
what it concerns fresh from Microsoft and goes the way of every other change."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from numberline import clock
from numberline.assignments.claims import BY_HAND, Intent
from numberline.assignments.flight import Ending, Flight
from numberline.assignments.found import reconcile_holders
from numberline.assignments.models import Change, Kind
from numberline.assignments.readiness import NO_CALLING_PLAN, NO_PHONE_SYSTEM, UNNAMED_LINE
from numberline.assignments.recover import recover
from numberline.assignments.stopsign import StopSign
from numberline.core.person import Entitlement
from numberline.core.phone import NumberError, parse
from numberline.directory.find import PersonUnknown
from numberline.directory.intake import Intake
from numberline.directory.models import Person
from numberline.graph.errors import Wait
from numberline.graph.types import GraphNumber
from numberline.inventory.find import NumberUnknown, RangeUnknown
from numberline.inventory.membership import Homes
from numberline.inventory.models import Number
from numberline.inventory.teams import take_page
from numberline.overrides.outcome import OverrideRefused
from numberline.planning.alerts import close_settled
from numberline.planning.decide import decide
from numberline.planning.movers import watch_movers
from numberline.runs.applying import carry_intents, carry_out
from numberline.runs.hand_result import DONE, FAILED, IN_DOUBT, HandResult, HandRow
from numberline.runs.passes import Pass, begin, close_run, one_pass, read_new_licences
from numberline.runs.persons import read_person
from numberline.runs.policies import look_after_policies
from numberline.runs.progress import Progress
from numberline.runs.reading import Read
from numberline.tenants.models import Tenant

REFUSALS = (OverrideRefused, NumberUnknown, PersonUnknown, RangeUnknown)
GOOD = {Ending.ASSIGNED, Ending.RELEASED, Ending.CHANGED, Ending.SWAPPED}
GIVEN = GOOD - {Ending.RELEASED}
MOVED = "somebody else has just changed it: look at it and try again"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who asks and why, how long to wait for a run that is busy with the tenant, and whether only to look.

    `shown` says who held which number when it was asked for, by object id, and how the number and the person stood that
    were to come together (numberline.overrides.shown): empty where nobody looked before.
    """

    actor: str
    reason: str
    ticket: str = ""
    wait: float = 0.0
    preview: bool = False
    progress: Progress | None = None
    stop: StopSign | None = None
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Wish:
    """One change that was checked and can be made: what is told of it, and the intent that makes it so."""

    row: HandRow
    intent: Intent
    flight: Flight | None = field(default=None)


@contextmanager
def by_hand(tenant: Tenant, hand: Hand) -> Iterator[Pass]:
    """A pass for what an administrator asks for: what an earlier process left open is finished first.

    Raises TenantBusy. A refusal is how such a pass may well end, and is no failure of the run.
    """
    with one_pass(tenant, "hand", hand.actor, hand.wait, hand.progress, hand.stop) as work:
        try:
            begin(work, clock.now())
            if not hand.preview:
                carry_out(work, (), Read(), recover(work.tenant.pk, clock.now()))
            yield work
        except REFUSALS as error:
            close_run(work.run, "refused", str(error))
            raise
        except Wait as error:
            if Change.objects.of(tenant.pk).filter(run_id=work.run.pk).exists():
                raise
            raise Wait(
                error.code,
                error.cause,
                "nothing was sent, run it again later",
                raw=error.raw,
                status=error.status,
                request_id=error.request_id,
            ) from error


def read_people(work: Pass, *names: str) -> list[Person]:
    """Read these people directly, with the numbers that Teams shows on them. Raises PersonUnknown."""
    intake, keys = Intake(), []
    for name in names:
        read = read_person(work.tenant, work.client, name, clock.now(), work.cause)
        intake.add(read.intake)
        keys.append(read.person)
    if intake.new or intake.changed:
        read_new_licences(work, clock.now())
    rows = Person.objects.of(work.tenant.pk)
    return [rows.get(object_id=key) for key in keys]


def read_number(work: Pass, text: str) -> GraphNumber | None:
    """Ask Teams about one number, and write down what it says and who holds it; None when Teams does not list it.

    Raises NumberUnknown when the text is not a number.
    """
    try:
        wanted = str(parse(text))
    except NumberError as error:
        raise NumberUnknown(str(error)) from error
    said = work.client.number(wanted)
    if said is not None:
        now = clock.now()
        page = take_page(work.tenant, [said], Homes.load(work.tenant.pk), now)
        reconcile_holders(work.tenant, now, work.cause, page.seen)
    return said


def refuse_moved(hand: Hand, number: Number, holder: Person) -> None:
    """Raise OverrideRefused when who holds the number is not who was shown to hold it when this was asked for."""
    if hand.shown and hand.shown.get(number.text) != holder.object_id:
        raise OverrideRefused(
            f"{holder} has {number.text} now, which was not so when this was asked for: look at it and ask again"
        )


def refuse_unready(work: Pass, person: Person, *, holds: bool = False) -> None:
    """Raise OverrideRefused unless Teams shows what the person needs for a number; `holds`: they have one already."""
    seen = work.client.user_configuration(person.object_id)
    missing = ""
    if seen is None or not seen.has_phone_system:
        missing = NO_PHONE_SYSTEM
    elif person.entitlement == Entitlement.CALLING_PLAN and not seen.has_calling_plan:
        missing = NO_CALLING_PLAN
    elif not holds and any(
        line.assignment_category in (None, "primary") for line in seen.telephone_numbers or ()
    ):
        missing = UNNAMED_LINE
    if missing:
        text = missing.replace("this person", str(person))
        raise OverrideRefused(
            f"{text}: try again when it does, up to 24 hours after the licence was assigned"
        )


def wish(
    kind: Kind,
    hand: Hand,
    person: Person,
    number: Number,
    *,
    from_number: str = "",
    partner: Person | None = None,
    location: str = "",
) -> Wish:
    """A change that was checked."""
    row = HandRow(
        action="change" if kind == Kind.SWAP else str(kind.value),
        person=person.object_id,
        upn=person.upn,
        number=number.text,
        from_number=from_number,
        range=number.range.name if number.range is not None else "",
        type=number.type,
        reason=hand.reason,
    )
    intent = Intent(
        person=person.object_id,
        upn=str(person),
        number=number.text,
        location_id=location,
        code=BY_HAND,
        reason=hand.reason,
        kind=kind,
        from_number=from_number,
        partner=partner.object_id if partner is not None else "",
        partner_upn=str(partner) if partner is not None else "",
    )
    return Wish(row, intent)


def carry(work: Pass, hand: Hand, wishes: Sequence[Wish]) -> None:
    """Carry out what was asked for, as automation's changes are, and note on each row what became of it."""
    if not wishes:
        return
    automatic = work.cause
    work.cause = replace(automatic, ticket=hand.ticket)
    carried = carry_intents(work, [one.intent for one in wishes], Read())
    given = {flight.person for flight in carried.flights if flight.ending in GIVEN}
    partners = {one.intent.partner for one in wishes if one.intent.partner and one.intent.person in given}
    if given:
        look_after_policies(work, only=given | partners, sending=True, by_hand=True)
    work.cause = automatic
    flights = {flight.person: flight for flight in carried.flights}
    for one in wishes:
        one.flight = flights.get(one.intent.person)
        one.row.outcome, text = _outcome(one.flight)
        if one.row.outcome != DONE:
            one.row.sentence = f"{one.intent.number} for {one.intent.upn}: {text}"


def _outcome(flight: Flight | None) -> tuple[str, str]:
    if flight is None:
        return FAILED, MOVED
    if flight.ending in GOOD:
        return DONE, ""
    if flight.ending is Ending.IN_DOUBT:
        text = "Microsoft was asked and Teams does not show it yet; the next sync takes it to its end"
        # Of two numbers it says how far they have come: somebody may be without one for the moment.
        return IN_DOUBT, flight.text if flight.change.from_number_id is not None else text
    # Nothing is tried again by itself for a hand.
    return FAILED, flight.text.replace("wait, Numberline tries again", "wait, then run it again")


def finish(work: Pass, hand: Hand, rows: Sequence[HandRow]) -> HandResult:
    """Decide about everybody concerned, so that what is shown of them is so, and end the run."""
    now = clock.now()
    if not hand.preview:
        for person in dict.fromkeys(row.person for row in rows):
            decide(work.tenant, now, only=person)
        close_settled(work.tenant, now)
        watch_movers(work.tenant, now)
    result = HandResult(work.tenant.name, work.run.pk, hand.preview, rows)
    work.run.counts = result.to_json()
    stopped = work.applied.stopped
    close_run(
        work.run,
        "failed" if stopped is not None else "ended" if work.stop.asked else "done",
        str(stopped or ""),
    )
    if stopped is not None:
        raise stopped
    return result
