"""The page on which a task was asked for: its place in the navigation, and what the way back to it is called."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.urls import resolve

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


def whence(task: Task) -> tuple[str, str]:
    """The route of the page that a task was asked for on, and what that page is called; empty where it is unknown."""
    try:
        there = resolve(task.back)
    except Http404:
        return "", ""
    route = str(there.view_name)
    named = NAMED.get(route)
    return route, named(task.tenant_id, there.kwargs) if named else PAGES.get(route, "")


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
