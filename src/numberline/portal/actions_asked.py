"""Asking the background loop for what talks to Microsoft, and going on to the page that shows how far it has come."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from numberline.access.visit import Visit
from numberline.audit.record import Cause
from numberline.jobs.models import Kind
from numberline.jobs.tasks import ask


def asked(
    visit: Visit, kind: Kind, arguments: dict[str, Any], cause: Cause, back: tuple[str, ...]
) -> HttpResponse:
    """Ask for it; `back` is the route of the page that it was asked for on, and what its address names."""
    task = ask(
        visit.tenant,
        kind,
        arguments,
        actor=cause.actor,
        reason=cause.reason,
        ticket=cause.ticket,
        back=reverse(back[0], args=[visit.tenant.name, *back[1:]]),
    )
    return redirect("task", visit.tenant.name, task.pk)
