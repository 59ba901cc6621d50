"""A number: its state, who holds it, and what became of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from numberline import clock
from numberline.assignments.listing import number_item
from numberline.inventory.models import Number
from numberline.portal.request import InTenant
from numberline.worklist.codes import ADVICE
from numberline.worklist.models import Item


def number(request: InTenant, text: str) -> HttpResponse:
    """Everything about one number."""
    row = get_object_or_404(request.visit.numbers.select_related("range"), text=text)
    item = number_item(row, clock.now(), spoken=True)
    context = {"number": row, "item": item, "needs": _needs(row)}
    return render(request, "portal/number.html", context)


def _needs(row: Number) -> list[dict[str, Any]]:
    """What of the worklist is about it, with its remedy."""
    rows = Item.objects.of(row.tenant_id).filter(number=row.text, closed_at=None).order_by("since", "pk")
    return [{"item": each, "remedy": ADVICE[each.code].remedy} for each in rows]
