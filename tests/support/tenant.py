"""A simulated tenant connected through the command line, as a customer would connect a real one."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numberline.simulator.process import SimulatorProcess
from tests.support import programs
from tests.support.command import Command

PARK_LANE = """
tenant: contoso
mode: full
ranges:
  - name: London Park Lane
    type: direct_routing
    provider: BT
    numbers: ["+442079460000-+442079460999"]
    rule: 'Office = "Park Lane" AND City = "LONDON"'
"""


@dataclass
class Office:
    """A connected tenant, its simulator, and the command line that serves it."""

    cli: Command
    simulator: SimulatorProcess
    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)
    tenant: str = "contoso"

    def joiners(self, count: int, **attributes: Any) -> list[str]:
        """New people at Park Lane in London with Microsoft 365 E5; gives their object ids."""
        person = {
            "city": "London",
            "officeLocation": "Park Lane",
            "usageLocation": "GB",
            "licences": ["SPE_E5"],
            **attributes,
        }
        return self.simulator.control.add_people([dict(person) for _ in range(count)])

    def sync(self, *options: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """`numberline sync`, which must end with one of these codes; gives its JSON."""
        return self.json("sync", self.tenant, *options, codes=codes)

    def json(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """A command with `--json`, which must end with one of these codes."""
        done = self.cli(*arguments, "--json", env=self.env, timeout=240)
        assert done.code in codes, f"{arguments} ended with {done.code}: {done.err or done.out}"
        answer: dict[str, Any] = json.loads(done.out)
        return answer

    def environment(self) -> dict[str, str]:
        """The environment of the command, for a process that a test starts by itself."""
        return self.cli.environment(self.env)


@contextmanager
def connected(
    cli: Command,
    folder: Path,
    *,
    configuration: str = PARK_LANE,
    env: Mapping[str, str] | None = None,
    **options: Any,
) -> Iterator[Office]:
    """A simulator (`options` are its own), connected with a secret from a file, with this configuration applied."""
    with programs.simulator(**options) as simulator:
        secret = folder / "secret.txt"
        secret.write_text(simulator.client_secret)
        office = Office(cli, simulator, folder, env or {})
        add = (
            "tenant",
            "add",
            "contoso",
            "--entra-id",
            simulator.tenant_id,
            "--client-id",
            simulator.client_id,
        )
        urls = ("--graph-url", simulator.url, "--login-url", simulator.url, "--ca-file", simulator.ca_file)
        done = cli(*add, "--client-secret-file", secret, *urls, env=office.env)
        assert done.code == 0, done.err
        if configuration:
            file = folder / "numberline.yaml"
            file.write_text(configuration)
            done = cli("config", "apply", file, env=office.env)
            assert done.code == 0, done.err
        yield office
