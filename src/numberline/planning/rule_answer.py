"""What a rule would mean, asked of the directory as it was last read: how many match, who, and what else they match."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from numberline.core.compiled import CompiledRule, compile_rule
from numberline.core.decision import Action
from numberline.core.person import NumberType
from numberline.core.ranges import TYPES_OF, RangeView, Settings
from numberline.core.rule_licences import unknown_licences
from numberline.core.rules import Rule, parse
from numberline.directory.models import Person
from numberline.directory.scan import Scan, Seen
from numberline.planning.settings import settings_of
from numberline.tenants.licences import licence_names
from numberline.tenants.models import Tenant

SHOWN, SHOWN_MOVING = 20, 10
"""How many people are named of those who match, and of those who come or go by the change."""
SECONDS = 0.7
TELL_EVERY = 1_000
"""After so many people progress is told."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the rule; the range that it is to be of, with its type and priority; the rule that it has now (None:
    none); whom to show by name or user principal name; how long it may take (None: as long as it takes)."""

    rule: Rule
    range: str = ""
    type: str = ""
    priority: int = 100
    before: Rule | None = None
    search: str = ""
    seconds: float | None = SECONDS


@dataclass(slots=True)
class Group:
    """Some people: how many, and the first of them."""

    most: int
    count: int = 0
    people: list[Seen] = field(default_factory=list)

    def take(self, person: Seen, wanted: str) -> None:
        """Count somebody, and keep them to be shown if they are among the first whose name is wanted."""
        self.count += 1
        if len(self.people) < self.most and (
            not wanted or wanted in person.name.casefold() or wanted in person.upn.casefold()
        ):
            self.people.append(person)

    def to_json(self) -> dict[str, Any]:
        """How many, and the first of them."""
        people = [{"id": one.id, "name": one.name, "upn": one.upn} for one in self.people]
        return {"count": self.count, "people": people}


@dataclass(frozen=True, slots=True)
class Also:
    """Another range that some of those who match also match, and whether it is asked before this one."""

    range: RangeView
    count: int
    before: bool


@dataclass(slots=True)
class RuleAnswer:
    """The answer. `looked_at` of `everybody` were looked at; `whole` when those were all.

    Of those who match, `licensed` may draw from the range's type, `waiting` of them have no number yet, and automation
    never serves `excluded`. `gained` match now and not before, `lost` the other way round; both are empty when there
    was no rule. `unknown` are names of licences that the tenant doesn't have.
    """

    looked_at: int = 0
    everybody: int = 0
    whole: bool = False
    matching: Group = field(default_factory=lambda: Group(SHOWN))
    licensed: int = 0
    waiting: int = 0
    excluded: int = 0
    gained: Group = field(default_factory=lambda: Group(SHOWN_MOVING))
    lost: Group = field(default_factory=lambda: Group(SHOWN_MOVING))
    also: list[Also] = field(default_factory=list)
    unknown: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer as plain data, with the same names; of a person id, name and user principal name."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        groups = {name: getattr(self, name).to_json() for name in ("matching", "gained", "lost")}
        also = [
            {
                "range": {"name": each.range.name, "priority": each.range.priority},
                "count": each.count,
                "before": each.before,
            }
            for each in self.also
        ]
        return {**plain, **groups, "also": also, "unknown": list(self.unknown)}


_PLAIN = ("looked_at", "everybody", "whole", "licensed", "waiting", "excluded")


def ask(
    tenant: Tenant, asked: Asked, progress: Callable[[int, int], None] = lambda done, total: None
) -> RuleAnswer:
    """Ask the directory. With `seconds` only as many people are looked at as there is time for. `progress` hears now and
    then how many of how many were looked at."""
    settings, names = settings_of(tenant), licence_names(tenant)
    rule = compile_rule(asked.rule, names)
    before = None if asked.before is None else compile_rule(asked.before, names)
    others = [view for view in settings.ranges if view.enabled and view.rule and view.name != asked.range]
    answer = RuleAnswer(unknown=unknown_licences(asked.rule, names))
    people = Person.objects.of(tenant.pk)
    answer.everybody = people.count()
    rules = [rule, before, settings.exclude, *(view.rule for view in others)]
    scan = Scan(people, read_by(rules), asked.seconds)
    wanted, both = asked.search.strip().casefold(), Counter[int]()
    distinct = {id(view.rule): view.rule for view in others if view.rule is not None}
    for person in scan:
        matches = rule(person.attributes)
        if matches:
            _count(answer, person, asked, settings, wanted)
            both.update(key for key, other in distinct.items() if other(person.attributes))
        if before is not None and before(person.attributes) != matches:
            (answer.gained if matches else answer.lost).take(person, wanted)
        if scan.looked_at % TELL_EVERY == 0:
            progress(scan.looked_at, answer.everybody)
    answer.looked_at, answer.whole = scan.looked_at, scan.whole
    answer.also = [
        Also(view, both[id(view.rule)], (view.priority, view.name) < (asked.priority, asked.range))
        for view in others
        if both[id(view.rule)]
    ]
    return answer


def rule_of(text: str) -> Rule | None:
    """The rule of a stored text; None for an empty one."""
    return parse(text) if text.strip() else None


def read_by(rules: Iterable[object]) -> set[str]:
    """The attributes that compiled rules read, all together."""
    return {name for rule in rules if isinstance(rule, CompiledRule) for name in rule.attributes}


def _count(answer: RuleAnswer, person: Seen, asked: Asked, settings: Settings, wanted: str) -> None:
    answer.matching.take(person, wanted)
    if settings.exclude is not None and settings.exclude(person.attributes):
        answer.excluded += 1
    elif asked.type and NumberType(asked.type) in TYPES_OF[person.entitlement]:
        answer.licensed += 1
        answer.waiting += person.action in (Action.WAIT, Action.ASSIGN)
