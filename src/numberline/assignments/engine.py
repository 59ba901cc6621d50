"""Carrying changes out: many at once, each in its own steps, with the database on this thread alone.

The main thread owns every decision and every transaction; worker threads only talk to Microsoft. Nothing is
held open across a call: the intent is committed, the call made, the answer committed.
"""

import heapq
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

from django.db import IntegrityError

from numberline import clock
from numberline.assignments.calls import Answer, call
from numberline.assignments.changing import Changing
from numberline.assignments.flight import Ask, Ending, Flight
from numberline.assignments.found import mark_changed, reconcile_holders
from numberline.assignments.giving import Giving
from numberline.assignments.intend import Intent, claim
from numberline.assignments.models import Kind
from numberline.assignments.steps import Shared, Steps
from numberline.assignments.stopsign import StopSign
from numberline.assignments.taking import Taking
from numberline.audit.record import Cause
from numberline.graph.client import GraphClient
from numberline.graph.errors import GraphError, Stop
from numberline.graph.types import GraphNumber
from numberline.inventory.membership import Homes
from numberline.inventory.moves import NumberMoved
from numberline.inventory.teams import take_page
from numberline.tenants.models import Tenant

WORKERS = 32
IN_FLIGHT = 96
LAST_SECONDS = 10.0
"""For how long a run that was told to end looks for the results of what it has sent."""
NOT_SENT = object()
"""In place of an answer: the run was stopped before the request left."""
BEFORE = frozenset({Ask.PERSON, Ask.NUMBER, Ask.SEND})
"""What is asked before a number's request has left."""


@dataclass(slots=True)
class Evidence:
    """Until when (monotonic seconds) the last whole listing says well enough which numbers are free."""

    until: float = 0.0


@dataclass(slots=True)
class Carried:
    """What became of the changes of one run. `stopped` is why it ended early, if it did."""

    flights: list[Flight] = field(default_factory=list)
    stale: list[Intent] = field(default_factory=list)
    stopped: Stop | None = None

    def ended(self, *endings: Ending) -> list[Flight]:
        """The flights that ended in one of these ways."""
        return [flight for flight in self.flights if flight.ending in endings]


