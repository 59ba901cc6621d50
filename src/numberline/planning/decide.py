"""Decide about people: load facts, classify, allocate, write each decision to its person, and make the plan."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from numberline import bulk
from numberline.assignments.belongings import belongings_of
from numberline.assignments.claims import BY_HAND
from numberline.assignments.models import Assignment, Change, Kind
from numberline.audit.models import Entry
from numberline.columns import among
from numberline.core.allocate import allocate
from numberline.core.classify import classify
from numberline.core.decision import Action, Code, Decision, Wants
from numberline.core.limits import WINDOW, Done
from numberline.core.plan import Plan, build_plan
from numberline.core.ranges import Settings
from numberline.directory.facts import Known, in_chunks, known, person_facts
from numberline.directory.models import Person
from numberline.inventory.draw import DatabaseSupply
from numberline.inventory.models import Listing
from numberline.planning.held import keep_limits
from numberline.planning.settings import effective_mode, limits_of, settings_of
from numberline.scope import TenantQuerySet
from numberline.tenants.models import Tenant

LOOKED_AGAIN = frozenset(
    {
        Code.GRACE,
        Code.RANGE_EXHAUSTED,
        Code.NOT_READY,
        Code.ENTITLEMENT_CHANGED,
        Code.COUNTRY_MISMATCH,
        Code.NO_LOCATION,
    }
)
"""Codes of waiting that time or the supply may end without any change of the person."""

DECIDED = ("action", "code", "reason", "decided_at", "needs_look")
SOME = 200
Stored = tuple[int, str, str, str, bool]
Written = tuple[str, str, str, datetime, bool, int]


@dataclass(slots=True)
class Decided:
    """The plan, how many people were looked at, those whose decision is new (for progress), and the names of the
    ranges that somebody waits for although they are used up."""

    plan: Plan
    looked_at: int = 0
    news: list[Decision] = field(default_factory=list)
    exhausted: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Pass:
    """One pass over people: what was stored of them, who wants, and what is to be written."""

    stored: dict[str, Stored] = field(default_factory=dict)
    wants: list[Wants] = field(default_factory=list)
    news: list[Decision] = field(default_factory=list)
    writes: list[Written] = field(default_factory=list)
    exhausted: set[str] = field(default_factory=set)
    looked_at: int = 0


class Early:
    """Decisions made while a tenant's very first round is still being read, once every holder is known.

    Whoever wants a number stays marked `needs_look`, and is decided about at the end, with all the others who want one.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._last = 0
        self.looked_at = 0
        self.news: list[Decision] = []

    def step(self, at: datetime) -> bool:
        """Decide about some of those who were read; gives whether there were any."""
        tenant_id, settings, pass_ = self._tenant.pk, settings_of(self._tenant), _Pass()
        rows = Person.objects.of(tenant_id)
        marked = rows.filter(changed=True, pk__gt=self._last).order_by("pk").values_list("pk", flat=True)
        chosen = rows.filter(among("pk", marked[:SOME]))
        _look_at(chosen)
        some = [Known._make(row) for row in known(chosen.order_by("pk"))]
        for decision in _classified(self._tenant, settings, at, some, pass_):
            _note(decision, pass_, at)
        bulk.update(Person, tenant_id, DECIDED, pass_.writes)
        self._last = some[-1].pk if some else self._last
        self.looked_at += pass_.looked_at - len(pass_.wants)
        self.news += pass_.news
        return bool(some)


def decide(
    tenant: Tenant,
    at: datetime,
    *,
    everybody: bool = False,
    only: str | None = None,
    early: Early | None = None,
) -> Decided:
    """Decide about everybody, about those whose facts changed or whose waiting may have ended, or `only` about one.

    A plan of everybody holds everybody who waits; else only those looked at. People with an open change are left to
    it. `only` is an object id. With `early` decisions everybody is decided about who is still marked.
    """
    stale = tenant.decided_version != tenant.config_version
    everybody = only is None and early is None and (everybody or stale)
    settings = settings_of(tenant)
    pass_ = _Pass()
    plan = build_plan(
        tenant.name,
        str(tenant.config_version),
        _decisions(tenant, settings, at, _rows(tenant.pk, everybody, only), pass_),
        mode=effective_mode(tenant),
        limits=limits_of(tenant),
        held_numbers=Assignment.objects.of(tenant.pk).filter(until=None).count,
        done=_done(tenant.pk, at, only),
        listing_whole=_listing_trusted(tenant.pk),
    )
    with transaction.atomic():
        bulk.update(Person, tenant.pk, DECIDED, pass_.writes)
        keep_limits(tenant.pk, plan, at, only)
    if stale and (everybody or early is not None):
        tenant.decided_version = tenant.config_version
        tenant.save(update_fields=["decided_version"])
    decided = Decided(plan, pass_.looked_at, pass_.news, pass_.exhausted)
    if early is not None:
        decided.looked_at += early.looked_at
        decided.news = [*early.news, *decided.news]
    return decided


