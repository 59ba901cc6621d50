"""The remedy at hand: what a human does in the portal about an item of the worklist, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from numberline.access.permissions import Permission
from numberline.access.roles import ROLES
from numberline.access.routes import ROUTES, Need
from numberline.access.visit import Visit
from numberline.portal.remedies_typed import commands
from numberline.worklist.codes import ADVICE
from numberline.worklist.listing import Shown
from numberline.worklist.titles import TITLES

AT: dict[str, tuple[tuple[str, str], ...]] = {
    "range_exhausted": (("Add numbers to the range", "range_edit"), ("Who waits", "people")),
    "range_low": (("Look at the range", "range"), ("Add numbers to it", "range_edit")),
    "not_ready": (("Sync the person now", "person_sync"), ("Look at the person", "person")),
    "refused": (("Sync the person now", "person_sync"), ("Look at the person", "person")),
    "refused_by_microsoft": (("Unblock it once it is mended", "number_unblock"), ("Look at it", "number")),
    "in_doubt": (("Sync the person now", "person_sync"), ("Look at the number", "number")),
    "given_up": (("Look at the person", "person"), ("Look at the number", "number")),
    "change_stuck": (("Sync the person now", "person_sync"), ("Assign a number", "person_assign")),
    "by_hand_failed": (("Ask for it again", "person"), ("Lock the number as it is", "number_lock")),
    "freed_in_teams": (("Assign it again", "person_assign"), ("Release it here", "number_release")),
    "release_refused": (("Look at the number", "number"),),
    "stuck_on_person": (("Look at the person", "person"), ("Look at the number", "number")),
    "not_adopted": (("Adopt the number", "number_adopt"), ("Look at the person", "person")),
    "found_other_holder": (("Give the person another", "person_assign"), ("Look at the number", "number")),
    "moved": (("Change the number", "person_change"), ("Lock the person as they are", "person_lock")),
    "wrong_type": (("Change the number", "person_change"), ("Look at the person", "person")),
    "country_mismatch": (("Change the number", "person_change"), ("Look at the person", "person")),
    "double_claim": (("Look at the person", "person"), ("Sync the person now", "person_sync")),
    "other_number": (("Adopt the new number", "number_adopt"), ("Look at the person", "person")),
    "no_longer_listed": (("Give the holder another", "person_change"), ("Look at the number", "number")),
    "owner_unknown": (("Look at the number", "number"),),
    "type_changed": (("Look at the number", "number"),),
    "policy_failed": (("Sync the person now", "person_sync"), ("Look at the person", "person")),
    "policy_unknown": (("Correct the range's policies", "range_edit"), ("Look at the range", "range")),
    "policy_drift": (("Correct the range's policies", "range_edit"), ("Look at the range", "range")),
    "policy_permission": (("Check the tenant", "tenant_check"),),
    "listing_short": (("Sync everything anew", "overview"),),
    "directory_short": (("Sync everything anew", "overview"),),
    "held": (("Look at the plan", "plan"), ("Change the limits", "settings_change")),
    "run_failing": (("Check the tenant", "tenant_check"), ("Look at the runs", "runs")),
    "credential_ends": (
        ("Replace the credential", "settings_credential"),
        ("Look at the settings", "settings"),
    ),
    "notifications_failing": (("Check the tenant", "tenant_check"),),
    "alert_failed": (("Look at the alerts", "settings_alerts"),),
}
"""For each code what the button says and the route that it goes to; a page of what the item does not name is left out."""

HERE: dict[str, str] = {
    "range_low": "Order further numbers and add them to the range before they run out.",
    "change_stuck": "Read below what Teams shows; sync the person, who then gets the number that is kept for them, or assign one.",
    "by_hand_failed": "Read below why; ask for it again, or lock the number if it is to stay (that ends the reminder).",
    "not_adopted": "Adopt it so that it is taken back, or remove it in the Teams admin center.",
    "moved": "Leave it so (locking the person ends the reminder), change their number to one that matches, or correct the rule.",
    "wrong_type": "Correct the licences, or change their number to one of the right type.",
    "country_mismatch": "Correct the usage location, or change their number to one of their country.",
    "other_number": "Adopt the new number; if it was a mistake, change it back in the Teams admin center.",
    "no_longer_listed": "Ask the provider whether it was ported out; give its holder another number, or end its reservation.",
    "policy_drift": "Give them the range's policies in Teams, change the range's policies, or have differences put back (Settings).",
    "listing_short": "Look at the numbers in the Teams admin center; if they are really gone, sync everything anew to confirm it.",
    "directory_short": "Look at the directory in the Entra admin center; if they are really gone, sync everything anew to confirm it.",
    "held": "Look at the plan; approve it if it is right, else mend the cause in the directory or change the limit.",
    "run_failing": "Do what the cause says; the check shows what works, and the next run that ends well closes this.",
    "credential_ends": "Make a new one for the application in Entra and store it in the settings before the old one ends.",
    "alert_failed": "Mend the receiver, its address or the mail server's settings; a test shows whether it works again.",
}
"""What to do, in the portal's words, where the table of codes speaks of commands or of the configuration file."""

