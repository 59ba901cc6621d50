"""The remedy's action at hand: where in the portal a human does what an item of the worklist asks for."""

from dataclasses import dataclass

from django.urls import reverse

from numberline.access.permissions import Permission
from numberline.access.routes import ROUTES
from numberline.access.visit import Visit
from numberline.worklist.models import Item

AT: dict[str, tuple[tuple[str, str], ...]] = {
    "range_exhausted": (("Add numbers to the range", "range"), ("Who waits", "people")),
    "range_low": (("Look at the range", "range"),),
    "not_ready": (("Look at the person and sync them", "person"),),
    "refused": (("Look at the person and sync them", "person"),),
    "refused_by_microsoft": (("Unblock it once it is mended", "number"),),
    "in_doubt": (("Look at the number", "number"), ("Sync the person", "person")),
    "given_up": (("Look at the person", "person"), ("Look at the number", "number")),
    "change_stuck": (("Give them the number again", "person"), ("Look at the number", "number")),
    "by_hand_failed": (("Ask for it again", "person"), ("Lock the number as it is", "number")),
    "freed_in_teams": (("Assign it again", "person"), ("Release it here", "number")),
    "release_refused": (("Look at the number", "number"),),
    "stuck_on_person": (("Look at the person", "person"), ("Look at the number", "number")),
    "not_adopted": (("Take it over", "number"), ("Look at the person", "person")),
    "found_other_holder": (("Look at the number", "number"), ("Give the person another", "person")),
    "moved": (("Change the number, or lock it as it is", "person"),),
    "wrong_type": (("Change the number", "person"),),
    "country_mismatch": (("Change the number", "person"),),
    "double_claim": (("Look at the person", "person"),),
    "other_number": (("Take the new number over", "number"), ("Look at the person", "person")),
    "no_longer_listed": (("Give the holder another", "person"), ("Look at the number", "number")),
    "owner_unknown": (("Look at the number", "number"),),
    "type_changed": (("Look at the number", "number"),),
    "policy_failed": (("Look at the person and sync them", "person"),),
    "policy_unknown": (("Correct the range's policies", "range"),),
    "policy_drift": (("Look at the range's policies", "range"), ("Look at the person", "person")),
    "policy_permission": (("Check the tenant", "settings"),),
    "listing_short": (("Sync in full", "overview"),),
    "directory_short": (("Sync in full", "overview"),),
    "held": (("Look at the plan", "plan"),),
    "run_failing": (("Look at the runs", "activity"), ("Check the tenant", "settings")),
    "alert_failed": (("Look at the alerts", "settings"),),
}
"""For each code what the link says and the page that it goes to; a page of what the item does not name is left out."""


@dataclass(frozen=True, slots=True)
class Action:
    """A link that does, or begins, what an item asks for."""

    title: str
    address: str


def actions(visit: Visit, item: Item) -> list[Action]:
    """What is at hand for an item, as far as this visitor may open it."""
    found = []
    for title, route in AT[item.code]:
        about = {"person": item.person, "number": item.number, "range": item.range_name}.get(route)
        if about == "" or route not in ROUTES or not _may_open(visit, route):
            continue
        arguments = [visit.tenant.name, *([about] if about else [])]
        found.append(Action(title, reverse(route, args=arguments)))
    return found


def _may_open(visit: Visit, route: str) -> bool:
    need = ROUTES[route].reads
    return isinstance(need, Permission) and visit.allows(need)
