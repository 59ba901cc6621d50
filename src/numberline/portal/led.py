"""Where a refusal leads: the pages of the verbs that would mend it, for who may use them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from numberline.access.permissions import Permission
from numberline.access.routes import ROUTES
from numberline.access.visit import Visit
from numberline.core import phone
from numberline.overrides.ways import Way, ways_of

AT: Final = {
    "adopt": ("Adopt {about}", "number_adopt"),
    "release": ("Release {about}", "number_release"),
    "reserve": ("Reserve {about}", "number_reserve"),
    "unreserve": ("Unreserve {about}", "number_unreserve"),
    "unblock": ("Unblock {about}", "number_unblock"),
    "unlock": ("Unlock {about}", "number_unlock"),
    "assign": ("Assign a number", "person_assign"),
    "change": ("Change the number", "person_change"),
    "edit": ("Edit range {about}", "range_edit"),
}
"""What the link of each verb says, and the route that it goes to."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way on: what it does, and its address."""

    title: str
    address: str


def led(visit: Visit, error: Exception | None) -> list[Link]:
    """The ways on that a refusal knows and this visitor may go."""
    return links(visit, ways_of(error)) if error is not None else []


def links(visit: Visit, ways: Iterable[Way]) -> list[Link]:
    """The ways that this visitor may go, each once."""
    return [_link(visit, way) for way in dict.fromkeys(ways) if _may(visit, way.verb)]


def _may(visit: Visit, verb: str) -> bool:
    if verb not in AT:
        return False
    need = ROUTES[AT[verb][1]].need("GET")
    return isinstance(need, Permission) and visit.allows(need)


def _link(visit: Visit, way: Way) -> Link:
    title, route = AT[way.verb]
    about = phone.grouped(way.about) if way.about.startswith("+") else way.about
    return Link(title.format(about=about), reverse(route, args=[visit.tenant.name, way.about]))
