"""Alerts in the loop: every tenant's, and never in the way of anything."""

import threading
from dataclasses import dataclass, field

import pytest

from numberline.assignments.stopsign import StopSign
from numberline.jobs.telling import Telling
from numberline.tenants.models import Tenant
from tests import factories as make

SOON = 10.0


@dataclass
class Told:
    """Remembers whom it told; fails for one, and waits for `go` if it is to be slow."""

    names: list[str] = field(default_factory=list)
    happened: threading.Condition = field(default_factory=threading.Condition)
    fails: str = ""

    def __call__(self, tenant: Tenant) -> None:
        with self.happened:
            self.names.append(tenant.name)
            self.happened.notify_all()
        if tenant.name == self.fails:
            raise ConnectionError("nobody there")

    def wait_for(self, name: str, count: int) -> bool:
        with self.happened:
            return self.happened.wait_for(lambda: self.names.count(name) >= count, SOON)


def test_every_tenant_is_told_again_and_again_and_one_that_fails_keeps_nobody_from_it(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    make.tenant("contoso"), make.tenant("fabrikam", mode="off")
    told, stop = Told(fails="contoso"), StopSign()
    telling = Telling(stop, told, every=0.01)
    telling.start()
    assert told.wait_for("fabrikam", 3)
    stop.ask()
    telling.finish()
    count = len(told.names)
    assert "alerts could not be told" in caplog.text
    assert not [thread for thread in threading.enumerate() if thread.name == "alerts" and thread.is_alive()]
    assert len(told.names) == count
