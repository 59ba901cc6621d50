"""What changes on the overview while somebody looks at it: the work that goes on, the last runs, people who arrive."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.http import HttpResponse
from django.shortcuts import render

from numberline import clock
from numberline.access.visit import Visit
from numberline.assignments.models import Assignment
from numberline.core.decision import Action
from numberline.core.held import Held
from numberline.core.held import held as held_back
from numberline.directory.models import Person
from numberline.jobs.due import next_pass
from numberline.jobs.heartbeat import alive, last_seen
from numberline.jobs.models import Kind, Task
from numberline.portal.request import InTenant
from numberline.runs.models import Run
from numberline.runs.passes import notice_killed
from numberline.runs.recent import latest
from numberline.tenants.models import Mode

RUNS, PEOPLE, NEWEST = 6, 8, 100
SHOWN = timedelta(minutes=2)
"""For so long the outcome of a sync that was asked for is shown."""
NOT_NEWS = (Action.SKIP.value, "")


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody new, and how far they have come: their number, or the decision about them."""

    person: Person
    number: str
    held: Held | None


@dataclass(slots=True)
class Live:
    """What is shown, and `stamp`, which stays the same as long as nothing of it changes."""

    task: Task | None
    runs: list[Run]
    due: datetime | None
    failures: int
    living: bool
    seen: datetime | None
    off: bool
    arrived: list[Arrived]
    stamp: str = field(init=False)

    def __post_init__(self) -> None:
        facts = (
            self.task and (self.task.pk, self.task.state, self.task.run_id),
            [(run.pk, run.outcome, run.step, run.done, run.total) for run in self.runs],
            (self.due, self.failures, self.living, self.off),
            [
                (one.person.pk, one.person.name, one.number, one.held, one.person.reason)
                for one in self.arrived
            ],
        )
        self.stamp = sha256(repr(facts).encode()).hexdigest()[:16]

    @property
    def due_now(self) -> bool:
        """Whether the next pass only waits for the loop to come by."""
        return self.due is not None and self.due < clock.now() + timedelta(seconds=1)

    @property
    def at_work(self) -> Run | None:
        """The run that is at work, if any."""
        return self.runs[0] if self.runs and self.runs[0].ended_at is None else None

    @property
    def busy(self) -> bool:
        """Whether something goes on that is worth looking at every second."""
        return self.at_work is not None or (self.task is not None and not self.task.ended)


def look(visit: Visit) -> Live:
    """What there is to be seen now."""
    tenant, now = visit.tenant, clock.now()
    notice_killed(tenant)
    due = next_pass(tenant.pk)
    living = bool(alive(now))
    return Live(
        task=_sync(tenant.pk, now),
        runs=latest(tenant.pk, RUNS),
        due=due[0] if due is not None else None,
        failures=due[1] if due is not None else 0,
        living=living,
        seen=None if living else last_seen(),
        off=tenant.mode == Mode.OFF,
        arrived=_arrived(visit),
    )


def looks_again(request: InTenant) -> bool:
    """Whether an overview that is open asks what has changed meanwhile."""
    return bool(request.htmx) and "stamp" in request.GET


def news(request: InTenant) -> HttpResponse:
    """The part of the overview that changes; nothing when it is as the reader has it."""
    now = look(request.visit)
    if request.GET.get("stamp") == now.stamp:
        return HttpResponse(status=204)
    ended = now.task is not None and now.task.ended and request.GET.get("task") == str(now.task.pk)
    return render(request, "portal/parts/live.html", {"live": now, "just_ended": ended})


def _sync(tenant_id: int, now: datetime) -> Task | None:
    """The sync that was asked for last, while it waits or works, and for a while after."""
    rows = Task.objects.of(tenant_id).filter(kind=Kind.SYNC).select_related("run", "tenant")
    task = rows.order_by("-asked_at", "-pk").first()
    return task if task is not None and (task.ended_at is None or task.ended_at > now - SHOWN) else None


def _arrived(visit: Visit) -> list[Arrived]:
    """The people who came last and concern telephony."""
    newest = visit.people.order_by("-pk").only(
        "pk",
        "tenant",
        "object_id",
        "name",
        "upn",
        "action",
        "code",
        "reason",
        "first_seen",
        *("limited_by", "limited_since"),
    )[:NEWEST]
    people = [person for person in newest if person.action not in NOT_NEWS][:PEOPLE]
    held = Assignment.objects.of(visit.tenant.pk).filter(
        person__in=[person.object_id for person in people], until=None
    )
    numbers = dict(held.values_list("person", "number__text"))
    return [
        Arrived(
            person,
            numbers.get(person.object_id, ""),
            held_back(person.action, visit.tenant.mode, person.limited_by, person.limited_since),
        )
        for person in people
    ]
