"""Runs `numberline` and ends it with SIGKILL at a chosen step of an assignment: `python killed_sync.py STEP COUNT -- ARGS`.

STEP is `before:NAME` or `after:NAME` of one of the steps below; COUNT says at which time round. SIGKILL leaves the
process no chance to tidy up, as a power cut would not.
"""

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any


def main() -> None:
    """Arm the step, then be the `numberline` command."""
    step, count, _, *arguments = sys.argv[1:]
    from numberline import database

    prepare = database.prepare

    def prepared(*args: Any, **kwargs: Any) -> Any:
        done = prepare(*args, **kwargs)
        _arm(step, int(count))
        return done

    database.prepare = prepared  # type: ignore[assignment]
    from tests.support.quick import main as numberline

    sys.argv = ["numberline", *arguments]
    sys.exit(numberline())


STEPS = (
    "before:claim",
    "after:claim",
    "before:mark_sending",
    "after:mark_sending",
    "before:assign_number",
    "after:assign_number",
    "before:mark_accepted",
    "after:mark_accepted",
    "after:operation",
    "before:mark_succeeded",
    "after:mark_succeeded",
    "before:confirm",
    "inside:confirm",
    "after:confirm",
)
"""Every step of an assignment between which a process can end."""


TAKING_STEPS = (
    "before:claim",
    "after:claim",
    "after:mark_sending",
    "before:unassign_number",
    "after:unassign_number",
    "after:mark_accepted",
    "after:operation",
    "after:mark_succeeded",
    "before:released",
    "inside:released",
    "after:released",
)
"""Every step of taking a number back between which a process can end."""


def _arm(step: str, count: int) -> None:
    from numberline.assignments import conclude, engine, intend
    from numberline.graph.client import GraphClient

    when, name = step.split(":")
    places: dict[str, tuple[Any, str]] = {
        "claim": (engine, "claim"),
        "mark_sending": (intend, "mark_sending"),
        "mark_accepted": (intend, "mark_accepted"),
        "mark_succeeded": (intend, "mark_succeeded"),
        "confirm": (conclude, "close_items" if when == "inside" else "confirm"),
        "released": (conclude, "close_items" if when == "inside" else "released"),
        "assign_number": (GraphClient, "assign_number"),
        "unassign_number": (GraphClient, "unassign_number"),
        "operation": (GraphClient, "operation"),
    }
    owner, attribute = places[name]
    setattr(owner, attribute, _deadly(getattr(owner, attribute), when, [count]))


def _deadly(function: Callable[..., Any], when: str, left: list[int]) -> Callable[..., Any]:
    counting = threading.Lock()

    def this_one() -> bool:
        with counting:
            left[0] -= 1
            return left[0] == 0

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when != "after" and this_one():
            os.kill(os.getpid(), signal.SIGKILL)
        done = function(*args, **kwargs)
        if when == "after" and this_one():  # one that failed has not come to its end, and does not count
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return wrapped


if __name__ == "__main__":
    main()
