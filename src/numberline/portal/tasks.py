"""A task: what somebody asked for that takes a while, how far it has come, and what became of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from numberline.access.permissions import Permission
from numberline.access.visit import Visit
from numberline.accounts.actor import in_portal
from numberline.jobs.models import Kind, State, Task
from numberline.jobs.permitted import NEEDS
from numberline.jobs.tasks import withdraw
from numberline.jobs.words import title
from numberline.portal.request import InTenant
from numberline.portal.whence import whence


def task(request: InTenant, key: int) -> HttpResponse:
    """The page of one task, which a browser asks for again every second until the task has ended."""
    found = get_object_or_404(
        Task.objects.of(request.visit.tenant.pk).select_related("run", "tenant"), pk=key
    )
    request.belongs_to = whence(found).route
    waits = found.state == State.WAITING and request.visit.allows(Permission.SYNC)
    context = {"task": found, "title": title(found), "may_withdraw": waits}
    return render(request, "portal/task.html", context)


def task_withdraw(request: InTenant, key: int) -> HttpResponse:
    """Take back a task that has not begun: one's own, or one that the reader might have asked for."""
    found = get_object_or_404(Task.objects.of(request.visit.tenant.pk), pk=key)
    mine = found.actor == in_portal(request.user)
    if not mine and not request.visit.allows(NEEDS[Kind(found.kind)]):
        messages.error(
            request, "Whoever asked for it, or somebody who may ask for the same, can take it back."
        )
    elif withdraw(found, str(request.user)):
        messages.info(request, "It was taken back before it began: nothing was done.")
    else:
        messages.error(request, "It has begun or ended already.")
    return redirect("task", tenant=request.visit.tenant.name, key=key)


def under_way(visit: Visit, route: str, *named: str) -> list[dict[str, Any]]:
    """What was asked for on that page and has not ended: whoever comes back sees that it is asked for already."""
    here = reverse(route, args=[visit.tenant.name, *named])
    rows = Task.objects.of(visit.tenant.pk).filter(back=here, state__in=(State.WAITING, State.RUNNING))
    return [{"task": row, "title": title(row)} for row in rows.order_by("asked_at", "pk")[:20]]
