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
    ("worklist", "Worklist", "w"),
)
"""Route, title and key of each page that the navigation names, in its order."""
BELOW: dict[str, str] = {
    **{route: "people" for route in ROUTES if route == "person" or route.startswith("person_")},
    **{route: "numbers" for route in ROUTES if route == "number" or route.startswith("number_")},
    "task": "overview",
}
"""Routes of pages that belong to another page's place in the navigation."""


def portal(request: HttpRequest) -> dict[str, Any]:
    """The visit, the navigation and the reader's tenants, for pages that somebody sees who is signed in."""
    visit: Visit | None = getattr(request, "visit", None)
    context: dict[str, Any] = {"visit": visit, "Permission": Permission}
    if visit is not None:
        context |= {"tenant": visit.tenant, "places": _places(request, visit)}
        context["tenants"] = tenants_of(visit.user)
    return context


def _places(request: HttpRequest, visit: Visit) -> list[Place]:
    here = request.resolver_match.view_name if request.resolver_match is not None else ""
    here = BELOW.get(here, here)
    return [
        Place(route, title, key, reverse(route, args=[visit.tenant.name]), route == here)
        for route, title, key in PLACES
        if _may_see(visit, route)
    ]


def _may_see(visit: Visit, route: str) -> bool:
    need = ROUTES[route].reads
    return isinstance(need, Permission) and visit.allows(need)
