"""A change of number or a swap that is killed after every single step of it, and what the next syncs make of it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.test_kills import QUICK, SETTLE
from tests.support import programs
from tests.support.command import Command
from tests.support.tenant import PARK_LANE, Office, connected

SPARE = """
  - name: Spare
    type: direct_routing
    provider: BT
    numbers: ["+441632960000-+441632960999"]
"""
MOST = {"change": 50, "swap": 130}
"""People for more steps than it has: one each for a change, two for a swap."""
WEATHER: dict[str, dict[str, Any]] = {
    "fair": {},
    "foul": {
        "lose_answer": [
            {"on": "unassign", "count": 1, "seconds": 0.5},
            {"on": "assign", "count": 1, "seconds": 0.3},
        ],
        "hide": {"on": "assign", "count": 1, "seconds": 0.5},
    },
    "refusing": {"fail_operation": {"on": "assign", "count": 1, "text": "Tenant policy 7-B forbids this"}},
}


@pytest.fixture
def office(cli: Command, tmp_path: Path) -> Iterator[Office]:
    """A tenant in mode full that settles quickly, with numbers that no rule gives."""
    with connected(cli, tmp_path, configuration=PARK_LANE + SPARE, env=QUICK) as office:
        office.simulator.control.judge(settle_seconds=SETTLE)
        yield office


def killed(office: Office, count: int, kind: str, *about: str) -> bool:
    """Whether it was killed: else it has come to its end before."""
    killer = programs.warm("tests.chaos.killed_change:main")
    done = office.cli.run([*killer, str(count), kind, office.tenant, *about], env=office.env)
    assert done.code in (-9, 0), done.err
    return done.code == -9


def held(office: Office, people: list[str]) -> dict[str, list[str]]:
    """What Teams shows on these people."""
    return {person: office.simulator.control.numbers_of(person) for person in people}


@pytest.mark.long(40)
@pytest.mark.parametrize(
    ("kind", "weather"),
    [
        pytest.param("change", "fair", marks=pytest.mark.sqlite),  # a swap has the same legs and more
        pytest.param("change", "refusing", marks=pytest.mark.sqlite),
        pytest.param("change", "foul", marks=pytest.mark.soak),
        ("swap", "fair"),
        ("swap", "refusing"),
        pytest.param("swap", "foul", marks=pytest.mark.sqlite),  # the steps of fair weather
    ],
)
def test_whatever_step_it_is_killed_after_the_next_syncs_make_it_good(
    office: Office, kind: str, weather: str
) -> None:
    """Others for each step: it is killed there. Then two syncs make good what all of them left."""
    control = office.simulator.control
    people = office.joiners(MOST[kind])
    office.sync()
    before = {person: numbers[0] for person, numbers in held(office, people).items()}
    pairs = zip(people[::2], people[1::2], strict=True) if kind == "swap" else ((one, "") for one in people)
    swapped: list[tuple[str, str]] = []
    for count, (ann, bob) in enumerate(pairs, 1):
        assert count < len(people), "more people are needed"
        control.faults(**WEATHER[weather])
        to = [before[bob], bob] if bob else [f"+44163296{count:04}"]
        swapped += [(ann, bob)] if bob else []
        if not killed(office, count, kind, ann, before[ann], *to):
            break
    assert count > 18, "it has more steps than that"
    control.faults(lose_answer=None, hide=None, fail_operation=None)
    office.sync(codes=(0, 3))
    time.sleep(SETTLE + 0.5)
    office.sync(codes=(0, 3))
    after = held(office, people)
    assert {person: len(numbers) for person, numbers in after.items()} == dict.fromkeys(people, 1)
    listed = office.json("number", "list", office.tenant, "--state", "assigned")["items"]
    assert {item["holder"]: item["number"] for item in listed} == {p: n[0] for p, n in after.items()}
    for state in ("assigning", "releasing", "reserved"):
        assert office.json("number", "list", office.tenant, "--state", state)["items"] == []
    for ann, bob in swapped:
        both = {after[ann][0], after[bob][0]}
        assert both == {before[ann], before[bob]}, "nobody else's number, and none lost"
    assert control.judgement() == []
    assert office.cli("audit", "verify", env=office.env).code == 0
