"""The demo's company: a simulated tenant in a process of its own, connected as anybody would connect a real one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from numberline import clock
from numberline.accounts.actor import at_terminal
from numberline.audit.record import Cause
from numberline.cli.demo import lines
from numberline.cli.demo.joiners import Kind
from numberline.cli.demo.kinds import kinds
from numberline.cli.demo.place import Ended
from numberline.cli.output import plural
from numberline.inventory.config_apply import apply
from numberline.inventory.configfile import read_file
from numberline.runs.sync import sync
from numberline.simulator.process import SimulatorProcess, start
from numberline.tenants.connect import Request, connect
from numberline.tenants.credentials import Secret
from numberline.tenants.mode import set_mode
from numberline.tenants.models import Tenant

OPERATION_SECONDS = (0.4, 1.6)
"""How long Teams takes to assign a number in the demo."""
WAITING = 12
"""About how many people of before wait for a number: few, because they are served before whoever joins."""


@dataclass(frozen=True, slots=True)
class Company:
    """The connected company: its simulator, its tenant (by primary key), and who may join it."""

    simulator: SimulatorProcess
    tenant_id: int
    name: str
    domain: str
    kinds: list[Kind]


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells how the company comes about, and stops it as soon as `end` is set: then every call raises Ended."""

    seconds: Callable[[], float]
    end: Event

    def say(self, text: str) -> None:
        """A line about what has been done."""
        lines.say(self.seconds(), "demo", text)
        self.step("", 0, None)

    def step(self, name: str, done: int, total: int | None) -> None:
        """The progress of the first sync (numberline.runs.progress.Progress)."""
        if self.end.is_set():
            raise Ended

    def event(self, kind: str, text: str, **facts: object) -> None:
        """Nothing of a company's first sync is worth a line."""


@contextmanager
def opened(folder: Path, people: int, seed: int, port: int, telling: Telling) -> Iterator[Company]:
    """Start the company, connect it, declare its ranges, read it once, and switch automation on. Raises Ended."""
    configuration = folder / "contoso.yaml"
    waiting = min(1.0, WAITING / people)
    with start(people=people, seed=seed, port=port, joiners=waiting, write_config=configuration) as simulator:
        telling.say(
            f"A simulated company of {plural(people, 'person', 'people')} answers at {simulator.url}."
        )
        simulator.control.faults(operation_seconds=list(OPERATION_SECONDS))
        cause = Cause(at_terminal(), reason="demo")
        done = connect(_request(simulator), clock.now(), cause)
        telling.say(
            f"Connected {done.tenant.name} ({done.organisation}) in mode {done.tenant.mode}; data in {folder}."
        )
        _begin(done.tenant, configuration, cause, telling)
        yield Company(simulator, done.tenant.pk, done.organisation, done.domain, kinds(done.organisation))


def _begin(tenant: Tenant, configuration: Path, cause: Cause, telling: Telling) -> None:
    """Declare, read without changing anything, then switch automation on."""
    observing = read_file(configuration).replace("mode: full", "mode: observe", 1)
    changes = apply(observing, cause=cause, at=clock.now())
    ranges = plural(len(changes.ranges_added), "range")
    telling.say(f"Declared {ranges} with their rules, from {configuration.name}.")
    tenant.refresh_from_db()
    read = sync(tenant, actor=cause.actor, progress=telling)
    people, numbers = plural(read.people, "person", "people"), plural(read.numbers, "number")
    telling.say(f"Read {people} and {numbers} in {read.seconds:.1f} s.")
    set_mode(tenant, "full", clock.now(), cause)
    waiting = plural(read.held, "person", "people")
    telling.say(f"Mode full: {waiting} of before, and whoever joins from now on, get their numbers.")
    folder = configuration.parent
    telling.say(
        f"Look around in another terminal: NUMBERLINE_DATA_DIR={folder} numberline person list {tenant.name}"
    )


def _request(simulator: SimulatorProcess) -> Request:
    return Request(
        name="contoso",
        entra_id=simulator.tenant_id,
        client_id=simulator.client_id,
        secret=Secret(client_secret=simulator.client_secret),
        graph_url=simulator.url,
        login_url=simulator.url,
        ca_pem=Path(simulator.ca_file).read_text(encoding="utf-8"),
    )
