"""The way to a decision, step by step, as the page of a person shows it."""

from typing import Any

import pytest

from numberline.core.decision import Action, Code, Decision
from numberline.core.steps import Reached, steps_of
from tests.core.people import person


def stopped_at(action: Action, code: Code, **facts: Any) -> int:
    decision = Decision("ann", None, action, code, "Because.")
    steps = steps_of(decision, person(**facts))
    (stop,) = [step for step in steps if step.reached in (Reached.STOPPED, Reached.DUE)]
    assert stop.detail == "Because."
    assert all(step.reached is Reached.NOT_REACHED for step in steps if step.number > stop.number)
    return stop.number


@pytest.mark.parametrize("code", [code for code in Code if code is not Code.COUNTRY_MISMATCH])
def test_every_code_stops_at_a_step(code: Code) -> None:
    assert 1 <= stopped_at(Action.WAIT, code) <= 14


def test_the_grace_of_a_deleted_account_and_of_a_lost_licence_are_two_steps() -> None:
    assert stopped_at(Action.WAIT, Code.GRACE, deleted=True) == 4
    assert stopped_at(Action.WAIT, Code.GRACE) == 5


def test_a_country_that_differs_stops_holders_at_what_they_hold_and_joiners_at_the_numbers() -> None:
    assert stopped_at(Action.KEEP, Code.COUNTRY_MISMATCH) == 6
    assert stopped_at(Action.WAIT, Code.COUNTRY_MISMATCH) == 11


def test_a_number_that_was_kept_for_somebody_needs_no_range() -> None:
    decision = Decision("ann", None, Action.ASSIGN, Code.RETURNER, "It is free.")
    reached = [str(step.reached) for step in steps_of(decision, person())]
    assert reached == ["passed"] * 9 + ["not needed"] * 3 + ["passed", "due"]


def test_what_is_asked_only_when_the_number_is_given_is_not_said_to_be_so() -> None:
    decision = Decision("ann", None, Action.ASSIGN, Code.NEXT_AVAILABLE, "It is next.")
    assert "asked when the number is given" in steps_of(decision, person(ready=None))[12].title
    assert steps_of(decision, person(ready=True))[12].title == "Ready in Teams"
