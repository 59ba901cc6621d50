"""The request log is judged: what conflicts was sent, whether or not it was refused."""

import httpx2
import pytest

from numberline.simulator.client import Control
from tests.simulator.graph import Caller


def conflicts(control: Control, *, since: int = 0) -> list[tuple[str, str]]:
    """What was sent and against what, after the first `since` conflicts."""
    return [(each["action"], each["against"]) for each in control.judgement()[since:]]


@pytest.fixture
def before(control: Control) -> int:
    """How many conflicts earlier tests have left."""
    return len(control.judgement())


@pytest.fixture
def eva(control: Control) -> str:
    return control.add_person(licences=["SPE_E5"], usageLocation="GB")


def lose(control: Control, caller: Caller, number: str, person: str, *, carried_out: bool) -> None:
    """Send an assignment whose answer never comes."""
    control.faults(**{"lose_answer" if carried_out else "reset": {"on": "assign", "count": 1}})
    with pytest.raises(httpx2.TransportError):
        caller.assign(number, person)
    control.clear_faults()


def test_an_ordinary_life_has_no_conflict(
    control: Control, caller: Caller, ann: str, eva: str, number: str, before: int
) -> None:
    caller.assign(number, ann)
    caller.assign(number, ann)
    caller.unassign(number)
    caller.assign(number, eva)
    caller.unassign(number)
    caller.assign(f"{number};ext=1", eva)
    assert conflicts(control, since=before) == []


def test_a_second_number_for_a_holder_is_a_conflict_even_when_refused(
    control: Control, caller: Caller, ann: str, number: str, before: int
) -> None:
    caller.assign(number, ann)
    caller.assign(f"{number};ext=1", ann)
    assert conflicts(control, since=before) == [("assign", "held")]


def test_another_persons_number_is_a_conflict(
    control: Control, caller: Caller, ann: str, eva: str, number: str, before: int
) -> None:
    caller.assign(number, ann)
    caller.assign(number, eva)
    assert conflicts(control, since=before) == [("assign", "held")]


def test_something_different_while_an_operation_runs_is_a_conflict_and_the_same_is_none(
    control: Control, caller: Caller, ann: str, eva: str, number: str, before: int
) -> None:
    control.faults(operation_seconds=30)
    caller.assign(number, ann)
    caller.assign(number, ann)
    assert conflicts(control, since=before) == []
    caller.assign(f"{number};ext=1", ann)
    caller.assign(number, eva)
    caller.unassign(number)
    found = conflicts(control, since=before)
    assert {against for _, against in found} == {"open"}
    assert {action for action, _ in found} == {"assign", "unassign"}


def test_an_answer_that_was_lost_is_in_doubt_until_the_settle_time(
    control: Control, caller: Caller, ann: str, number: str, before: int
) -> None:
    lose(control, caller, number, ann, carried_out=False)
    caller.assign(f"{number};ext=1", ann)
    assert conflicts(control, since=before) == [("assign", "in doubt")]
    control.judge(settle_seconds=0)
    caller.unassign(f"{number};ext=1")
    caller.assign(f"{number};ext=2", ann)
    assert len(conflicts(control, since=before)) == 1
    control.judge(settle_seconds=900)


def test_an_answer_that_was_lost_but_shows_in_teams_is_no_longer_in_doubt(
    control: Control, caller: Caller, ann: str, number: str, before: int
) -> None:
    lose(control, caller, number, ann, carried_out=True)
    assert control.holder(number) == ann
    caller.unassign(number)
    caller.assign(f"{number};ext=1", ann)
    assert conflicts(control, since=before) == []


def test_a_server_error_leaves_doubt_and_a_429_does_not(
    control: Control, caller: Caller, ann: str, eva: str, number: str, before: int
) -> None:
    control.faults(unavailable={"on": "assign", "count": 1})
    assert caller.assign(number, ann).status_code == 503
    caller.assign(f"{number};ext=1", ann)
    assert conflicts(control, since=before) == [("assign", "in doubt")]
    control.faults(throttle={"on": "assign", "count": 1})
    assert caller.assign(f"{number};ext=5", eva).status_code == 429
    caller.assign(f"{number};ext=6", eva)
    assert len(conflicts(control, since=before)) == 1


def test_what_is_carried_out_late_or_not_yet_visible_is_still_open(
    control: Control, caller: Caller, ann: str, eva: str, number: str, before: int
) -> None:
    control.faults(late={"on": "assign", "seconds": 30, "count": 1})
    assert caller.outcome(caller.assign(number, ann)) == ("succeeded", None)
    caller.assign(f"{number};ext=1", ann)
    assert conflicts(control, since=before) == [("assign", "open")]
    control.faults(hide={"on": "assign", "seconds": 30, "count": 1})
    assert caller.outcome(caller.assign(f"{number};ext=2", eva)) == ("succeeded", None)
    assert caller.number(f"{number};ext=2") is None
    caller.assign(f"{number};ext=3", eva)
    assert ("assign", "held") in conflicts(control, since=before)


def test_a_race_with_another_administrator_is_told_apart_until_teams_has_shown_it(
    control: Control, caller: Caller, ann: str, eva: str, number: str, before: int
) -> None:
    control.assign_out_of_band(number, eva)
    caller.assign(number, ann)
    assert conflicts(control, since=before) == []
    assert control.judgement(races=True)[-1]["race"] is True
    caller.number(number)
    caller.assign(number, ann)
    assert conflicts(control, since=before) == [("assign", "held")]


def test_an_unassignment_in_doubt_keeps_the_number_from_others(
    control: Control, caller: Caller, ann: str, eva: str, number: str, before: int
) -> None:
    caller.assign(number, ann)
    control.faults(lose_answer={"on": "unassign", "count": 1, "seconds": 30})
    with pytest.raises(httpx2.TransportError):
        caller.unassign(number)
    control.unassign_out_of_band(number)
    caller.assign(number, eva)
    assert conflicts(control, since=before) == [("assign", "in doubt")]


def test_the_same_wish_again_ends_the_doubt_once_teams_shows_it(
    control: Control, caller: Caller, ann: str, number: str, before: int
) -> None:
    lose(control, caller, number, ann, carried_out=False)
    caller.assign(number, ann)
    caller.unassign(number)
    caller.assign(f"{number};ext=1", ann)
    assert conflicts(control, since=before) == []
