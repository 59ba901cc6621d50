"""A task: what somebody asked for that takes a while, how far it has come, and what became of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from numberline.jobs.models import Task
from numberline.jobs.words import title
from numberline.portal.request import InTenant


def task(request: InTenant, key: int) -> HttpResponse:
    """The page of one task, which a browser asks for again every second until the task has ended."""
    found = get_object_or_404(
        Task.objects.of(request.visit.tenant.pk).select_related("run", "tenant"), pk=key
    )
    return render(request, "portal/task.html", {"task": found, "title": title(found)})
