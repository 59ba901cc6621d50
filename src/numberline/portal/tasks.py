"""A task: what somebody asked for that takes a while, how far it has come, and what became of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from numberline.access.visit import Visit
from numberline.jobs.models import State, Task
from numberline.jobs.words import title
from numberline.portal.request import InTenant
from numberline.portal.whence import whence


def task(request: InTenant, key: int) -> HttpResponse:
    """The page of one task, which a browser asks for again every second until the task has ended."""
    found = get_object_or_404(
        Task.objects.of(request.visit.tenant.pk).select_related("run", "tenant"), pk=key
    )
    request.belongs_to = whence(found).route
    return render(request, "portal/task.html", {"task": found, "title": title(found)})


def under_way(visit: Visit, route: str, *named: str) -> list[dict[str, Any]]:
    """What was asked for on that page and has not ended: whoever comes back sees that it is asked for already."""
    here = reverse(route, args=[visit.tenant.name, *named])
    rows = Task.objects.of(visit.tenant.pk).filter(back=here, state__in=(State.WAITING, State.RUNNING))
    return [{"task": row, "title": title(row)} for row in rows.order_by("asked_at", "pk")[:20]]
