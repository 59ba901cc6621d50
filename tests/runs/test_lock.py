"""One run at a time in a tenant, whichever process it is in and however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from numberline.runs import lock
from numberline.runs.lock import TenantBusy, tenant_lock
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.support.command import ROOT

HOLD = """
import sys, time
from numberline.database import prepare
prepare()
from numberline.runs.lock import TenantBusy, tenant_lock
from numberline.tenants.models import Tenant
try:
    with tenant_lock(Tenant.objects.get(pk=int(sys.argv[1])), float(sys.argv[2])):
        print("held", flush=True)
        time.sleep(float(sys.argv[3]))
except TenantBusy as busy:
    print(busy, flush=True)
"""


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


@contextmanager
def elsewhere(
    owner: Tenant, url: str, data_dir: Path, *, wait: float = 0, hold: float = 60
) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that takes the tenant's lock and says what came of it."""
    environ = {**os.environ, "NUMBERLINE_DATABASE_URL": url, "NUMBERLINE_DATA_DIR": str(data_dir)}
    environ["PYTHONPATH"] = str(ROOT / "src")
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(owner.pk), str(wait), str(hold)],
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_process_is_told_that_the_tenant_is_busy(
    owner: Tenant, database: str, data_dir: Path
) -> None:
    with tenant_lock(owner), elsewhere(owner, database, data_dir) as second:
        assert says(second) == "another run is busy with contoso: try again when it has ended, or use --wait"


def test_a_lock_dies_with_its_process_however_it_ends(owner: Tenant, database: str, data_dir: Path) -> None:
    other = make.tenant("fabrikam")
    with elsewhere(owner, database, data_dir) as first:
        assert says(first) == "held"
        with pytest.raises(TenantBusy, match="another run is busy with contoso"), tenant_lock(owner):
            raise AssertionError("the lock was given twice")
        with tenant_lock(other):
            pass
        first.send_signal(signal.SIGKILL)
        first.wait()
        with tenant_lock(owner, 10):
            pass


def test_a_process_that_waits_gets_the_lock_when_the_other_ends(
    owner: Tenant, database: str, data_dir: Path
) -> None:
    with elsewhere(owner, database, data_dir, hold=1) as first:
        assert says(first) == "held"
        began = time.monotonic()
        with tenant_lock(owner, 20):
            assert time.monotonic() - began > 0.3


def test_who_waits_in_vain_is_told_after_that_time(owner: Tenant, database: str, data_dir: Path) -> None:
    with tenant_lock(owner):
        began = time.monotonic()
        with elsewhere(owner, database, data_dir, wait=0.5) as second:
            assert "is busy with contoso" in says(second)
            assert time.monotonic() - began >= 0.5


def test_a_lock_is_free_after_its_block_whatever_happened_in_it(owner: Tenant) -> None:
    with pytest.raises(ZeroDivisionError), tenant_lock(owner):
        raise ZeroDivisionError
    with tenant_lock(owner):
        pass


@pytest.mark.postgresql
def test_a_lock_is_free_at_once_although_the_server_notices_late_that_its_connection_was_closed(
    owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, close = lock._own_connection, []

    def closed_late() -> BaseDatabaseWrapper:
        own = made()
        close.append(own.close)
        monkeypatch.setattr(own, "close", lambda: None)
        return own

    monkeypatch.setattr(lock, "_own_connection", closed_late)
    for _ in range(2):
        with tenant_lock(owner):
            pass
    for late in close:
        late()
