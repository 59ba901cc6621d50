"""The demo's company: a simulated tenant in a process of its own, connected as anybody would connect a real one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from numberline import clock
from numberline.accounts.actor import at_terminal
from numberline.audit.record import Cause
from numberline.cli.demo import lines
from numberline.cli.demo.joiners import Kind
from numberline.cli.demo.kinds import kinds
from numberline.cli.output import plural
from numberline.inventory.config_apply import apply
from numberline.inventory.configfile import read_file
from numberline.runs.sync import sync
from numberline.simulator.process import SimulatorProcess, start
from numberline.tenants.connect import Request, connect
from numberline.tenants.credentials import Secret
from numberline.tenants.mode import set_mode

OPERATION_SECONDS = (0.4, 1.6)
"""How long Teams takes to assign a number in the demo."""


@dataclass(frozen=True, slots=True)
class Company:
    """The connected company: its simulator, its tenant (by primary key), and who may join it."""

    simulator: SimulatorProcess
    tenant_id: int
    name: str
    domain: str
    kinds: list[Kind]


@contextmanager
def opened(
    folder: Path, people: int, seed: int, port: int, seconds: Callable[[], float]
) -> Iterator[Company]:
    """Start the company, connect it, declare its ranges, read it once, and switch automation on."""

    def say(text: str) -> None:
        lines.say(seconds(), "demo", text)

    configuration = folder / "contoso.yaml"
    with start(people=people, seed=seed, port=port, write_config=configuration) as simulator:
        say(f"A simulated company of {plural(people, 'person', 'people')} answers at {simulator.url}.")
        simulator.control.faults(operation_seconds=list(OPERATION_SECONDS))
        yield _connected(simulator, folder, configuration, say)


def _connected(
    simulator: SimulatorProcess, folder: Path, configuration: Path, say: Callable[[str], None]
) -> Company:
    cause = Cause(at_terminal(), reason="demo")
    done = connect(_request(simulator), clock.now(), cause)
    say(
        f"Connected {done.tenant.name} ({done.organisation}) in mode {done.tenant.mode}; its data is in {folder}."
    )
    observing = read_file(configuration).replace("mode: full", "mode: observe", 1)
    changes = apply(observing, cause=cause, at=clock.now())
    say(f"Declared {plural(len(changes.ranges_added), 'range')} with their rules, from {configuration.name}.")
    done.tenant.refresh_from_db()
    read = sync(done.tenant, actor=cause.actor)
    say(
        f"Read {plural(read.people, 'person', 'people')} and {plural(read.numbers, 'number')} in {read.seconds:.1f} s."
    )
    set_mode(done.tenant, "full", clock.now(), cause)
    say(
        f"Mode full: {plural(read.held, 'person', 'people')} of before and whoever joins now get their numbers."
    )
    say(f"Look around in another terminal: NUMBERLINE_DATA_DIR={folder} numberline plan {done.tenant.name}")
    return Company(simulator, done.tenant.pk, done.organisation, done.domain, kinds(done.organisation))


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
