"""The demo's company: a simulated tenant in a process of its own, connected as anybody would connect a real one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event

from numberline import clock
from numberline.accounts.actor import at_terminal
from numberline.audit.record import Cause
from numberline.cli.demo import lines
from numberline.cli.demo.history import DAYS, Month
from numberline.cli.demo.joiners import Kind, Names
from numberline.cli.demo.kinds import kinds
from numberline.cli.demo.place import Ended
from numberline.cli.demo.signing import SignIn, colleague, owner
from numberline.cli.output import plural
from numberline.inventory.config_apply import apply
from numberline.inventory.configfile import read_file
from numberline.runs.sync import sync
from numberline.simulator.process import SimulatorProcess, start
from numberline.tenants.connect import Request, connect
from numberline.tenants.credentials import Secret, forget_rates
from numberline.tenants.mode import set_mode
from numberline.tenants.models import Tenant

LIMITS = "limits: {assign: 100000}\n"
"""More than can join in a day, so that a demo that runs for days is not held by the limit of a real tenant."""
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
    names: Names
    sign_in: SignIn


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


@dataclass(frozen=True, slots=True)
class Wish:
    """Which company: how many people, of which seed, on which port, and with a month behind it or new."""

    people: int
    seed: int
    port: int
    history: bool


@contextmanager
def opened(folder: Path, wish: Wish, telling: Telling) -> Iterator[Company]:
    """Start the company, connect it, declare its ranges, read it once, switch automation on, and let it live through
    the last month. Raises Ended."""
    people, configuration = wish.people, folder / "contoso.yaml"
    behind = timedelta(days=DAYS if wish.history else 0)
    with start(
        people=people,
        seed=wish.seed,
        port=wish.port,
        joiners=min(1.0, WAITING / people),
        write_config=configuration,
        behind=behind.total_seconds(),
    ) as simulator:
        telling.say(
            f"A simulated company of {plural(people, 'person', 'people')} answers at {simulator.url}."
        )
        with ExitStack() as past:
            time = past.enter_context(clock.travel(clock.now() - behind)) if wish.history else None
            company, tenant = _connected(simulator, folder, wish, telling)
            if time is not None:
                _live(company, tenant, configuration, time, telling)
                forget_rates()
        simulator.control.faults(operation_seconds=list(OPERATION_SECONDS))
        yield company


def _connected(
    simulator: SimulatorProcess, folder: Path, wish: Wish, telling: Telling
) -> tuple[Company, Tenant]:
    cause = Cause(at_terminal(), reason="demo")
    done = connect(_request(simulator), clock.now(), cause)
    telling.say(
        f"Connected {done.tenant.name} ({done.organisation}) in mode {done.tenant.mode}; data in {folder}."
    )
    _begin(done.tenant, folder / "contoso.yaml", cause, telling)
    who = kinds(done.organisation)
    sign_in = owner(done.domain, cause)
    company = Company(
        simulator, done.tenant.pk, done.organisation, done.domain, who, Names(wish.seed), sign_in
    )
    return company, done.tenant


def _live(
    company: Company, tenant: Tenant, configuration: Path, time: clock.FakeClock, telling: Telling
) -> None:
    """The month that is behind, to its end: the present."""
    tenant.refresh_from_db()
    month = Month(
        company.simulator.control,
        tenant,
        colleague(tenant, company.domain),
        [kind for kind in company.kinds if not kind.odd],
        company.domain,
        company.names,
        read_file(configuration),
        time,
        telling,
    )
    began = telling.seconds()
    month.live()
    company.simulator.control.advance(DAYS * 86_400.0)
    joined, left = plural(len(month.people), "person", "people"), month.left
    telling.say(f"Lived a month in {telling.seconds() - began:.1f} s: {joined} joined, {left} left.")


def _begin(tenant: Tenant, configuration: Path, cause: Cause, telling: Telling) -> None:
    """Declare, read without changing anything, then switch automation on."""
    observing = read_file(configuration).replace("mode: full", "mode: observe", 1)
    observing = observing.replace("ranges:\n", f"{LIMITS}ranges:\n", 1)
    changes = apply(observing, cause=cause, at=clock.now())
    ranges = plural(len(changes.ranges_added), "range")
    telling.say(f"Declared {ranges} with their rules, from {configuration.name}.")
    tenant.refresh_from_db()
    began = telling.seconds()
    read = sync(tenant, actor=cause.actor, progress=telling)
    people, numbers = plural(read.people, "person", "people"), plural(read.numbers, "number")
    telling.say(f"Read {people} and {numbers} in {telling.seconds() - began:.1f} s.")
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
