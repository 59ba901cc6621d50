"""What a run did, as `sync --json` prints it (spec section 7), and the exit code that it means."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from numberline.assignments.flight import Ending
from numberline.assignments.models import Change
from numberline.core.held import held
from numberline.core.limits import Mode
from numberline.directory.models import Person
from numberline.planning.settings import effective_mode
from numberline.runs.applying import Applied
from numberline.runs.models import Run
from numberline.runs.reading import Read
from numberline.tenants.models import Tenant

MOST_TOLD = 200
"""So many failures are kept by name with the run; the others are counted."""


@dataclass(slots=True)
class RunResult:
    """The outcome of a run. `failures` names each person, number (or policy) and why; `over_limit` is held by a limit other
    than the mode; `held_by` says what holds the rest, each to stand after "by"."""

    tenant: str
    run: int
    mode: str
    people: int
    numbers: int
    assigned: int
    released: int
    waiting: int
    held: int
    over_limit: int
    seconds: float
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    changed: int = 0
    held_by: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 done, 3 some items failed, 4 something is held (3 before 4; what the mode holds does not count)."""
        return 3 if self.failures else 4 if self.over_limit else 0

    def failures_told(self) -> list[dict[str, str]]:
        """Each failure by name, as far as they can be read."""
        return [
            {"person": who, "number": number, "why": why} for who, number, why in self.failures[:MOST_TOLD]
        ]

    def to_json(self) -> dict[str, Any]:
        """The JSON of spec section 7."""
        return {
            "tenant": self.tenant,
            "run": self.run,
            "mode": self.mode,
            "read": {"people": self.people, "numbers": self.numbers},
            "applied": {"assign": self.assigned, "change": self.changed, "release": self.released},
            "waiting": self.waiting,
            "held": self.held,
            "failed": len(self.failures),
            "seconds": round(self.seconds, 3),
        }


def result_of(
    tenant: Tenant,
    run: Run,
    read: Read,
    applied: Applied,
    at: datetime,
    concerned: Collection[str] | None = None,
) -> RunResult:
    """Count what a run did and what is left after it.

    `concerned` are the people (object ids) whom alone the run was for, None for everybody: what others still want is
    not held by it. A change of a plan whose number was lost has failed, because nobody decides anew there.
    """
    people = Person.objects.of(tenant.pk)
    open_changes = Change.objects.of(tenant.pk).filter(open=True)
    in_doubt = open_changes.count()
    last = {flight.person: flight for flight in applied.flights}
    lost = {Ending.REFUSED, Ending.CANCELLED, Ending.PUT_BACK, Ending.STUCK} | (
        {Ending.TAKEN} if run.kind == "apply" else set()
    )
    failed = [f for f in last.values() if f.ending in lost]
    settled = people.filter(needs_look=True).exclude(object_id__in=open_changes.values("person"))
    settled = settled.exclude(object_id__in=[flight.person for flight in failed])
    mode = effective_mode(tenant)
    rows = settled.filter(action__in=("assign", "release"))
    wanted = [
        (action, limit)
        for person, action, limit in rows.values_list("object_id", "action", "limited_by")
        if concerned is None or person in concerned
    ]
    left = Counter(action for action, _ in wanted)
    by = Counter(holds.by for action, limit in wanted if (holds := held(action, mode, limit)) is not None)
    assigning, releasing = mode in (Mode.ASSIGN, Mode.FULL), mode is Mode.FULL
    return RunResult(
        tenant=tenant.name,
        run=run.pk,
        mode=tenant.mode,
        people=read.intake.read,
        numbers=read.numbers,
        assigned=sum(f.ending is Ending.ASSIGNED for f in applied.flights),
        changed=sum(f.ending in (Ending.CHANGED, Ending.SWAPPED) for f in applied.flights),
        released=sum(f.ending is Ending.RELEASED for f in applied.flights),
        waiting=people.filter(action="wait").count() + in_doubt,
        held=left.total(),
        over_limit=(left["assign"] if assigning else 0) + (left["release"] if releasing else 0),
        seconds=(at - run.started_at).total_seconds(),
        held_by=tuple(sorted(by)),
        failures=[*((f.upn, f.number, f.text) for f in failed), *applied.policies_refused],
    )
