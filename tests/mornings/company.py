"""The company of the mornings: two offices, people with names, connected as a customer would; and what happens there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from numberline.simulator.client import Control
from numberline.simulator.process import start
from tests.mornings.operator import Operator

CONFIGURATION = """\
tenant: contoso
mode: full
defaults: {grace: 24h, quarantine: 30d}
ranges:
  - name: London Park Lane
    type: direct_routing
    provider: BT
    numbers: ["+442079460000-+442079460019"]
    rule: 'Office = "Park Lane" AND City = "LONDON"'
  - name: Leeds
    type: direct_routing
    provider: BT
    numbers: ["+441134960000-+441134960009"]
    rule: 'Office = "Wellington Place"'
"""


class Company:
    """A connected tenant in mode full, with an operator at the terminal. People are named by the part before the @."""

    def __init__(self, control: Control, operator: Operator) -> None:
        self.control = control
        self.operator = operator
        self.ids: dict[str, str] = {}

    def joins(self, name: str, **attributes: Any) -> None:
        """Somebody is created and licensed; at Park Lane unless said otherwise. Who comes first is served first, also
        within a second."""
        given: dict[str, Any] = {
            "id": f"{len(self.ids) + 1:08}-0000-4000-8000-000000000000",
            "userPrincipalName": f"{name}@contoso.example",
            "displayName": name.capitalize(),
            "city": "London",
            "officeLocation": "Park Lane",
            "usageLocation": "GB",
            "licences": ["SPE_E5"],
        }
        self.ids[name] = self.control.add_person(**{**given, **attributes})

    def many(self, count: int) -> None:
        """So many join at once: user01, user02 and so on."""
        for index in range(len(self.ids) + 1, len(self.ids) + count + 1):
            self.joins(f"user{index:02}")

    def configured(self, text: str) -> None:
        """The file contoso.yaml is written and applied."""
        (self.operator.folder / "contoso.yaml").write_text(text, encoding="utf-8")
        self.done("config", "apply", "contoso.yaml")

    def syncs(self, *options: str, code: int = 0) -> None:
        """Automation takes its turn."""
        self.done("sync", "contoso", *options, code=code)

    def days_pass(self, days: float, code: int = 0) -> None:
        """So much time passes, and automation takes its turn, which ends with this exit code."""
        self.operator.later(timedelta(days=days))
        self.syncs(code=code)

    def done(self, *arguments: object, code: int = 0) -> None:
        """A command of the operator that no page shows."""
        outcome = self.operator(*arguments)
        assert outcome.code == code, f"{arguments} ended with {outcome.code}: {outcome.err or outcome.out}"


@contextmanager
def company(operator: Operator) -> Iterator[Company]:
    """A company without people, connected and configured."""
    with start(people=0) as simulator:
        secret = operator.folder / "secret.txt"
        secret.write_text(simulator.client_secret)
        simulator.control.faults(operation_seconds=0.05)
        ours = Company(simulator.control, operator)
        names = ("--entra-id", simulator.tenant_id, "--client-id", simulator.client_id)
        urls = ("--graph-url", simulator.url, "--login-url", simulator.url, "--ca-file", simulator.ca_file)
        ours.done("tenant", "add", "contoso", *names, "--client-secret-file", secret, *urls)
        ours.configured(CONFIGURATION)
        yield ours
