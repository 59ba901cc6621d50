"""The first steps in a tenant, from the connection to the switch: what is done follows from what there is, and from
nothing that somebody clicked."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from numberline.access.permissions import Permission
from numberline.access.visit import Visit
from numberline.assignments.models import Assignment
from numberline.core.states import State
from numberline.jobs.models import Kind
from numberline.jobs.models import State as TaskState
from numberline.planning.models import StoredPlan
from numberline.portal.looked import latest
from numberline.portal.request import InTenant
from numberline.portal.tenant_check import check_context
from numberline.runs.models import Run
from numberline.tenants.models import Mode

ON = (Mode.ASSIGN, Mode.FULL)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, whether it is done, what is to be done, and where (for whoever may do it)."""

    title: str
    done: bool
    sentence: str
    ways: tuple[tuple[str, str], ...] = ()


def tenant_steps(request: InTenant) -> HttpResponse:
    """All steps, with the check of the connection live."""
    context = {**check_context(request.visit), "steps": steps(request.visit)}
    return render(request, "portal/tenant_steps.html", context)


def steps_left(visit: Visit) -> list[Step]:
    """The steps while they are not all done; nothing for whoever may take none of them."""
    if not visit.allows(Permission.RANGES) or finished(visit):
        return []
    return steps(visit)


def finished(visit: Visit) -> bool:
    """Whether automation gives numbers here, or ever did: a tenant that rests a while is no beginner."""
    ours = Assignment.objects.of(visit.tenant.pk).exclude(source="found")
    return (visit.tenant.mode in ON and _ruled(visit)) or ours.exists()


def steps(visit: Visit) -> list[Step]:
    """Every step in its order."""
    return list(_steps(visit))


def _steps(visit: Visit) -> Iterator[Step]:
    tenant = visit.tenant
    yield Step("Connect the tenant", True, f"{tenant.name} signs in as the application {tenant.client_id}.")
    yield Step(
        "Check that everything works",
        _works(visit),
        "Each permission and each part of Microsoft is asked once. What is missing stands there with its remedy.",
        _ways(visit, (Permission.VIEW, "tenant_check", "Check what works")),
    )
    yield Step(
        "Make the first range with its rule",
        _ruled(visit),
        "A range has numbers, and a rule that says who draws from it. Begin with one place.",
        _ways(visit, (Permission.RANGES, "range_new", "Make a range")),
    )
    yield Step(
        "Bring its numbers",
        visit.numbers.filter(range__isnull=False).exclude(state=State.RETIRED).exists(),
        "Direct Routing: as blocks in the range, or from a spreadsheet. Calling Plan and Operator Connect: the range "
        "selects from those that Teams lists.",
        _ways(
            visit,
            (Permission.BULK, "import_numbers", "Import from a spreadsheet"),
            (Permission.RANGES, "ranges", "Ranges"),
        ),
    )
    yield Step(
        "See the plan",
        StoredPlan.objects.of(tenant.pk).exists(),
        "Who would get which number and why, before anything happens.",
        _ways(visit, (Permission.VIEW, "plan", "Plan")),
    )
    yield Step(
        "Switch on",
        tenant.mode in ON,
        "In mode assign automation gives numbers; in mode full it takes them back from leavers as well.",
        _ways(visit, (Permission.TENANT, "settings_mode", "Change the mode")),
    )


def _ways(visit: Visit, *ways: tuple[Permission, str, str]) -> tuple[tuple[str, str], ...]:
    """Address and words of each way that is open to the reader."""
    return tuple(
        (reverse(route, args=[visit.tenant.name]), words)
        for permission, route, words in ways
        if visit.allows(permission)
    )


def _works(visit: Visit) -> bool:
    """Whether the last check found everything that is needed; without a check, whether a run ever went well."""
    task = latest(visit.tenant, Kind.CHECK)
    if task is not None and task.ended:
        return task.state == TaskState.DONE
    return Run.objects.of(visit.tenant.pk).filter(outcome="done").exists()


def _ruled(visit: Visit) -> bool:
    return visit.ranges.filter(enabled=True).exclude(rule="").exists()
