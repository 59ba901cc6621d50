"""The ranges of a tenant, in the order in which they are asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from numberline.access.permissions import Permission
from numberline.core.person import NumberType
from numberline.core.states import State
from numberline.core.words import TYPE_WORDS
from numberline.inventory.models import Range
from numberline.inventory.tally import tally
from numberline.portal.request import InTenant
from numberline.worklist.models import Item

PAGE = 60
ALERTS = {"range_exhausted": "used up", "range_low": "low"}
"""Codes of the worklist that tell how a range stands, in words."""


@dataclass(frozen=True, slots=True)
class Line:
    """One range as the list shows it. `counts` are its numbers by state, `alert` a word of ALERTS or empty."""

    row: Range
    counts: dict[str, int]
    alert: str

    @property
    def total(self) -> int:
        """How many numbers it has."""
        return sum(self.counts.values())

    @property
    def available(self) -> int:
        """How many of them are available."""
        return self.counts.get(State.AVAILABLE, 0)

    @property
    def type_words(self) -> str:
        """Its type in Microsoft's words."""
        return TYPE_WORDS[NumberType(self.row.type)]


def ranges(request: InTenant) -> HttpResponse:
    """Every range with how much of it is used, whom it serves and what is wrong with it."""
    everything = request.visit.ranges
    rows, after = _page(_filtered(everything, request), request.GET.get("after", ""))
    context = {
        "lines": lines(request.visit.tenant.pk, rows),
        "after": after,
        "first": not request.GET.get("after"),
        "types": [(one.value, words) for one, words in TYPE_WORDS.items()],
        "providers": everything.exclude(provider="").order_by("provider").values_list("provider", flat=True).distinct(),
        "filters": {key: request.GET.get(key, "") for key in ("q", "type", "provider", "alert")},
        "may_change": request.visit.allows(Permission.RANGES),
        "any": bool(rows) or everything.exists(),
    }  # fmt: skip
    return render(request, "portal/ranges.html", context)


def lines(tenant_id: int, rows: Iterable[Range]) -> list[Line]:
    """The ranges with their numbers and alerts."""
    some = list(rows)
    counts = counts_of(tenant_id, [row.pk for row in some])
    alerts = alerts_of(tenant_id)
    return [Line(row, counts[row.pk], alerts.get(row.name, "")) for row in some]


def counts_of(tenant_id: int, keys: Iterable[int]) -> dict[int, dict[str, int]]:
    """The numbers of these ranges, by range and state."""
    found: dict[int, dict[str, int]] = {key: {} for key in keys}
    for (key, state), count in tally(tenant_id, "range_key", "state").items():
        if int(key) in found:
            found[int(key)][str(state)] = count
    return found


def alerts_of(tenant_id: int) -> dict[str, str]:
    """What stands on the worklist about ranges that run out, by the name of the range; used up outweighs low."""
    items = Item.objects.of(tenant_id).filter(closed_at=None, code__in=ALERTS)
    found: dict[str, str] = {}
    for code, name in items.order_by("-code").values_list("code", "range_name"):
        found[name] = ALERTS[code]
    return found


def _filtered(rows: QuerySet[Range], request: InTenant) -> QuerySet[Range]:
    words, type_ = request.GET.get("q", "").strip(), request.GET.get("type", "")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(rule__icontains=words))
    if type_ in [one.value for one in NumberType]:
        rows = rows.filter(type=type_)
    provider = request.GET.get("provider", "")
    if provider:
        rows = rows.filter(provider=provider)
    if request.GET.get("alert") == "any":
        rows = rows.filter(name__in=alerts_of(request.visit.tenant.pk))
    return rows


def _page(rows: QuerySet[Range], after: str) -> tuple[list[Range], str]:
    """The ranges behind one that stands in the address, and the one to go on behind; empty at the end."""
    priority, _, name = after.partition(":")
    digits = priority.removeprefix("-")
    if name and digits.isascii() and digits.isdecimal() and len(digits) < 10:
        rows = rows.filter(Q(priority__gt=int(priority)) | Q(priority=int(priority), name__gt=name))
    found: list[Any] = list(rows.order_by("priority", "name")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{last.priority}:{last.name}" if last is not None else ""
