"""Names of licences in rules: ``Sku`` and ``ServicePlan`` by part number, name or id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from numberline.core.attributes import Kind
from numberline.core.plans_table import SERVICE_PLANS
from numberline.core.rule_tree import Operator, Rule, matches_in
from numberline.core.rule_values import fold
from numberline.core.skus_table import SKUS

_PLAN_TITLES = """
4828c8ec-dc2e-4779-b502-87ac9ce28ab7|Microsoft 365 Phone System
ed777b71-af04-42ca-9798-84344c66f7c6|Skype for Business Cloud PBX for Small and Medium Business
db23fce2-a974-42ef-9002-d78dd42a0f22|Microsoft 365 Phone System for Government
f47330e9-c134-43b3-9993-e7f004506889|Microsoft 365 Phone Standard Resource Account
0628a73f-3b4a-4989-bd7b-0f8823144313|Microsoft 365 Phone Standard Resource Account for Government
4ed3ff63-69d7-4fb7-b984-5aec7f605ca8|Microsoft 365 Domestic Calling Plan
3c8a8792-7866-409b-bb61-1b20ace0368b|Domestic Calling Plan for Government
5a10155d-f5c1-411a-a8ec-e99aae125390|Domestic and International Calling Plan
54a152dc-90de-4996-93d2-bc47e670fc06|Microsoft 365 Domestic Calling Plan (120 min)
346d83bf-6fe6-42ca-b424-b9300d2e21bf|Microsoft 365 Domestic Calling Plan (240 min)
16935b20-87c0-4908-934a-22aa267d0d26|Microsoft 365 Domestic Calling Plan (120 min) at User Level
7861360b-dc3b-4eba-a3fc-0d323a035746|Australia Calling Plan
1346d5e6-15a6-4b88-9693-806ff7296a7a|Microsoft 365 Domestic Calling Plan - US (120 minutes)
156a1efe-17cd-4b03-9f17-2eb512298fb3|Microsoft Teams Calling Plan pay-as-you-go - country zone 1
505e180f-f7e0-4b65-91d4-00d670bbd18c|Communications Credits
cb22fbd7-ed7d-4786-a27a-e4cd617b69c0|Teams Phone Mobile
3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40|Microsoft 365 Audio Conferencing
57ff2da0-773e-42df-b2af-ffb7a2317929|Microsoft Teams
a42de799-58ae-4e6a-aa1d-948e7abec726|Microsoft Teams Kiosk
"""
"""Microsoft's titles of service plans (Microsoft: licensing-service-plan-reference)."""

Names = Mapping[str, tuple[str, ...]]


def _merged(base: Names, more: Iterable[tuple[str, Iterable[str | None]]]) -> dict[str, tuple[str, ...]]:
    names = dict(base)
    for identifier, given in more:
        key = identifier.casefold()
        names[key] = tuple(dict.fromkeys((*names.get(key, ()), *(name for name in given if name))))
    return names


class LicenceNames:
    """What each licence is called: products (SKUs) and service plans, by id; immutable.

    `STANDARD_NAMES` holds our own table; `with_tenant` adds what the tenant itself calls its licences.
    """

    __slots__ = ("_plans", "_skus")

    def __init__(self, skus: Names, plans: Names) -> None:
        """Names by id (in lower case), the part number first."""
        self._skus = dict(skus)
        self._plans = dict(plans)

    def with_tenant(self, subscribed_skus: Iterable[Mapping[str, Any]]) -> LicenceNames:
        """These names and those of Graph's ``subscribedSkus`` (Microsoft: resources/subscribedsku)."""
        listed = list(subscribed_skus)
        plans = [plan for sku in listed for plan in sku.get("servicePlans") or ()]
        return LicenceNames(
            _merged(self._skus, ((sku["skuId"], [sku.get("skuPartNumber")]) for sku in listed)),
            _merged(self._plans, ((plan["servicePlanId"], [plan.get("servicePlanName")]) for plan in plans)),
        )

    def of_sku(self, sku_id: str) -> tuple[str, ...]:
        """Everything a rule may call this product: its id, part number and name."""
        return (sku_id, *self._skus.get(sku_id.casefold(), ()))

    def of_plan(self, plan_id: str) -> tuple[str, ...]:
        """Everything a rule may call this service plan: its id, name and title."""
        return (plan_id, *self._plans.get(plan_id.casefold(), ()))

    def skus_called(self, text: str) -> tuple[str, ...]:
        """The ids of the products that `text` names, by part number, name or id; sorted."""
        return _called(self._skus, text)

    def plans_called(self, text: str) -> tuple[str, ...]:
        """The ids of the service plans that `text` names, by name, title or id; sorted."""
        return _called(self._plans, text)


def unknown_licences(rule: Rule, names: LicenceNames) -> tuple[str, ...]:
    """The texts that the rule compares Sku or ServicePlan with and that no licence is called, in order.

    Such a comparison is not wrong (the tenant may buy the licence later) but is worth a warning.
    """
    asked: list[str] = []
    for condition in matches_in(rule):
        kind = condition.attribute.kind
        if condition.operator not in (Operator.EQUALS, Operator.IN) or kind not in (
            Kind.SKUS,
            Kind.SERVICE_PLANS,
        ):
            continue
        called = names.skus_called if kind is Kind.SKUS else names.plans_called
        texts = condition.value if isinstance(condition.value, tuple) else (str(condition.value),)
        asked.extend(text for text in texts if not called(text))
    return tuple(dict.fromkeys(asked))


def _called(names: Names, text: str) -> tuple[str, ...]:
    wanted = fold(text)
    return tuple(sorted(key for key, given in names.items() if wanted == key or wanted in map(fold, given)))


def _standard() -> LicenceNames:
    titles = (line.split("|") for line in _PLAN_TITLES.split("\n") if line)
    plans = _merged({}, ((plan.id, [plan.name]) for plan in SERVICE_PLANS))
    skus = _merged({}, ((sku.id, [sku.part_number, sku.name]) for sku in SKUS))
    return LicenceNames(skus, _merged(plans, ((identifier, [title]) for identifier, title in titles)))


STANDARD_NAMES = _standard()
"""The licences of our own table; what a rule uses when no `LicenceNames` is given."""
