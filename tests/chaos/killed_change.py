"""Carries out one change of number or one swap, and ends with SIGKILL after the step COUNT of it.

`python killed_change.py COUNT KIND TENANT PERSON FROM_NUMBER NUMBER [PARTNER]`. A step is anything between which a
process can end: an answer of Microsoft's, or a transaction. It prints the steps that it came through when it lived.

The command would do the same, but would first finish what the one before it left: here the next sync has to.
"""

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from tests.support import quick

STEPS = (
    *("claim", "mark_sending", "mark_accepted", "mark_succeeded", "mark_leg", "turn_back", "mark_again"),
    *("conclude", "user_configuration", "number", "assign_number", "unassign_number", "operation"),
)
"""What is asked of Microsoft, and what is written: each in a transaction of its own."""
INSIDE = ("_intend", "close_change", "move")
"""What is done within a transaction."""


def main() -> None:
    """Carry it out as an administrator wants it, unless the step comes first."""
    count, kind, name, person, from_number, number, *partner = sys.argv[1:]
    from numberline import database

    database.prepare()
    from numberline.assignments import flight
    from numberline.assignments.engine import Engine
    from numberline.assignments.intend import Intent
    from numberline.assignments.models import Kind
    from numberline.runs.passes import one_pass
    from numberline.tenants.models import Tenant

    flight.FIRST_POLL = flight.LEAST_POLL = quick.FIRST_POLL
    steps = _arm(int(count))
    tenant = Tenant.objects.get(name=name)
    intent = Intent(
        *(person, person, number, "", "by_hand", "A test wants it.", Kind(kind), from_number),
        partner="".join(partner),
    )
    with one_pass(tenant, "hand", "cli:test", 0.0, None) as work:
        carried = Engine(tenant, work.client, work.cause).run([intent])
    sys.stdout.write(f"{[str(one.ending) for one in carried.flights]} after {' '.join(steps)}\n")


def _arm(count: int) -> list[str]:
    from numberline.assignments import changing, engine, exchange, intend, outcome
    from numberline.graph.client import GraphClient

    taken: list[str] = []
    owners: tuple[Any, ...] = (engine, intend, changing, outcome, exchange, GraphClient)
    for name in (*STEPS, *INSIDE):
        owner = next(each for each in owners if hasattr(each, name))
        setattr(owner, name, _deadly(getattr(owner, name), name, taken, count))
    return taken


def _deadly(function: Callable[..., Any], name: str, taken: list[str], count: int) -> Callable[..., Any]:
    counting = threading.Lock()

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        finally:
            with counting:
                taken.append(name)
                if len(taken) == count:
                    os.kill(os.getpid(), signal.SIGKILL)

    return wrapped


if __name__ == "__main__":
    main()
