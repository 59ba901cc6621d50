"""A simulated tenant whose row stands in this test's database, and what runs in this process do with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.models import F

from numberline.assignments.models import Assignment, Change
from numberline.directory.models import Cursor, Person
from numberline.inventory.models import Listing, Number, Range
from numberline.runs.models import Run
from numberline.runs.result import RunResult
from numberline.runs.sync import sync
from numberline.simulator.client import Control
from numberline.simulator.process import SimulatorProcess
from numberline.tenants.credentials import Secret, seal
from numberline.tenants.models import Tenant
from numberline.worklist.models import Item
from tests import factories as make
from tests.support import programs, quick

LICENCE = "SPE_E5"
RULE = 'Office = "Park Lane" AND City = "LONDON"'


class Office:
    """A company without people; the range London has the numbers 0 to 19."""

    def __init__(self, simulator: SimulatorProcess, **fields: Any) -> None:
        self.simulator = simulator
        given: dict[str, Any] = {
            "entra_id": simulator.tenant_id,
            "client_id": simulator.client_id,
            "credential": seal(Secret(client_secret=simulator.client_secret)),
            "graph_url": simulator.url,
            "login_url": simulator.url,
            "ca_pem": Path(simulator.ca_file).read_text(),
            "country": "",
        }
        self.tenant: Tenant = make.tenant(**{**given, **fields})
        self.range: Range = make.range_(self.tenant, rule=RULE, numbers=["+442079460000-+442079460019"])
        for index in range(20):
            make.number(self.tenant, f"+44207946{index:04}", self.range)
        simulator.control.faults(operation_seconds=0.05)

    @property
    def control(self) -> Control:
        """The simulator's control."""
        return self.simulator.control

    def joiner(self, **attributes: Any) -> str:
        """A licensed person at Park Lane; gives the object id."""
        given: dict[str, Any] = {
            "city": "London",
            "officeLocation": "Park Lane",
            "usageLocation": "GB",
            "licences": [LICENCE],
        }
        return self.control.add_person(**{**given, **attributes})

    def sync(self, **options: Any) -> RunResult:
        """One run, as automation starts it."""
        self.tenant.refresh_from_db()
        return sync(self.tenant, actor="automation", **options)

    def served(self, count: int = 1, **attributes: Any) -> list[str]:
        """People who were given a number a while ago."""
        people = [self.joiner(**attributes) for _ in range(count)]
        self.sync()
        self.a_day_passes()
        return people

    def writes(self) -> int:
        """How many requests to assign were ever sent."""
        return len(self.control.requests(kind="assign"))

    def unassigned(self) -> int:
        """How many requests to take a number back were ever sent."""
        return len(self.control.requests(kind="unassign"))

    def person(self, key: str) -> Person:
        """The row of a person."""
        return Person.objects.of(self.tenant.pk).get(object_id=key)

    def number(self, text: str) -> Number:
        """The row of a number."""
        return make.number_row(self.tenant, text)

    def held(self) -> dict[str, str]:
        """Person to number."""
        rows = Assignment.objects.of(self.tenant.pk).filter(until=None)
        return dict(rows.values_list("person", "number__text"))

    def items(self) -> list[str]:
        """The codes of the open items."""
        rows = Item.objects.of(self.tenant.pk).filter(closed_at=None)
        return sorted(rows.values_list("code", flat=True))

    def open_changes(self) -> int:
        """How many changes are under way."""
        return Change.objects.of(self.tenant.pk).filter(open=True).count()

    def cursor(self) -> Cursor:
        """Where reading the directory stands."""
        return Cursor.objects.of(self.tenant.pk).get()

    def a_day_passes(self) -> None:
        """What was read was read a day and an hour ago."""
        Cursor.objects.of(self.tenant.pk).update(round_at=F("round_at") - 25 * make.HOUR)
        Listing.objects.of(self.tenant.pk).update(at=F("at") - 25 * make.HOUR)
        Assignment.objects.of(self.tenant.pk).update(since=F("since") - 25 * make.HOUR)
        changed = Person.objects.of(self.tenant.pk).exclude(licences_changed_at=None)
        changed.update(licences_changed_at=F("licences_changed_at") - 25 * make.HOUR)
        Tenant.objects.filter(pk=self.tenant.pk).update(licences_read_at=None)

    def grace_passes(self) -> None:
        """What was lost was lost a day and an hour ago."""
        people = Person.objects.of(self.tenant.pk).exclude(lost_at=None)
        people.update(lost_at=F("lost_at") - 25 * make.HOUR)
        rows = Assignment.objects.of(self.tenant.pk).exclude(freed_in_teams_at=None)
        rows.update(freed_in_teams_at=F("freed_in_teams_at") - 25 * make.HOUR)

    def rests(self, days: int) -> None:
        """Numbers of the range rest for so many days."""
        Range.objects.of(self.tenant.pk).update(quarantine_seconds=days * 86400)

    def run(self) -> Run:
        """The latest run."""
        return Run.objects.of(self.tenant.pk).latest("pk")


@contextmanager
def opened(**fields: Any) -> Iterator[Office]:
    """An office with a simulator of its own."""
    with quick.here(), programs.simulator(people=0) as simulator:
        yield Office(simulator, **fields)
