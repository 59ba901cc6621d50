"""A small company in a simulated tenant, the product that serves it, and everything that can happen to both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import msgspec
import stamina
from django.conf import settings

from numberline import clock
from numberline.assignments import engine
from numberline.audit.record import Cause
from numberline.graph import listing
from numberline.graph.errors import GraphError
from numberline.graph.rates import Rates
from numberline.inventory.config_apply import apply
from numberline.runs.hand import REFUSALS
from numberline.runs.result import RunResult
from numberline.runs.sync import sync
from numberline.simulator.control import Control
from numberline.simulator.login import Application, Login
from numberline.simulator.people import Person as Account
from numberline.simulator.service import Service
from numberline.simulator.state import Tenant as Simulated
from numberline.simulator.web import Request
from numberline.tenants.credentials import Secret, seal
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.chaos.company import CONFIGURATION, LEEDS, LINES, OPERATOR, PLANS
from tests.chaos.deaths import Death, Reaper, dying, interrupted
from tests.chaos.watch import Watch
from tests.chaos.wire import ROOT, Wire, connected, no_time

Act = Callable[[], object]
HAND = Cause("cli:anna", "the machine wants it so")

SECRET = "of no use to anybody"
CLIENT = "22222222-2222-2222-2222-222222222222"
_LOGIN = Login(Simulated(clock.monotonic, 0, str(uuid4())), [Application(CLIENT, [SECRET])])


class World:
    """One tenant from its first day on. Its time passes only when it is told to, or when the product waits."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._open = ExitStack()
        self.time = self._open.enter_context(clock.travel(make.NOW))
        self._quick()
        self.simulated = Simulated(lambda: clock.now().timestamp(), 1, str(uuid4()))
        for name, answer in answers.items():
            self.simulated.answers.choose(name, answer)
        _LOGIN._tenant, _LOGIN._issued = self.simulated, {}
        self.service = Service(self.simulated, _LOGIN, sleep=no_time)
        self._control = Control(self.service)
        self.watch = Watch(self.simulated)
        self.wire = Wire(self.service, self.watch.request)
        self._open.enter_context(connected(self.wire))
        self.tenant = self._founded()
        self.people: list[str] = []
        self.changed = True

    def _quick(self) -> None:
        """Nothing waits for anything but the clock; small pages, so that there are several."""
        self._open.enter_context(stamina.set_testing(True, attempts=1000))
        fast = Rates(reads=1e9, writes=1e9, writes_most=1e9, least=1e6, app_reads=1e9, app_writes=1e9)
        self._open.enter_context(patch.object(settings, "GRAPH_RATES", fast))
        self._open.enter_context(patch.object(engine, "WORKERS", 1))
        self._open.enter_context(patch.object(listing, "TOP", 4))

    def _founded(self) -> Tenant:
        name = f"contoso-{self.simulated.id}"
        tenant = make.tenant(
            name,
            entra_id=self.simulated.id,
            client_id=CLIENT,
            credential=seal(Secret(client_secret=SECRET)),
            graph_url=ROOT,
            login_url=ROOT,
            country="",
        )
        self.tell(
            "add_numbers", numbers=OPERATOR, type="operator_connect", country="GB", operator=str(uuid4())
        )
        self.tell("add_numbers", numbers=PLANS, type="calling_plan", country="GB")
        apply(CONFIGURATION.replace("TENANT", name), cause=HAND, at=clock.now())
        tenant.refresh_from_db()
        return tenant

    def close(self) -> None:
        """Let the time of everybody else pass again."""
        self._open.close()

    # What Microsoft's side is told

    def tell(self, verb: str, **arguments: Any) -> Any:
        """A control verb of the simulator; an AssertionError when it makes no sense."""
        body = msgspec.json.encode(arguments)
        request = Request("POST", f"/_control/{verb}", "", {}, body, "")
        result = msgspec.json.decode(self._control.answer(request).body)
        assert "error" not in result, result
        return result["result"]

    def account(self, person: str) -> Account:
        """Somebody as Microsoft knows them."""
        account = self.simulated.directory.get(person)
        assert account is not None
        return account

    def holder(self, number: str) -> str | None:
        """Who really has a number."""
        known = self.simulated.numbers.get(number)
        return known.holder if known is not None else None

    def upload(self) -> None:
        """Direct Routing numbers that Teams lists before anybody has them."""
        self.tell("add_numbers", numbers=[*LINES, *LEEDS], type="direct_routing")

    def passes(self, by: timedelta) -> None:
        """Time goes by, and what was due happens."""
        self.time.advance(by)
        self.simulated.now()

    # What the product does

    def sync(
        self, *, death: Death | None = None, meanwhile: tuple[int, Act] | None = None, **options: Any
    ) -> RunResult | None:
        """One run of automation, `meanwhile` something else happens after so many statements; None when it failed
        or died."""
        result = None
        with self._run(death, meanwhile):
            result = sync(self.tenant, actor="automation", **options)
            self.watch.ended(options.get("person"))
        return result

    def hand(
        self,
        asks: Act,
        about: set[str],
        *,
        death: Death | None = None,
        meanwhile: tuple[int, Act] | None = None,
    ) -> None:
        """An administrator asks for something `about` these people and numbers, and may be refused."""
        self.watch.asked = about
        with self._run(death, meanwhile), suppress(*REFUSALS):
            asks()
        self.watch.asked = set()

    @contextmanager
    def _run(self, death: Death | None, meanwhile: tuple[int, Act] | None) -> Iterator[None]:
        """Watch a run, which may fail or die."""
        self.changed = True
        self.tenant.refresh_from_db()
        self.watch.begin(self.tenant)
        self.wire.death = None if death is None else Reaper(death)
        with dying(self.wire.death), suppress(GraphError), self._in_the_middle(meanwhile):
            yield
        self.wire.death = None

    @contextmanager
    def _in_the_middle(self, meanwhile: tuple[int, Act] | None) -> Iterator[None]:
        if meanwhile is None:
            yield
            return
        after, act = meanwhile

        def acts() -> None:
            act()
            self.watch.look(self.tenant)

        with interrupted(after, acts):
            yield
