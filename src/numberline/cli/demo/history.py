"""The company's last month, lived in seconds by the product itself: people join, move and leave, and hands set things.

Nothing here writes a row of the past. The clock is set back, the simulated tenant's time with it, and what happens is
what would have happened: runs, entries of the trail, items of the worklist and plans are the product's own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from numberline import clock
from numberline.accounts.actor import AUTOMATION, in_portal
from numberline.audit.record import Cause
from numberline.cli.demo.joiners import Kind, Names, attributes
from numberline.cli.demo.kinds import nottingham
from numberline.directory.find import person_named
from numberline.directory.models import Person
from numberline.inventory.config_apply import apply
from numberline.inventory.models import Number
from numberline.overrides import people as persons
from numberline.overrides.block import block
from numberline.overrides.reserve import Reservation, reserve
from numberline.runs.hand import Hand
from numberline.runs.hand_change import change
from numberline.runs.hand_people import Wanted
from numberline.runs.hand_swap import swap
from numberline.runs.progress import Progress
from numberline.runs.sync import make_plan, sync
from numberline.tenants.models import Tenant

if TYPE_CHECKING:
    from numberline.accounts.models import User
    from numberline.simulator.client import Control

DAYS = 30
"""How long ago the company was connected."""
LONDON, ABINGDON, NOTTINGHAM = "London Park Lane BT Direct Routing", "Office 1", "Nottingham Market Square"
RANGE = f"""
  - name: {NOTTINGHAM}
    type: direct_routing
    provider: Gamma
    numbers: ["+441154960000-+441154960011"]
    rule: 'Office = "Market Square" AND City = "Nottingham"'
    alert_below: 5
"""
LIMITS = "limits: {release: 3, percent: 0}\n"
"""Few, so that the demo shows what a limit holds."""


@dataclass(slots=True)
class Month:
    """What happens in the month. `people` are those who joined in it, in their order, by object id."""

    control: "Control"
    tenant: Tenant
    desk: "User"
    kinds: list[Kind]
    domain: str
    names: Names
    configuration: str
    time: clock.FakeClock
    progress: Progress
    people: list[str] = field(default_factory=list)
    left: int = 0

    def live(self) -> None:
        """From the day on which the company was connected until today.

        Few days, because the first pass of each reads everybody again.
        """
        days: tuple[tuple[float, Callable[[], None]], ...] = (
            (0.2, self._first_joiners),
            (8, self._nottingham_opens),
            (8.2, self._hands_at_work),
            (17, self._some_leave),
            (26, self._others_move),
            (26.2, self._many_leave),
            (29.5, self._today),
        )
        gone = 0.0
        for day, happens in days:
            self._advance(day - gone)
            gone = day
            self._pass()
            happens()
            self._advance(0.02)
            gone += 0.02
            self._pass()

    def _first_joiners(self) -> None:
        self._join(*self.kinds)

    def _nottingham_opens(self) -> None:
        """An office with few numbers, most of which are given at once."""
        at = self.configuration.index("ranges:\n")
        text = self.configuration[:at] + LIMITS + self.configuration[at:] + RANGE.removeprefix("\n")
        apply(text, cause=self._cause("The office in Nottingham opens.", "CHG-1042"), at=clock.now())
        self._join(*[nottingham(self.kinds)] * 9)

    def _hands_at_work(self) -> None:
        first, second, third = self._free(LONDON, 3)
        why = self._cause("The number of the new reception.", "REQ-2291")
        reserve(self.tenant, first, Reservation(purpose="Reception, Park Lane"), clock.now(), why)
        until = clock.now() + timedelta(days=60)
        why = self._cause("Kept for the auditors who come in spring.", "REQ-2304")
        reserve(self.tenant, second, Reservation(purpose="Auditors", until=until), clock.now(), why)
        block(self.tenant, third, clock.now(), self._cause("Printed on a competitor's leaflet.", "INC-518"))
        swap(self.tenant, self.people[8], self.people[9], self._hand("They exchanged desks.", "REQ-2310"))
        persons.lock(self._person(10), clock.now(), self._cause("Number stands on a published tender."))
        self._join(*self.kinds[:3])

    def _some_leave(self) -> None:
        self._leave(1, 3)
        persons.exclude(
            self._person(4),
            clock.now(),
            self._cause("Has a mobile alone until the project ends.", "REQ-2377"),
        )
        self._join(*self.kinds[3:6])

    def _others_move(self) -> None:
        """One moved and was given a number that fits; two moved since, and stand on the worklist."""
        for position in (0, 7, 17):
            self.control.change(
                self.people[position], city="London", officeLocation="Shoreditch", usageLocation="GB"
            )
        self._pass()
        change(self.tenant, Wanted(self.people[0]), self._hand("Moved to Shoreditch.", "REQ-2402"))
        self._join(*self.kinds[5:])

    def _many_leave(self) -> None:
        self._leave(11, 12, 18, 19, 20)

    def _today(self) -> None:
        """Five people's grace is over; the limit lets automation take three of the numbers."""
        make_plan(self.tenant, actor=in_portal(self.desk))
        self._join(self.kinds[0], self.kinds[2])

    def _join(self, *kinds: Kind) -> None:
        new = []
        for kind in kinds:
            first, last = self.names.next()
            new.append({**attributes(kind, first, last, self.domain), "licences": list(kind.licences)})
        self.people += self.control.add_people(new)

    def _leave(self, *positions: int) -> None:
        for position in positions:
            self.control.delete(self.people[position])
        self.left += len(positions)

    def _pass(self) -> None:
        sync(self.tenant, actor=AUTOMATION, progress=self.progress)

    def _advance(self, days: float) -> None:
        self.time.advance(timedelta(days=days))
        self.control.advance(days * 86_400)

    def _free(self, name: str, count: int) -> list[str]:
        free = Number.objects.of(self.tenant.pk).filter(range__name=name, state="available")
        return list(free.order_by("-value").values_list("text", flat=True)[:count])

    def _person(self, position: int) -> Person:
        return person_named(self.tenant.pk, self.people[position])

    def _cause(self, reason: str, ticket: str = "") -> Cause:
        return Cause(in_portal(self.desk), reason=reason, ticket=ticket)

    def _hand(self, reason: str, ticket: str) -> Hand:
        return Hand(in_portal(self.desk), reason, ticket)
