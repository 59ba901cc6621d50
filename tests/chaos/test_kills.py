"""A sync that is killed, at every step and at random moments, and what the next ones make of it."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.killed_sync import STEPS, TAKING_STEPS
from tests.support import programs
from tests.support.command import Command
from tests.support.tenant import PARK_LANE, Office, connected

SETTLE = 3
QUICK = {
    "NUMBERLINE_SETTLE": f"{SETTLE}s",
    "NUMBERLINE_GRAPH_RATES": "reads=200,writes=100,writes_most=200,rise=50,patience=20",
}


@pytest.fixture
def office(cli: Command, tmp_path: Path) -> Iterator[Office]:
    """A tenant with one Direct Routing range of 1,000 numbers, in mode full, that settles quickly."""
    with connected(cli, tmp_path, env=QUICK) as office:
        office.simulator.control.judge(settle_seconds=SETTLE)
        yield office


def killed(office: Office, step: str, count: int) -> int:
    """A sync that ends with SIGKILL at this step; gives how it ended."""
    killer = programs.warm("tests.chaos.killed_sync:main")
    done = office.cli.run([*killer, step, str(count), "--", "sync", office.tenant], env=office.env)
    assert done.code in (-9, 0), done.err
    return done.code


def everybody_has_one_number(office: Office, people: list[str]) -> None:
    """In Teams and in Numberline, and nothing is left open, and nothing conflicting was ever sent."""
    control = office.simulator.control
    held = {person: control.numbers_of(person) for person in people}
    assert {person: len(numbers) for person, numbers in held.items()} == dict.fromkeys(people, 1)
    listed = office.json("number", "list", office.tenant, "--state", "assigned")["items"]
    assert {item["holder"]: item["number"] for item in listed} == {p: n[0] for p, n in held.items()}
    assert office.json("number", "list", office.tenant, "--state", "assigning")["items"] == []
    assert control.judgement() == []


@pytest.mark.long(25)
@pytest.mark.parametrize(
    "weather",
    [pytest.param("fair", marks=pytest.mark.sqlite), "foul"],  # foul weather has all its steps
)
def test_a_sync_killed_at_any_step_is_made_good_by_the_next_ones(office: Office, weather: str) -> None:
    """At every step in turn, in one tenant: people join, the sync that serves them is killed, the next goes on.

    Three join each time: one may lose its answer, and the second of the others must come to the step.
    """
    people: list[str] = []
    for step in STEPS:
        people += office.joiners(3)
        if weather == "foul":
            office.simulator.control.faults(
                lose_answer={"on": "assign", "count": 1, "seconds": 0.5},
                hide={"on": "assign", "count": 1, "seconds": 1.0},
            )
        assert killed(office, step, 2) == -9, f"the sync must have come to {step}"
        office.sync()
    time.sleep(SETTLE + 0.5)
    office.sync()
    everybody_has_one_number(office, people)


def storm(office: Office, joiners: int, kills: int, seed: int) -> None:
    """Kill one continuing run at random moments, then run once more after the settle time."""
    chance = random.Random(seed)
    people = office.joiners(joiners)
    office.simulator.control.faults(
        lose_answer={"on": "assign", "probability": 0.1, "seconds": (0.0, 0.8)},
        hide={"on": "assign", "probability": 0.2, "seconds": (0.2, 1.5)},
        operation_seconds=(0.1, 0.6),
        latency=(0.0, 0.05),
    )
    for _ in range(kills):
        process = office.cli.start("sync", office.tenant, env=QUICK)
        time.sleep(chance.uniform(0.3, 1.7))
        process.kill()
        process.communicate()
    time.sleep(SETTLE + 0.5)
    office.sync()
    everybody_has_one_number(office, people)


@pytest.mark.long(20)
def test_a_run_of_200_joiners_killed_at_random_moments_gives_everybody_one_number(office: Office) -> None:
    storm(office, 200, 6, seed=7)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_fifty_random_kills_give_everybody_one_number(office: Office, seed: int) -> None:
    storm(office, 450, 10, seed=seed)  # as many as the limit of a day gives numbers without a question


@pytest.mark.long(25)
def test_taking_numbers_back_is_made_good_after_a_kill_at_any_step(cli: Command, tmp_path: Path) -> None:
    """Three people lose their licence, the sync that takes their numbers back is killed, the next goes on; each time
    one of the answers is lost."""
    leaving = PARK_LANE.replace("ranges:", "limits: {release: 100}\nranges:") + "    grace: 0s\n"
    with connected(cli, tmp_path, configuration=leaving, env=QUICK) as office:
        control = office.simulator.control
        control.judge(settle_seconds=SETTLE)
        control.open_question(direct_routing_after_licence="stuck")
        people = office.joiners(3 * len(TAKING_STEPS))
        office.sync()
        for index, step in enumerate(TAKING_STEPS):
            for person in people[3 * index : 3 * index + 3]:
                control.unlicense(person, "SPE_E5")
            control.faults(lose_answer={"on": "unassign", "count": 1, "seconds": 0.5})
            assert killed(office, step, 2) == -9, f"the sync must have come to {step}"
            office.sync()
        time.sleep(SETTLE + 0.5)
        office.sync()
        assert [control.numbers_of(person) for person in people] == [[]] * len(people)
        for state in ("assigned", "assigning", "releasing"):
            assert office.json("number", "list", office.tenant, "--state", state)["items"] == []
        assert control.judgement() == []
