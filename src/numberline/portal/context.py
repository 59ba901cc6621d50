"""What every page knows: where the reader is, and where they may go."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from numberline.access.permissions import Permission
from numberline.access.routes import ROUTES
from numberline.access.visit import Visit, tenants_of


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the navigation: its route, its title, and the key that goes there after `g`."""

    route: str
    title: str
    key: str
    address: str
    current: bool


PLACES: tuple[tuple[str, str, str], ...] = (
    ("overview", "Overview", "o"),
    ("people", "People", "p"),
    ("numbers", "Numbers", "n"),
    ("ranges", "Ranges", "r"),
    ("rules_check", "Rules check", "c"),
    ("plan", "Plan", "l"),
    ("worklist", "Worklist", "w"),
    ("activity", "Activity", "a"),
    ("settings", "Settings", "s"),
)
"""Route, title and key of each page that the navigation names, in its order."""
FAMILIES = {
    "person": "people",
    "number": "numbers",
    "range": "ranges",
    "rule": "ranges",
    "run": "activity",
    "entry": "activity",
    "task": "overview",
    "team": "settings",
    "tenant": "settings",
    "import": "numbers",
    "runs": "activity",
}
"""The place of pages that belong to another page, by the first word of their route (`person_release`: people)."""


def portal(request: HttpRequest) -> dict[str, Any]:
    """The visit, the navigation and the reader's tenants, for pages that somebody sees who is signed in."""
    visit: Visit | None = getattr(request, "visit", None)
    context: dict[str, Any] = {"visit": visit, "Permission": Permission}
    if visit is not None:
        context |= {"tenant": visit.tenant, "places": _places(request, visit)}
        context["tenants"] = tenants_of(visit.user)
        context["may_see_team"] = visit.allows(Permission.TEAM)
    return context


def _places(request: HttpRequest, visit: Visit) -> list[Place]:
    here = request.resolver_match.view_name if request.resolver_match is not None else ""
    here = _place(getattr(request, "belongs_to", "") or here)
    return [
        Place(route, title, key, reverse(route, args=[visit.tenant.name]), route == here)
        for route, title, key in PLACES
        if _may_see(visit, route)
    ]


def _place(route: str) -> str:
    """The route of the navigation that a page belongs to."""
    named = {name for name, _, _ in PLACES}
    first = route.partition("_")[0]
    return route if route in named else first if first in named else FAMILIES.get(first, "")


def _may_see(visit: Visit, route: str) -> bool:
    need = ROUTES[route].reads if route in ROUTES else None
    return isinstance(need, Permission) and visit.allows(need)
