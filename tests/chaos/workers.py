"""Tenants with a simulator each, and the worker processes that serve them."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from numberline import clock
from numberline.assignments.models import Assignment, Change
from numberline.audit.verify import verify
from numberline.inventory.models import Range
from numberline.jobs.models import Due
from numberline.runs.models import Run
from tests import factories as make
from tests.runs.office import LICENCE, Office
from tests.support import programs, quick
from tests.support.command import Command

SETTLE = 3
ENVIRONMENT = {
    "NUMBERLINE_SETTLE": f"{SETTLE}s",
    "NUMBERLINE_GRAPH_RATES": "reads=200,writes=100,writes_most=200,rise=50,patience=20",
}
NUMBERS = 150
LIMITS = {"assign": 10_000, "change": 10, "release": 10_000, "percent": 100, "most": 10_000}


@dataclass
class Firm:
    """A tenant, its people, and who of them is to have a number."""

    office: Office
    joined: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def join(self, count: int) -> None:
        """So many people come."""
        person = {
            "city": "London",
            "officeLocation": "Park Lane",
            "usageLocation": "GB",
            "licences": [LICENCE],
        }
        self.joined += self.office.control.add_people([dict(person) for _ in range(count)])

    def leave(self, count: int) -> None:
        """So many of those who came first lose their licence."""
        for _ in range(count):
            person = self.joined.pop(0)
            self.office.control.unlicense(person, LICENCE)
            self.left.append(person)

    def settled(self) -> bool:
        """Whether everybody has what was decided, in Teams and in our books, and nothing is under way."""
        key = self.office.tenant.pk
        books = dict(Assignment.objects.of(key).filter(until=None).values_list("person", "number__text"))
        if set(books) != set(self.joined) or Change.objects.of(key).filter(open=True).exists():
            return False
        wanted = {person: [books[person]] for person in self.joined} | {person: [] for person in self.left}
        return {person: self.office.control.numbers_of(person) for person in wanted} == wanted

    def told(self) -> str:
        """How things stand, for whoever waited in vain."""
        key = self.office.tenant.pk
        books = set(Assignment.objects.of(key).filter(until=None).values_list("person", flat=True))
        open_ = list(Change.objects.of(key).filter(open=True).values_list("kind", "phase"))
        runs = list(Run.objects.of(key).order_by("-pk").values_list("outcome", "error")[:4])
        due = Due.objects.of(key).values_list("at", "failures").first()
        missing, left = len(set(self.joined) - books), len(set(self.left) & books)
        items = self.office.items()
        return f"{missing} wait, {left} are still to lose theirs, {open_}, due {due} at {clock.now()}, {runs}, {items}"

    def holds(self) -> None:
        """Nothing conflicting was ever sent, and the trail is whole."""
        assert self.office.control.judgement() == []
        verdict = verify(self.office.tenant.pk)
        assert verdict.whole, verdict.findings


@contextmanager
def firms(count: int, numbers: int = NUMBERS) -> Iterator[list[Firm]]:
    """So many tenants with a simulator each, which the workers' limits never hold back."""
    with ExitStack() as opened:
        opened.enter_context(quick.here())
        made = []
        for number in range(count):
            simulator = opened.enter_context(programs.simulator(people=0, seed=number + 1))
            office = Office(simulator, name=f"firm{number}", poll_seconds=2, limits=LIMITS)
            Range.objects.of(office.tenant.pk).update(grace_seconds=0)
            for index in range(20, numbers):
                make.number(office.tenant, f"+44207946{index:04}", office.range)
            office.control.judge(settle_seconds=SETTLE)
            office.control.open_question(direct_routing_after_licence="stuck")
            made.append(Firm(office))
        yield made


class Workers:
    """Processes that work, of which some are killed and started anew."""

    def __init__(self, cli: Command, count: int, program: str) -> None:
        self._cli, self._line = cli, [*programs.warm(program), "worker"]
        self.all = [self._start() for _ in range(count)]

    def kill(self, index: int) -> None:
        """End one as a power cut would, and start another in its place."""
        self.all[index].kill()
        self.all[index].communicate()
        self.all[index] = self._start()

    def tend(self) -> bool:
        """Start those anew that found no database when they were started, as whoever runs them would; nothing else ends one."""
        for index, process in enumerate(self.all):
            if process.poll() is not None:
                _, told = process.communicate()
                assert (process.returncode, "can't be reached" in told) == (1, True), told
                self.all[index] = self._start()
        return True

    def end(self) -> None:
        """Tell all to end, which they do in good order."""
        for process in self.all:
            process.send_signal(signal.SIGTERM)
        for process in self.all:
            _, told = process.communicate(timeout=30)
            assert process.returncode == 0, told

    def _start(self) -> subprocess.Popen[str]:
        return self._cli.start_line(self._line, env=ENVIRONMENT)


def eventually(check: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes true within so many seconds."""
    end = clock.monotonic() + seconds
    while not check():
        if clock.monotonic() > end:
            return False
        time.sleep(0.2)
    return True
