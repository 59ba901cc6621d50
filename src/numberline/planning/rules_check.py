"""All rules of a tenant held against its people: who matches several ranges, which ranges nobody comes to, who has none.

What it tells is of the directory as last read, no more: a rule that nobody matches today may be right tomorrow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from numberline import clock
from numberline.core.attributes import find
from numberline.core.compiled import CompiledRule
from numberline.core.decision import Action
from numberline.core.person import Entitlement
from numberline.core.ranges import TYPES_OF, RangeView
from numberline.directory.models import Person
from numberline.directory.scan import Scan, Seen
from numberline.inventory.draw import DatabaseSupply
from numberline.planning.rule_answer import read_by
from numberline.planning.settings import settings_of
from numberline.tenants.models import Tenant

SHOWN = 20
TELL_EVERY = 1_000
"""After so many people progress is told."""
PLACES = ("city", "officeLocation")
"""Attributes by whose values people without any match are gathered."""
_REMEMBERED = 50_000

Matched = tuple[int, ...]
"""Places in `Settings.ranges` of the ranges whose rule is true of somebody."""
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Found:
    """What one pass over people gathers. Whoever matches the same ranges with the same licences counts as one kind."""

    kinds: Counter[tuple[Matched, Entitlement, bool]] = field(default_factory=Counter)
    several: dict[Matched, list[Seen]] = field(default_factory=dict)
    without: list[Seen] = field(default_factory=list)
    places: Counter[tuple[str, ...]] = field(default_factory=Counter)


def check_rules(
    tenant: Tenant, seconds: float | None = None, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """The check as plain data. With `seconds` it looks at as many people as there is time for, and says so."""
    settings, people = settings_of(tenant), Person.objects.of(tenant.pk)
    views = [view for view in settings.ranges if view.enabled and view.rule is not None]
    rules = [view.rule for view in views]
    scan = Scan(people, {*read_by([*rules, settings.exclude]), *PLACES}, seconds)
    found, total = _Found(), people.count()
    matched = _matcher(views)
    for person in scan:
        if settings.exclude is None or not settings.exclude(person.attributes):
            _take(found, person, matched(person.attributes), views)
        if scan.looked_at % TELL_EVERY == 0:
            progress(scan.looked_at, total)
    return {
        "at": clock.now().isoformat(),
        "version": tenant.config_version,
        "looked_at": scan.looked_at,
        "everybody": total,
        "whole": scan.whole,
        "overlaps": list(_overlaps(found, views)),
        "nobody": list(_nobody(found, views)),
        "shadowed": list(_shadowed(found, views)),
        "without": _without(found),
        "draws": list(_draws(found, views, tenant)),
        "no_rule": [view.name for view in settings.ranges if view.rule is None],
        "disabled": [view.name for view in settings.ranges if not view.enabled],
    }


def _take(found: _Found, person: Seen, matched: Matched, views: list[RangeView]) -> None:
    waiting = person.action in (Action.WAIT, Action.ASSIGN)
    found.kinds[matched, person.entitlement, waiting] += 1
    if len(matched) > 1:
        shown = found.several.setdefault(matched, [])
        if len(shown) < SHOWN:
            shown.append(person)
    types = TYPES_OF[person.entitlement]
    if types and not any(views[at].type in types for at in matched):
        if len(found.without) < SHOWN:
            found.without.append(person)
        found.places[tuple(str(person.attributes.get(name) or "") for name in PLACES)] += 1


def _matcher(views: list[RangeView]) -> Callable[[dict[str, Any]], Matched]:
    """Which of the ranges somebody matches. Rules whose attributes many share are asked once for each of their values."""
    groups: dict[int, tuple[Any, list[int]]] = {}
    for at, view in enumerate(views):
        groups.setdefault(id(view.rule), (view.rule, []))[1].append(at)
    shared = [group for group in groups.values() if _shared(group[0])]
    single = [group for group in groups.values() if not _shared(group[0])]
    names = sorted(read_by(rule for rule, _ in shared))
    known: dict[tuple[Any, ...], tuple[int, ...]] = {}

    def of(some: list[tuple[Any, list[int]]], attributes: dict[str, Any]) -> tuple[int, ...]:
        return tuple(at for rule, places in some if rule(attributes) for at in places)

    def matched(attributes: dict[str, Any]) -> Matched:
        key = tuple(map(attributes.get, names))
        answer = known.get(key)
        if answer is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            answer = known[key] = of(shared, attributes)
        return tuple(sorted((*answer, *of(single, attributes)))) if single else tuple(sorted(answer))

    return matched


def _shared(rule: object) -> bool:
    if not isinstance(rule, CompiledRule):
        return False
    attributes = [find(name) for name in rule.attributes]
    return all(one is not None and not one.unique for one in attributes)


def _overlaps(found: _Found, views: list[RangeView]) -> Iterator[dict[str, Any]]:
    """Ranges of one type and priority that the same people match: the name alone decides which serves them."""
    counts: Counter[tuple[int, ...]] = Counter()
    people: dict[tuple[int, ...], list[Seen]] = {}
    for matched, entitlement, waiting in found.kinds:
        count = found.kinds[matched, entitlement, waiting]
        for group in _equal(matched, views):
            counts[group] += count
            people.setdefault(group, []).extend(found.several.get(matched, ())[:SHOWN])
    for group, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        first = views[group[0]]
        shown = list({person.id: person for person in people[group]}.values())[:5]
        yield {
            "ranges": [views[at].name for at in group],
            "type": first.type.value,
            "priority": first.priority,
            "count": count,
            "people": [_named(person) for person in shown],
        }


def _equal(matched: Matched, views: list[RangeView]) -> Iterable[tuple[int, ...]]:
    groups: dict[tuple[str, int], list[int]] = {}
    for at in matched:
        groups.setdefault((views[at].type, views[at].priority), []).append(at)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _nobody(found: _Found, views: list[RangeView]) -> Iterator[str]:
    """Ranges whose rule is true of no one."""
    somebody = {at for matched, _, _ in found.kinds for at in matched}
    for at, view in enumerate(views):
        if at not in somebody:
            yield view.name


def _shadowed(found: _Found, views: list[RangeView]) -> Iterator[dict[str, Any]]:
    """Ranges that nobody comes to while those before them have numbers: every person who matches them and may draw
    from them also matches one of the same kind that is asked before."""
    reached, drawing, before = Counter[int](), Counter[int](), dict[int, Counter[int]]()
    for (matched, entitlement, _), count in found.kinds.items():
        candidates = [at for at in matched if views[at].type in TYPES_OF[entitlement]]
        for place, at in enumerate(candidates):
            drawing[at] += count
            if place == 0:
                reached[at] += count
            else:
                before.setdefault(at, Counter())[candidates[0]] += count
    for at, count in sorted(drawing.items()):
        if not reached[at]:
            names = [views[other].name for other, _ in before[at].most_common(3)]
            yield {"range": views[at].name, "count": count, "before": names}


def _without(found: _Found) -> dict[str, Any]:
    """People who may have a number by their licence, and whom no range would serve."""
    return {
        "count": sum(found.places.values()),
        "people": [_named(person) for person in found.without],
        "places": [
            {"city": city, "office": office, "count": count}
            for (city, office), count in found.places.most_common(SHOWN)
        ],
    }


def _draws(found: _Found, views: list[RangeView], tenant: Tenant) -> Iterator[dict[str, Any]]:
    """What each range is to give as the rules say now, to those who wait and to those who would come to it once they
    are licensed, against what it has left."""
    waiting, later = Counter[int](), Counter[int]()
    for (matched, entitlement, waits), count in found.kinds.items():
        candidates = [at for at in matched if views[at].type in TYPES_OF[entitlement]]
        if waits and candidates:
            waiting[candidates[0]] += count
        elif entitlement is Entitlement.NONE and matched:
            later[matched[0]] += count
    supply = DatabaseSupply(tenant.pk, clock.now())
    for at, view in enumerate(views):
        if waiting[at] or later[at]:
            left = supply.count(view.name)
            yield {
                "range": view.name,
                "waiting": waiting[at],
                "later": later[at],
                "left": left,
                "short": max(0, waiting[at] - left),
            }


def _named(person: Seen) -> dict[str, str]:
    return {"id": person.id, "name": person.name or person.upn or person.id, "upn": person.upn}