def _decisions(
    tenant: Tenant, settings: Settings, at: datetime, rows: Iterable[Known], pass_: _Pass
) -> Iterator[Decision]:
    for decision in _classified(tenant, settings, at, rows, pass_):
        _note(decision, pass_, at)
        yield decision
    candidates = {want.facts.id: want.candidates for want in pass_.wants}
    for decision in allocate(pass_.wants, DatabaseSupply(tenant.pk, at), settings):
        _note(decision, pass_, at)
        if decision.code is Code.RANGE_EXHAUSTED:
            pass_.exhausted.update(view.name for view in candidates[decision.person])
        yield decision


def _classified(
    tenant: Tenant, settings: Settings, at: datetime, rows: Iterable[Known], pass_: _Pass
) -> Iterator[Decision]:
    busy = set(Change.objects.of(tenant.pk).filter(open=True).values_list("person", flat=True))
    for chunk in in_chunks(rows):
        belongings = belongings_of(tenant.pk, [p.object_id for p in chunk], at)
        for person in chunk:
            if person.object_id in busy:
                continue
            pass_.looked_at += 1
            pass_.stored[person.object_id] = (
                person.pk,
                person.action,
                person.code,
                person.reason,
                person.needs_look,
            )
            result = classify(person_facts(person, belongings, at), settings, at)
            if isinstance(result, Wants):
                pass_.wants.append(result)
            else:
                yield result
                pass_.stored.pop(person.object_id, None)


def _rows(tenant_id: int, everybody: bool, only: str | None) -> Iterable[Known]:
    """Everybody, one person, or those marked `changed` or `needs_look`: by now all as `needs_look`."""
    rows = Person.objects.of(tenant_id)
    if only is not None:
        rows = rows.filter(object_id=only)
    _look_at(rows)
    rows = rows.order_by("pk")
    if only is not None:
        return map(Known._make, known(rows))
    if everybody:
        return map(Known._make, known(rows).iterator(chunk_size=1000))
    return _marked(rows)


def _look_at(rows: TenantQuerySet[Person]) -> None:
    """Take the marks of these people down, before they are read: a mark that somebody sets from now on, by hand or in
    another process, is of a change that this decision may not have seen, and stays for the next one."""
    rows.filter(changed=True).update(changed=False, needs_look=True)


def _marked(rows: TenantQuerySet[Person]) -> Iterator[Known]:
    """Those marked, found by the index of the mark."""
    ordered = list(rows.filter(needs_look=True).values_list("pk", flat=True))
    for start in range(0, len(ordered), 1000):
        yield from map(Known._make, known(rows.filter(among("pk", ordered[start : start + 1000]))))


def _note(decision: Decision, pass_: _Pass, at: datetime) -> None:
    """Remember what is to be written of this decision, if it says anything new."""
    pk, action, code, reason, needed = pass_.stored[decision.person]
    needs = decision.action in (Action.ASSIGN, Action.RELEASE) or decision.code in LOOKED_AGAIN
    needs = needs and decision.action is not Action.KEEP
    if (action, code, reason, needed) == (decision.action, decision.code, decision.reason, needs):
        return
    told = decision.action in (Action.ASSIGN, Action.WAIT, Action.SKIP)
    if told and (action, code) != (decision.action, decision.code):
        pass_.news.append(decision)
    pass_.writes.append((str(decision.action), str(decision.code), decision.reason, at, needs, pk))


LEFT = (Code.DELETED, Code.UNLICENSED)
"""Why a number is to be taken back. One that Microsoft freed meanwhile is recorded under the same codes."""


def _done(tenant_id: int, at: datetime, only: str | None) -> Done:
    """What automation did in the window: everything that happened in a run, whoever started the run, but for what an
    administrator asked for by hand, and what Teams freed without anybody being to lose it here. What is under way
    counts as done: Microsoft was asked for it, or is about to be. Where `only` one person is looked at,
    what others are to lose counts too: what a limit holds whole does not go one by one."""
    entries = Entry.objects.of(tenant_id).filter(at__gt=at - WINDOW, run_id__isnull=False)
    entries = entries.exclude(code=BY_HAND)
    open_ = Change.objects.of(tenant_id).filter(open=True, leader=None).exclude(code=BY_HAND)
    kinds = Counter(open_.values_list("kind", flat=True))
    others = 0
    if only is not None:
        people = Person.objects.of(tenant_id).filter(action=Action.RELEASE).exclude(object_id=only)
        others = people.exclude(object_id__in=open_.values("person")).count()
    return Done(
        assign=entries.filter(verb="assign").count() + kinds[Kind.ASSIGN],
        change=entries.filter(verb__in=("change", "swap")).count() + kinds[Kind.CHANGE] + kinds[Kind.SWAP],
        release=entries.filter(Q(verb="release") | Q(verb="free", code__in=LEFT)).count()
        + kinds[Kind.RELEASE]
        + others,
    )


def _listing_trusted(tenant_id: int) -> bool:
    """Whether Teams' last list of numbers was whole: after a short, empty or failed one nothing is taken back."""
    last = Listing.objects.of(tenant_id).order_by("-at", "-pk").first()
    return last is not None and last.trusted
