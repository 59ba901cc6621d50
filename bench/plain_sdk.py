"""The same joiners, by the product with its own rates and by a plain script on Microsoft's SDK.

The script (bench/plain_sdk_script.py) serves one person after another, as scripts do, and spends its time waiting for
operations; so it serves fewer people, once, and its seconds are scaled to as many as the product serves. The
simulator answers at once and its limit lies above the product's rates: a slower Microsoft would slow the script more.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from bench.joiners import OPERATION_SECONDS, hire, park_lane
from bench.rows import Row, Unavailable
from bench.tenant import Office

SIZES = {"full": {"count": 300, "by_script": 60}, "small": {"count": 60, "by_script": 4}}
RUNS = {"small": 1}
SCRIPT = Path(__file__).with_name("plain_sdk_script.py")
LIMIT = 60
"""Requests a second that the simulator bears: more than the product ever sends by itself."""


def run(count: int, by_script: int) -> list[Row]:
    """The product serves everybody in one sync; the script's seconds a person were measured before."""
    if importlib.util.find_spec("msgraph") is None:
        raise Unavailable("the official Microsoft Graph SDK is not installed (requirements/peer.txt)")
    each = _script_seconds(by_script)
    with park_lane() as office:
        _prepare(office)
        hire(office, count)
        done = office.sync()
    assert done.json["applied"]["assign"] == count, (
        f"{done.json['applied']['assign']} of {count} got a number"
    )
    detail = f"{done.seconds:.1f} s; the script {each * count:.0f} s, scaled from {by_script} people ({each:.2f} s each)"
    name = f"{count} joiners: plain SDK script / ours"
    return [Row(name, each * count / done.seconds, 5, detail, at_least=True)]


@cache
def _script_seconds(people: int) -> float:
    """How long the script takes for each person; the loading of the SDK does not count."""
    with park_lane() as office:
        _prepare(office)
        ids = hire(office, people)
        simulator = office.simulator
        done = subprocess.run(
            [
                *(sys.executable, str(SCRIPT), simulator.tenant_id, simulator.client_id, simulator.url),
                *(simulator.ca_file, "+442079460000", "+442079460999"),
            ],
            input="\n".join(ids),
            env={**os.environ, "CLIENT_SECRET": simulator.client_secret},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    told = json.loads(done.stdout)
    assert told["given"] == people, f"the script gave {told['given']} of {people} people a number"
    return float(told["seconds"]) / people


def _prepare(office: Office) -> None:
    office.simulator.control.faults(rate_limit=LIMIT, operation_seconds=OPERATION_SECONDS)
