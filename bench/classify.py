"""How long `classify` takes for a million people, beside what msgspec needs to decode them.

The people are streamed as pages of users delta: 20 service plans each, 2,000 pairs of city and office, 99 of 100 hold a
number. Every page is decoded, then classified against 500 ranges with 120 rules, then against 5; the making of the
pages is not measured. It all happens in a process of its own, on one core, so that its peak memory is known.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from time import perf_counter

import msgspec

from bench import crowd
from bench.rows import Row
from numberline.core.classify import classify
from numberline.core.decision import Wants
from numberline.core.person import Holding, PlanTable, facts_from_attributes
from numberline.core.ranges import Settings
from numberline.graph.users import GraphUser

SIZES = {"full": {"people": 1_000_000}, "small": {"people": 40_000}}
RUNS = {"small": 1}
MOST_MEMORY = 300


class Page(msgspec.Struct):
    """A page of users delta, as the product decodes it."""

    value: list[GraphUser]


def _plain_page() -> type[msgspec.Struct]:
    """The same page with structs for service plans too: the least that msgspec needs to decode everything."""
    text = str | None
    plan_fields = ["assigned_date_time", "capability_status", "service", "service_plan_id"]
    plan = msgspec.defstruct("Plan", [(name, text, None) for name in plan_fields], rename="camel", gc=False)
    fields = [
        (field.name, list[plan] | None if field.name == "assigned_plans" else field.type, None)  # type: ignore[valid-type]
        for field in msgspec.structs.fields(GraphUser)
        if field.name != "removed"
    ]
    user = msgspec.defstruct("User", fields, rename="camel", gc=False)
    return msgspec.defstruct("Users", [("value", list[user])])  # type: ignore[valid-type]


@dataclass(slots=True)
class Measured:
    """Seconds, people who want a number, and the peak memory of the process in MB."""

    people: int = 0
    decode: float = 0
    many: float = 0
    few: float = 0
    wants: int = 0
    megabytes: float = 0


def run(people: int) -> list[Row]:
    """Measure in a process of its own."""
    child = [sys.executable, "-m", "bench.classify", str(people)]
    found = Measured(**json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout))
    each = 1e6 / people
    seconds = (
        f"{people:,} people, {found.wants:,} want a number; decode {found.decode:.1f} s ({found.decode * each:.1f} us each), "
        f"500 ranges {found.many:.1f} s ({found.many * each:.1f} us each), 5 ranges {found.few:.1f} s"
    )
    return [
        Row("classify against 500 ranges / decode", found.many / found.decode, 5, seconds),
        Row("classify against 500 ranges / against 5", found.many / found.few, 3),
        Row("classify: peak memory", found.megabytes, MOST_MEMORY, unit="MB"),
    ]


def measure(people: int) -> Measured:
    """Stream the people through decoding and classifying."""
    decode, decode_plainly = msgspec.json.Decoder(Page).decode, msgspec.json.Decoder(_plain_page()).decode
    many, few = crowd.settings(ranges=500, rules=120), crowd.settings(ranges=5, rules=5)
    table = PlanTable()
    found = Measured()
    for page in crowd.pages(people, many):
        start = perf_counter()
        decode_plainly(page.json)
        found.decode += perf_counter() - start
        users = decode(page.json).value
        found.people += len(users)
        start = perf_counter()
        found.wants += _classify(users, page.holdings, many, table)
        found.many += perf_counter() - start
        start = perf_counter()
        _classify(users, page.holdings_of_few, few, table)
        found.few += perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found.megabytes = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return found


def _classify(
    users: list[GraphUser], holdings: list[Holding | None], settings: Settings, table: PlanTable
) -> int:
    """What a run does with each person: attributes, facts, decision. Gives how many want a number."""
    wants = 0
    for user, holding in zip(users, holdings, strict=True):
        facts = facts_from_attributes(user.attributes(), table, crowd.NOW, holding=holding)
        wants += isinstance(classify(facts, settings, crowd.NOW), Wants)
    return wants


if __name__ == "__main__":
    print(json.dumps(asdict(measure(int(sys.argv[1])))))
