"""Hundreds of joiners at once, at a rate that the client and the tenant agree on.

Four calls a number are the least that is safe: look at the person, ask, look at the operation, look at the number.
The time that these take at the agreed rate is what the run is compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.rows import Row
from bench.tenant import Office, connected

SIZES = {"full": {"count": 300}, "small": {"count": 120}}
RUNS = {"small": 1}
RATE = 30
CALLS = 4
OPERATION_SECONDS = (1.0, 3.0)
AGREED = {"NUMBERLINE_GRAPH_RATES": f"reads={RATE},writes={RATE},writes_most={RATE},total={RATE}"}
PARK_LANE = """
tenant: contoso
ranges:
  - name: London Park Lane
    type: direct_routing
    provider: BT
    numbers: ["+442079460000-+442079460999"]
    rule: 'Office = "Park Lane" AND City = "LONDON"'
"""


def run(count: int) -> list[Row]:
    """One sync that finds them all and gives each a number."""
    with park_lane() as office:
        office.simulator.control.faults(rate_limit=RATE, operation_seconds=OPERATION_SECONDS)
        hire(office, count)
        office.simulator.control.clear_requests()
        done = office.sync(**AGREED)
        counts = office.simulator.control.counts()
        total, throttled = calls_of(office)
    assert done.json["applied"]["assign"] == count, (
        f"{done.json['applied']['assign']} of {count} got a number"
    )
    calls = {kind: number for kind, number in counts["by_kind"].items() if kind != "token"}
    least = count * CALLS / RATE
    asked = ", ".join(f"{number} {kind}" for kind, number in sorted(calls.items(), key=lambda call: -call[1]))
    return [
        Row(
            f"{count} joiners / {CALLS} calls each at {RATE}/s",
            done.seconds / least,
            1.5,
            f"{done.seconds:.1f} s, the calls alone {least:.1f} s",
        ),
        Row(f"{count} joiners: answered 429", throttled, 2, f"of {total} calls", unit="%"),
        Row(f"{count} joiners: calls a number", total / count, 4.5, asked, unit=""),
    ]


def calls_of(office: Office) -> tuple[int, float]:
    """How many calls were made since the requests were cleared, signing in apart, and per cent of them answered 429."""
    counts = office.simulator.control.counts()
    total = sum(number for kind, number in counts["by_kind"].items() if kind != "token")
    return total, 100 * counts["by_status"].get("429", 0) / total


@contextmanager
def park_lane(**env: str) -> Iterator[Office]:
    """A connected tenant of nobody with a thousand Direct Routing numbers, synced once, that gives numbers."""
    with connected("full", configuration=PARK_LANE, env=env) as office:
        office.sync()
        yield office


def hire(office: Office, count: int) -> list[str]:
    """So many people join the office with Phone System; gives their object ids."""
    person: dict[str, Any] = {
        "city": "London",
        "officeLocation": "Park Lane",
        "usageLocation": "GB",
        "licences": ["SPE_E5"],
    }
    return office.simulator.control.add_people([dict(person) for _ in range(count)])
