"""What a tenant gathers besides people and numbers: a worklist, runs with the audit trail they wrote, a plan to review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

ONE_IN = 50
"""Of so many numbers one has an open item; as many runs there were, and as many changes stand in the plan."""
LEAST_ITEMS, LEAST_RUNS, LEAST_CHANGES = 1_200, 150, 600
"""More than a page of each in a small tenant too: pages with as many lines are compared."""
BATCH = 10_000
CODES = ("not_ready", "found_other_holder", "freed_in_teams", "moved", "no_longer_listed")
VERBS = ("assign", "release", "found", "lock", "note")
ME = "owner@contoso.example"


def make(tenant: Any, numbers: int, now: datetime) -> dict[str, str]:
    """All of it, as much as goes with so many numbers; gives samples for addresses."""
    from numberline.assignments.models import Assignment

    rows = Assignment.objects.of(tenant.pk).order_by("pk").values_list("person", "number__text")
    held = list(rows[: max(LEAST_CHANGES, numbers // ONE_IN)])
    runs = _runs(tenant, max(LEAST_RUNS, numbers // ONE_IN), now)
    _trail(tenant, held, runs, max(1000, numbers // 2))
    _items(tenant, held, max(LEAST_ITEMS, numbers // ONE_IN), now)
    _plan(tenant, held, max(LEAST_CHANGES, numbers // ONE_IN), now)
    person, number = held[len(held) // 2]
    return {"run": str(runs[-1][0]), "traced": person, "traced_number": number}


def _runs(tenant: Any, count: int, now: datetime) -> list[tuple[int, datetime]]:
    """One a minute, all ended, some of them failed; gives their keys and when each began."""
    from numberline import bulk
    from numberline.runs.models import Run

    minutes = [now - timedelta(minutes=count - at) for at in range(count)]
    counts = {
        "read": {"people": 12, "numbers": 0},
        "applied": {"assign": 3, "change": 0, "release": 1},
        "held": 0,
    }
    outcomes = [
        ("failed", "Microsoft did not answer.") if at % 10 == 0 else ("done", "") for at in range(count)
    ]
    fields = ("kind", "mode", "actor", "started_at", "ended_at", "counts", "outcome", "error")
    rows = [
        ("full" if at % 60 == 0 else "sync", "full", "automation", began, began + timedelta(seconds=20), counts, *outcomes[at])
        for at, began in enumerate(minutes)
    ]  # fmt: skip
    bulk.insert(Run, tenant.pk, fields, rows)
    return list(Run.objects.of(tenant.pk).order_by("started_at").values_list("pk", "started_at"))


def _trail(tenant: Any, held: Sequence[Any], runs: Sequence[Any], count: int) -> None:
    """So many entries, sealed as every other, spread over the runs."""
    from django.db import transaction

    from numberline.audit.record import Cause, Fact, record_many

    for start in range(0, count, BATCH):
        with transaction.atomic():
            some = min(BATCH, count - start)
            each = max(1, count // len(runs))
            for first in range(start, start + some, each):
                run, began = runs[min(first // each, len(runs) - 1)]
                cause = Cause("automation" if first % 3 else "cli:anna", reason="City is Leeds.", run_id=run)
                record_many(
                    tenant.pk, began, cause, [_fact(Fact, held, at) for at in range(first, min(first + each, start + some))]
                )  # fmt: skip


def _fact(fact: Any, held: Sequence[Any], at: int) -> Any:
    person, number = held[at % len(held)]
    before, after = {"state": "available", "holder": None}, {"state": "assigned", "holder": person}
    return fact(VERBS[at % len(VERBS)], person=person, number=number, before=before, after=after)


def _items(tenant: Any, held: Sequence[Any], count: int, now: datetime) -> None:
    """Open items of several codes, some looked after by the reader, some put off; and as many that are closed."""
    from numberline import bulk
    from numberline.worklist.models import Item

    fields = (
        "code",
        "person",
        "number",
        "since",
        "cause",
        "assignee",
        "snoozed_until",
        "closed_at",
        "told_at",
    )
    rows = []
    for at in range(2 * count):
        person, number = held[at // len(CODES) % len(held)]
        since = now - timedelta(minutes=2 * count - at)
        assignee = ME if at % 20 == 1 else ""
        put_off = now + timedelta(days=300) if at % 20 == 3 else None
        closed = since + timedelta(seconds=5) if at >= count else None
        rows.append(
            (
                CODES[at % len(CODES)],
                person,
                number,
                since,
                "As it was found.",
                assignee,
                put_off,
                closed,
                since,
            )
        )
    bulk.insert(Item, tenant.pk, fields, rows)


def _plan(tenant: Any, held: Sequence[Any], count: int, now: datetime) -> None:
    """A plan of which a third goes ahead and the rest is held."""
    from numberline.core.decision import Action, Code, Decision
    from numberline.core.limits import Limits, Mode
    from numberline.core.plan import build_plan
    from numberline.planning.store import store

    decisions = []
    for at, (person, number) in enumerate(held[:count]):
        action, code = (Action.RELEASE, Code.UNLICENSED) if at % 3 else (Action.ASSIGN, Code.NEXT_AVAILABLE)
        decisions.append(
            Decision(
                person,
                f"p{at}@contoso.example",
                action,
                code,
                "City is Leeds.",
                number,
                "Range 007",
                basis={},
            )
        )
    limits = Limits(assign=count)
    plan = build_plan("Contoso", "1", decisions, mode=Mode.FULL, limits=limits, held_numbers=lambda: count)
    store(tenant, plan, now)
