"""The page on which a task was asked for: its place in the navigation, and what the way back to it is called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import resolve, reverse

from numberline.core import phone
from numberline.directory.models import Person
from numberline.jobs.models import Task

PAGES: dict[str, str] = {
    "overview": "the overview",
    "people": "people",
    "numbers": "numbers",
    "import_numbers": "the import",
    "plan": "the plan",
    "worklist": "the worklist",
    "tenant_check": "the check",
    "tenant_steps": "the first steps",
    "settings": "the settings",
    "settings_alerts": "the alerts",
    "settings_audit": "the audit trail",
}
"""What pages are called that are about nothing in particular, by their routes."""


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a task was asked for: the page's route (empty: unknown), what the page is called, and its address now."""

    route: str = ""
    page: str = ""
    address: str = ""


def whence(task: Task) -> Whence:
    """The page that a task was asked for on. Its address follows when the tenant is called something else by now."""
    try:
        there = resolve(task.back)
    except Http404:
        return Whence(address=task.back)
    route = str(there.view_name)
    named = NAMED.get(route)
    page = named(task.tenant_id, there.kwargs) if named else PAGES.get(route, "")
    if "tenant" not in there.kwargs:
        return Whence(route, page, task.back)
    return Whence(route, page, reverse(route, kwargs={**there.kwargs, "tenant": task.tenant.name}))


def _person(tenant_id: int, given: dict[str, Any]) -> str:
    known = Person.objects.of(tenant_id).filter(object_id=given["object_id"]).first()
    return "the person" if known is None else known.name or str(known)


NAMED: dict[str, Callable[[int, dict[str, Any]], str]] = {
    "person": _person,
    "number": lambda _tenant_id, given: phone.grouped(given["text"]),
    "range": lambda _tenant_id, given: str(given["name"]),
    "plan_named": lambda _tenant_id, given: f"plan {given['name']}",
}
"""What pages are called that are about one thing, from what their addresses name."""
