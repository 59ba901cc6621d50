"""The overview of a tenant, and the sync that is asked for there."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from numberline import clock
from numberline.access.permissions import Permission
from numberline.access.visit import Visit
from numberline.accounts.actor import in_portal
from numberline.core.limits import Mode
from numberline.core.states import State
from numberline.inventory.tally import tally
from numberline.jobs.models import Kind
from numberline.jobs.tasks import ask
from numberline.planning.standing import held_by_mode, waiting
from numberline.portal.links import link
from numberline.portal.live import look, looks_again, news
from numberline.portal.request import InTenant
from numberline.portal.tenant_steps import steps_left
from numberline.runs.models import Run
from numberline.worklist.models import Item
from numberline.worklist.search import counts
from numberline.worklist.titles import TITLES

MEANINGS: dict[str, str] = {
    Mode.OFF: "Automation does nothing here by itself. What somebody asks for by hand is done.",
    Mode.OBSERVE: "Automation reads and plans, and changes nothing. The plan shows what it would do.",
    Mode.ASSIGN: "Automation gives numbers to people who wait for one, and never takes one back.",
    Mode.FULL: "Automation gives numbers to people who wait for one, and takes them back from who left.",
}
MOST_RANGES = 60
HELD = {"assign": "to assign", "change": "to change", "release": "to release"}


@dataclass(slots=True)
class Stock:
    """The numbers of a country or a range by state."""

    name: str
    address: str = ""
    states: Counter[str] = field(default_factory=Counter)

    @property
    def free(self) -> int:
        """How many may be given."""
        return self.states[State.AVAILABLE.value]

    @property
    def total(self) -> int:
        """How many there are, without those that are retired."""
        return self.states.total() - self.states[State.RETIRED.value]


@dataclass(slots=True)
class Country(Stock):
    """A country and its ranges, those with the fewest free numbers first."""

    ranges: list[Stock] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are of something, in words, and where they are listed (empty: nowhere yet)."""

    words: str
    count: int
    address: str


def overview(request: InTenant) -> HttpResponse:
    """What automation does here, and what waits for a human; sent as a form it asks for a sync."""
    if request.method == "POST":
        return _sync_now(request)
    if looks_again(request):
        return news(request)
    visit, tenant = request.visit, request.visit.tenant
    countries, left_out = _stocks(visit)
    context = {
        "live": look(visit),
        "meaning": MEANINGS[tenant.mode],
        "waiting": [
            Counted(code.replace("_", " "), count, link("people", tenant.name, decision="wait", why=code))
            for code, count in waiting(visit.people).items()
        ],
        "by_mode": [
            (count, HELD[action])
            for action, count in sorted(held_by_mode(visit.people, Mode(tenant.mode)).items())
        ],
        "held": Item.objects.of(tenant.pk).filter(code="held", closed_at=None).order_by("subject"),
        "worklist": [
            Counted(TITLES[code], count, link("worklist", tenant.name, code=code))
            for code, count in counts(tenant.pk, clock.now()).items()
        ],
        "plan": link("plan", tenant.name),
        "countries": countries,
        "left_out": left_out,
        "ranges_page": link("ranges", tenant.name),
        "steps": steps_left(visit),
        "first_day": not Run.objects.of(tenant.pk).exclude(ended_at=None).exists(),
        "may_sync": visit.allows(Permission.SYNC),
    }
    return render(request, "portal/overview.html", context)


def _sync_now(request: InTenant) -> HttpResponse:
    """Ask for a sync; the page shows how far it has come."""
    tenant = request.visit.tenant
    back = reverse("overview", args=[tenant.name])
    arguments = {name: True for name in ("full", "confirms") if request.POST.get(name)}
    ask(tenant, Kind.SYNC, arguments, actor=in_portal(request.user), back=back)
    return redirect(back)


def _stocks(visit: Visit) -> tuple[list[Country], int]:
    """Countries with their ranges, and how many ranges are left out because there are too many to read."""
    names = dict(visit.ranges.values_list("pk", "name"))
    found: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for (country, key, state), count in tally(visit.tenant.pk, "country", "range_key", "state").items():
        found[str(country), int(key)][str(state)] += count
    chosen = sorted(found, key=lambda place: (found[place][State.AVAILABLE.value], place))[:MOST_RANGES]
    countries: dict[str, Country] = {}
    for (country, key), states in found.items():
        where = countries.setdefault(country, Country(country or "of no country"))
        where.states += states
        if (country, key) in chosen:
            name = names.get(key, "")
            address = link("range", visit.tenant.name, name) if name else ""
            where.ranges.append(Stock(name or "in no range", address, states))
    for where in countries.values():
        where.ranges.sort(key=lambda one: (one.free, one.name))
    return sorted(countries.values(), key=lambda one: one.name), max(0, len(found) - MOST_RANGES)
