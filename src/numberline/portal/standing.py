"""What of the overview stands until something happens: what is held, who waits, what needs a human, what is free."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256

from django.http import HttpResponse
from django.shortcuts import render

from numberline import clock
from numberline.access.visit import Visit
from numberline.core.countries import spoken
from numberline.core.decision import Action
from numberline.core.limits import Limit, Mode
from numberline.core.states import State
from numberline.inventory.tally import tally
from numberline.planning.held import held_by_limit, held_by_mode
from numberline.planning.standing import waiting
from numberline.portal.links import link
from numberline.portal.request import InTenant
from numberline.worklist.models import Item
from numberline.worklist.search import counts
from numberline.worklist.titles import TITLES

MOST_RANGES = 60
HELD = {"assign": "to assign", "change": "to change", "release": "to release"}
OF = {Limit.ASSIGN.value: "assign"}
"""What a limit holds that does not hold releases."""


@dataclass(slots=True)
class Stock:
    """The numbers of a country or a range by state."""

    name: str
    key: int = 0
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

    code: str = ""
    ranges: list[Stock] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are of something, in words, and where they are listed (empty: nowhere yet)."""

    words: str
    count: int
    address: str


@dataclass(slots=True)
class Standing:
    """What is shown, and `stamp`, which stays the same as long as nothing of it changes."""

    mode: str
    waiting: list[Counted]
    by_mode: list[tuple[int, str]]
    by_limit: list[tuple[int, str, str]]
    held: list[Item]
    worklist: list[Counted]
    countries: list[Country]
    left_out: int
    stamp: str = field(init=False)

    def __post_init__(self) -> None:
        held = [(item.pk, item.cause, item.detail) for item in self.held]
        people = (self.waiting, self.by_mode, self.by_limit, held, self.worklist)
        facts = (self.mode, people, self.countries, self.left_out)
        self.stamp = sha256(repr(facts).encode()).hexdigest()[:16]


def standing(visit: Visit) -> Standing:
    """How it stands now."""
    tenant, mode = visit.tenant, Mode(visit.tenant.mode)
    by_mode, by_limit = held_by_mode(visit.people, mode), held_by_limit(visit.people, mode)
    countries, left_out = _stocks(visit)
    limits = [
        (
            count,
            f"{HELD[OF.get(limit, 'release')]}, by the limit {limit}",
            link("people", tenant.name, held=limit),
        )
        for limit, count in by_limit.items()
    ]
    return Standing(
        mode=mode,
        waiting=_waiting(visit, by_mode, by_limit),
        by_mode=[(count, HELD[action]) for action, count in by_mode.items()],
        by_limit=limits,
        held=list(Item.objects.of(tenant.pk).filter(code="held", closed_at=None).order_by("subject")),
        worklist=[
            Counted(TITLES[code], count, link("worklist", tenant.name, code=code))
            for code, count in counts(tenant.pk, clock.now()).items()
        ],
        countries=countries,
        left_out=left_out,
    )


def stands_again(request: InTenant) -> bool:
    """Whether an overview that is open asks how it stands by now."""
    return bool(request.htmx) and "standing" in request.GET


def changed(request: InTenant, context: dict[str, object]) -> HttpResponse:
    """The part of the page that stands, as it is now; nothing when it is as the reader has it."""
    now = standing(request.visit)
    if request.GET.get("standing") == now.stamp:
        return HttpResponse(status=204)
    return render(request, "portal/parts/standing.html", {**context, "standing": now})


def _waiting(visit: Visit, by_mode: Counter[str], by_limit: dict[str, int]) -> list[Counted]:
    """Who waits and why, those included whom the mode or a limit holds."""
    tenant = visit.tenant
    people = [
        Counted(code.replace("_", " "), count, link("people", tenant.name, decision="wait", why=code))
        for code, count in waiting(visit.people).items()
    ]
    if by_limit.get(Limit.ASSIGN):
        address = link("people", tenant.name, held=Limit.ASSIGN)
        people.append(Counted("held by the limit assign", by_limit[Limit.ASSIGN], address))
    if by_mode[Action.ASSIGN]:
        address = link("people", tenant.name, decision=Action.ASSIGN)
        people.append(Counted(f"held by the mode {tenant.mode}", by_mode[Action.ASSIGN], address))
    return sorted(people, key=lambda one: (-one.count, one.words))


def _stocks(visit: Visit) -> tuple[list[Country], int]:
    """Countries with their ranges, and how many ranges are left out because there are too many to read."""
    names = dict(visit.ranges.values_list("pk", "name"))
    found: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for (country, key, state), count in tally(visit.tenant.pk, "country", "range_key", "state").items():
        found[str(country), int(key)][str(state)] += count
    chosen = sorted(found, key=lambda place: (found[place][State.AVAILABLE.value], place))[:MOST_RANGES]
    countries: dict[str, Country] = {}
    for (country, key), states in found.items():
        where = countries.setdefault(country, Country(spoken(country), code=country))
        where.states += states
        if (country, key) in chosen:
            name = names.get(key, "")
            address = link("range", visit.tenant.name, name) if name else ""
            where.ranges.append(Stock(name or "in no range", key, address, states))
    for where in countries.values():
        where.ranges.sort(key=lambda one: (one.free, one.name))
    return sorted(countries.values(), key=lambda one: one.name), max(0, len(found) - MOST_RANGES)