class Engine:
    """Carries out the changes of one run of one tenant.

    `told` hears of every flight that ended, at once, for progress. `repeating`: what stayed without an answer may be
    sent again; `finishing`: changes of two numbers that are half done go on. Once `stop` is shown nothing more is
    claimed or begun, and what was sent is followed for LAST_SECONDS; what is half done goes on for so long.
    """

    def __init__(
        self,
        tenant: Tenant,
        client: GraphClient,
        cause: Cause,
        evidence: Evidence | None = None,
        told: Callable[[Flight], None] = lambda flight: None,
        repeating: bool = True,
        stop: StopSign | None = None,
        finishing: bool = True,
    ) -> None:
        self._stop = stop or StopSign()
        self._last: float | None = None
        self._tenant = tenant
        self._client = client
        self._cause = cause
        self._evidence = evidence or Evidence()
        self._told = told
        self._shared = Shared(repeating, finishing)
        self._giving = Giving(tenant.pk, self._shared, self._record, self._look_first)
        self._taking = Taking(tenant.pk, self._shared, self._record)
        self._changing = Changing(tenant.pk, self._shared, self._record)
        self._due: list[tuple[float, int, Flight]] = []
        self._order = count()
        self._answers: queue.SimpleQueue[tuple[Flight, Answer | BaseException]] = queue.SimpleQueue()
        self._calling = 0
        self._halted = threading.Event()
        self._carried = Carried()

    def run(self, intents: Iterable[Intent], recovered: Sequence[Flight] = ()) -> Carried:
        """Finish what was open, then carry out the intents in their order, unless told to stop meanwhile."""
        waiting = deque(intents)
        for flight in recovered:
            self._push(flight)
        pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="graph")
        try:
            with self._stop.heeded():
                while (waiting or self._due or self._calling) and not self._at_last(waiting):
                    self._begin(waiting)
                    self._dispatch(pool)
                    self._listen()
        finally:
            pool.shutdown(wait=not self._late, cancel_futures=True)
        self._carried.stopped = self._shared.stopped
        return self._carried

    @property
    def _late(self) -> bool:
        """Whether the run was told to end, and the time for that is up."""
        return self._last is not None and clock.monotonic() >= self._last

    def _at_last(self, waiting: deque[Intent]) -> bool:
        """Once told to stop: drop what was not claimed, take back what was not sent, and give whether time is up.

        Calls that have no answer by then are left to themselves: their rows say what was asked.
        """
        if not self._stop.asked:
            return False
        waiting.clear()
        self._last = clock.monotonic() + LAST_SECONDS if self._last is None else self._last
        late, due, self._due = self._late, self._due, []
        for _, _, flight in due:
            if late or (flight.ask in BEFORE and not flight.half_done):
                self._steps(flight).halt(flight)
            self._settle(flight)
        return late

    def _begin(self, waiting: deque[Intent]) -> None:
        """Claim numbers for as many as may be under way at once; those under way go first."""
        if self._shared.stopped:
            waiting.clear()
        while waiting and self._calling + len(self._due) < IN_FLIGHT:
            intent = waiting.popleft()
            now = clock.monotonic()
            try:
                change = claim(self._tenant.pk, intent, clock.now(), self._cause)
            except (NumberMoved, IntegrityError):
                self._carried.stale.append(intent)
                mark_changed(self._tenant.pk, [intent.person, intent.partner])
                continue
            number = change.number
            flight = Flight(change, number.text, number.type, intent.upn, Ask.PERSON, now, now)
            self._steps(flight).begin(flight)
            self._push(flight)

    def _dispatch(self, pool: ThreadPoolExecutor) -> None:
        now = clock.monotonic()
        while self._due and self._due[0][0] <= now:
            flight = heapq.heappop(self._due)[2]
            self._calling += 1
            pool.submit(self._ask, flight)

    def _ask(self, flight: Flight) -> None:
        """On a worker thread. Once Microsoft or somebody here has stopped the run, nothing is sent any more."""
        answer: Answer | BaseException = NOT_SENT
        try:
            ending = self._halted.is_set() or (self._stop.asked and not flight.half_done)
            if not (flight.ask is Ask.SEND and ending):
                answer = call(self._client, flight)
        except BaseException as error:  # noqa: BLE001 - handed to the main thread, which raises it
            answer = error
            if isinstance(error, Stop):
                self._halted.set()
        self._answers.put((flight, answer))

    def _listen(self) -> None:
        """Wait for an answer, at most until the next question is due, and conclude from all that came."""
        pause = 0.5 if not self._due else max(0.0, min(0.5, self._due[0][0] - clock.monotonic()))
        if not self._calling:
            clock.sleep(pause if self._due else 0.0)
            return
        try:
            flight, answer = self._answers.get(timeout=pause) if pause else self._answers.get_nowait()
        except queue.Empty:
            return
        while True:
            self._calling -= 1
            self._conclude(flight, answer)
            try:
                flight, answer = self._answers.get_nowait()
            except queue.Empty:
                return

    def _conclude(self, flight: Flight, answer: Answer | BaseException) -> None:
        steps = self._steps(flight)
        if answer is NOT_SENT:
            steps.halt(flight)
        elif isinstance(answer, GraphError):
            steps.fail(flight, answer)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            steps.take(flight, answer)
        self._settle(flight)

    def _steps(self, flight: Flight) -> Steps:
        match flight.change.kind:
            case Kind.ASSIGN:
                return self._giving
            case Kind.RELEASE:
                return self._taking
        return self._changing

    def _settle(self, flight: Flight) -> None:
        """Go on with a flight, or note how it ended."""
        if flight.ending is None:
            self._push(flight)
            return
        self._carried.flights.append(flight)
        mark_changed(self._tenant.pk, [flight.person, flight.change.partner])
        self._told(flight)

    def _push(self, flight: Flight) -> None:
        heapq.heappush(self._due, (flight.due, next(self._order), flight))

    def _look_first(self, flight: Flight) -> bool:
        return clock.monotonic() >= self._evidence.until

    def _record(self, said: tuple[GraphNumber, ...]) -> None:
        """Write down what Teams showed of some numbers on the way, and who holds them."""
        now = clock.now()
        page = take_page(self._tenant, said, Homes.load(self._tenant.pk), now)
        reconcile_holders(self._tenant, now, self._cause, page.seen)
