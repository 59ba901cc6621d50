"""Values to choose from while a rule is written: what people really have, and what licences are called."""

from __future__ import annotations

from collections import Counter

from django.core.cache import cache

from numberline.core.attributes import Attribute, Kind
from numberline.core.rule_values import fold, texts
from numberline.directory.models import Person
from numberline.directory.scan import Scan
from numberline.tenants.models import Tenant

MOST = 20
SECONDS = 0.4
KEPT = 300
"""Seconds for which the values of an attribute are remembered."""
_REMEMBERED = 5_000


def values_of(tenant: Tenant, attribute: Attribute, words: str) -> list[tuple[str, int]]:
    """Values and how many people have each, among as many as there is time to look at; 0 for licences, which aren't
    counted. What begins with the words comes first, then what has them in it."""
    wanted = fold(words[:200])
    found = (
        _licences(tenant, attribute)
        if attribute.kind in (Kind.SKUS, Kind.SERVICE_PLANS)
        else _counted(tenant, attribute)
    )
    fitting = [(value, count) for value, count in found if wanted in fold(value)]
    return sorted(fitting, key=lambda pair: not fold(pair[0]).startswith(wanted))[:MOST]


def _counted(tenant: Tenant, attribute: Attribute) -> list[tuple[str, int]]:
    if attribute.kind not in (Kind.TEXT, Kind.TEXTS):
        return []
    key = f"rule-values-{tenant.pk}-{attribute.graph}"
    known: list[tuple[str, int]] | None = cache.get(key)
    if known is None:
        counts: Counter[str] = Counter()
        for person in Scan(Person.objects.of(tenant.pk), [attribute.graph], SECONDS):
            counts.update(texts(person.attributes.get(attribute.graph)))
        known = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_REMEMBERED]
        cache.set(key, known, KEPT)
    return known


def _licences(tenant: Tenant, attribute: Attribute) -> list[tuple[str, int]]:
    names: set[str] = set()
    for sku in tenant.skus:
        if attribute.kind is Kind.SKUS:
            names.add(sku["skuPartNumber"])
        else:
            names.update(plan["servicePlanName"] for plan in sku["servicePlans"] if plan["servicePlanName"])
    return [(name, 0) for name in sorted(names)]
