"""A tenant, the clock, and receivers on this machine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from numberline import clock
from numberline.alert_settings import AlertSettings, alert_settings
from numberline.clock import FakeClock
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.alerts import servers
from tests.alerts.servers import Hook, Post

Configure = Callable[..., AlertSettings]


@pytest.fixture
def time() -> Iterator[FakeClock]:
    """A clock that stands until a test lets it go on."""
    with clock.travel(make.NOW) as fake:
        yield fake


@pytest.fixture
def owner(database: str, time: FakeClock) -> Tenant:
    return make.tenant()


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Configure:
    """Set settings of the environment by their names without `NUMBERLINE_`, in small letters."""
    ca = tmp_path / "ca.pem"
    ca.write_bytes(servers.authority().cert_pem.bytes())

    def set_to(**given: Any) -> AlertSettings:
        given = {"alert_ca_file": ca, **given}
        made = alert_settings({f"NUMBERLINE_{name.upper()}": str(value) for name, value in given.items()})
        monkeypatch.setattr(settings, "ALERTS", made)
        return made

    return set_to


@pytest.fixture
def hook(configure: Configure) -> Iterator[Hook]:
    """The installation's webhook."""
    with servers.webhook() as made:
        configure(alert_webhook=made.url)
        yield made


@pytest.fixture
def post(configure: Configure) -> Iterator[Post]:
    """The installation's mail server, which writes to one address."""
    with servers.post_office() as made:
        url = f"smtp://127.0.0.1:{made.port}"
        configure(smtp_url=url, mail_from="numberline@contoso.example", alert_mail="voice@contoso.example")
        yield made
