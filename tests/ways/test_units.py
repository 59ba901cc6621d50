"""The units of systemd keep to this project's rules; of each rule an offender shows that it is one."""

import shlex
from pathlib import Path

import pytest

from tests.ways import compose, systemd
from tests.ways.test_containers import COMPOSE, ROOT, commands, planted

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
WORKER = (ROOT / "deploy/systemd/numberline-worker@.service").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_as_it_should_be(unit: Path) -> None:
    assert systemd.faults(unit.read_text(encoding="utf-8"), commands()) == []


def test_there_are_units_for_the_tables_the_portal_and_workers() -> None:
    assert [unit.name.split(".")[0] for unit in UNITS] == [
        "numberline-migrate",
        "numberline-portal",
        "numberline-worker@",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("User=numberline", "User=root", "it runs as root"),
        ("User=numberline\n", "", "it runs as root"),
        ("NoNewPrivileges=yes", "NoNewPrivileges=no", "NoNewPrivileges is not 'yes'"),
        ("CapabilityBoundingSet=\n", "", "CapabilityBoundingSet is not ''"),
        ("ProtectSystem=strict", "ProtectSystem=full", "ProtectSystem is not 'strict'"),
        ("UMask=0077", "UMask=0022", "UMask is not '0077'"),
        ("MemoryMax=1G\n", "", "MemoryMax is not set"),
        ("numberline worker", "numberline work", "is no command"),
        ("Restart=on-failure", "Restart=no", "it is not started again"),
        ("TimeoutStopSec=90", "TimeoutStopSec=10", "too little time to end"),
        ("Requires=numberline-migrate.service\n", "", "does not wait for the tables"),
        ("NUMBERLINE_DATA_DIR", "NUMBERLINE_DATA", "NUMBERLINE_DATA is no setting"),
        ("NUMBERLINE_SECRET_KEY_FILE=%d/secret_key", "NUMBERLINE_SECRET_KEY=k", "a secret in the open"),
        ("LoadCredential=secret_key", "LoadCredential=other_key", "SECRET_KEY_FILE is not loaded"),
    ],
)
def test_what_is_wrong_with_a_unit_is_found(old: str, new: str, said: str) -> None:
    found = systemd.faults(planted(WORKER, old, new), commands())
    assert any(said in fault for fault in found), found


def test_the_units_run_what_the_composition_runs() -> None:
    """Which test_as_processes runs."""
    lines = [systemd.read(unit.read_text(encoding="utf-8"))["ExecStart"][0] for unit in UNITS]
    composed = [compose.services(COMPOSE)[name]["command"] for name in ("migrate", "portal", "worker-1")]
    assert [shlex.split(line)[1:] for line in lines] == composed
