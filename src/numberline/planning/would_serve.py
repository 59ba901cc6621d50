"""Whom a range would serve at once if it were changed or made so, of those who wait now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from numberline.assignments.belongings import belongings_of
from numberline.assignments.models import Change
from numberline.core.allocate import allocate
from numberline.core.classify import classify
from numberline.core.decision import Action, Code, Decision, Wants
from numberline.core.ranges import RangeView, Settings
from numberline.core.supply import Supply
from numberline.directory.facts import Known, in_chunks, known, person_facts
from numberline.directory.models import Person
from numberline.inventory.models import Range
from numberline.planning.settings import settings_of, view_of
from numberline.tenants.models import Tenant

MOST = 2_000
"""So many people who wait are looked at while somebody waits for the page."""


@dataclass(slots=True)
class WouldServe:
    """Of those who wait and whom the rule matches with a licence for the range's type (`matching`): how many it would
    serve at once; how many Teams is not ready for; how many get a number that is kept for them; how many another range
    serves, by its name, that is asked before (or after, because this one has no number for them); how many wait on for
    want of a number, or of one that fits their country (with an emergency location where one is needed). `whole`:
    everybody who waits was looked at.
    """

    matching: int = 0
    served: int = 0
    not_ready: int = 0
    own: int = 0
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    short: int = 0
    unfit: int = 0
    looked_at: int = 0
    whole: bool = True

    def take(self, view: RangeView, settings: Settings, decision: Decision) -> None:
        """Count what would become of somebody whom the range may serve."""
        self.matching += 1
        if decision.code in (Code.RESERVED_FOR, Code.RETURNER):
            self.own += 1
        elif decision.range is not None and decision.range != view.name:
            other = settings.by_name[decision.range]
            first = (other.priority, other.name) < (view.priority, view.name)
            counts = self.before if first else self.after
            counts[other.name] = counts.get(other.name, 0) + 1
        elif decision.action is Action.ASSIGN:
            self.served += 1
        elif decision.code is Code.NOT_READY:
            self.not_ready += 1
        elif decision.code is Code.RANGE_EXHAUSTED:
            self.short += 1
        else:
            self.unfit += 1


def would_serve(tenant: Tenant, row: Range, supply: Supply, at: datetime, most: int = MOST) -> WouldServe:
    """What would become of those who wait, were the range `row` as it is given (saved or not) with this supply."""
    view = view_of(tenant, row)
    settings = _with(settings_of(tenant), view)
    people = Person.objects.of(tenant.pk).filter(action__in=(Action.WAIT, Action.ASSIGN), deleted="")
    rows = [Known._make(each) for each in known(people.order_by("pk"))[: most + 1]]
    found = WouldServe(looked_at=min(len(rows), most), whole=len(rows) <= most)
    wants = list(_wants(tenant, settings, rows[:most], at))
    matching = {one.facts.id for one in wants if view in one.candidates}
    for decision in allocate(wants, supply, settings) if matching else ():
        if decision.person in matching:
            found.take(view, settings, decision)
    return found


def _with(settings: Settings, view: RangeView) -> Settings:
    others = [one for one in settings.ranges if one.name != view.name]
    return Settings(
        [*others, view],
        exclude=settings.exclude,
        country=settings.country,
        default_grace=settings.default_grace,
        default_quarantine=settings.default_quarantine,
    )


def _wants(tenant: Tenant, settings: Settings, rows: list[Known], at: datetime) -> list[Wants]:
    busy = set(Change.objects.of(tenant.pk).filter(open=True).values_list("person", flat=True))
    found = []
    for chunk in in_chunks(rows):
        belongings = belongings_of(tenant.pk, [one.object_id for one in chunk], at)
        for one in chunk:
            result = (
                None if one.object_id in busy else classify(person_facts(one, belongings, at), settings, at)
            )
            found += [result] if isinstance(result, Wants) else []
    return found