SENT: dict[str, tuple[tuple[str, str], ...]] = {
    "person_sync": (),
    "overview": (("full", "1"), ("confirms", "1")),
}
"""Routes that are asked at once by a form, and what it sends."""
FIXED = {"settings_change": ("limits",)}
"""What the address of a route is made of besides, where it is always the same."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something at hand: where its link leads, or which fields its form sends there at once (`asks`)."""

    title: str
    address: str
    fields: tuple[tuple[str, str], ...] = ()
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about an item: its title and sentence, what this visitor can do at once, the roles that could do
    what they may not, each with what, and the commands that do the same."""

    title: str
    sentence: str
    actions: tuple[Action, ...]
    needs: tuple[tuple[str, str], ...]
    commands: tuple[str, ...]


def remedy(visit: Visit, shown: Shown) -> Remedy:
    """What this visitor can do about an item."""
    code = shown.item.code
    offered, refused = [], []
    for title, route in AT[code]:
        about = _about(route, shown)
        if about is None:
            continue
        if _may(visit, route):
            address = reverse(route, args=[visit.tenant.name, *about])
            if (code, route) == ("freed_in_teams", "person_assign"):
                address += f"?{urlencode({'number': shown.item.number})}"
            offered.append(Action(title, address, SENT.get(route, ()), route in SENT))
        else:
            refused.append((title, route))
    typed = tuple(commands(visit.tenant.name, shown))
    return Remedy(TITLES[code], what_to_do(code), tuple(offered), _roles(refused), typed)


def what_to_do(code: str) -> str:
    """The remedy of a code in the portal's words."""
    return HERE.get(code, ADVICE[code].remedy)


def _about(route: str, shown: Shown) -> tuple[str, ...] | None:
    """What the route's address names besides the tenant; None where the item names no such thing."""
    if route in FIXED:
        return FIXED[route]
    known = shown.item.person if shown.upn else ""
    first = route.partition("_")[0]
    about = {"person": known, "number": shown.item.number, "range": shown.item.range_name}.get(first)
    return () if about is None else (about,) if about else None


def _may(visit: Visit, route: str) -> bool:
    need = _need(route)
    return isinstance(need, Permission) and visit.allows(need)


def _need(route: str) -> Need | None:
    return ROUTES[route].need("POST" if route in SENT else "GET")


def _roles(refused: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The least roles that may do these, and what each of them could do."""
    found: dict[str, list[str]] = {}
    for title, route in refused:
        need = _need(route)
        role = next(role for role in ROLES if need in role.permissions)
        found.setdefault(role.title.lower(), []).append(f"{title[:1].lower()}{title[1:]}")
    return tuple((role, ", ".join(titles)) for role, titles in found.items())
