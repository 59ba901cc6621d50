"""A person: what they are entitled to, which number they have or why they have none, and what became of them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from numberline import clock
from numberline.assignments.listing import person_item
from numberline.directory.models import Person
from numberline.portal.request import InTenant
from numberline.worklist.codes import ADVICE
from numberline.worklist.models import Item


def person(request: InTenant, object_id: str) -> HttpResponse:
    """Everything about one person."""
    who = get_object_or_404(request.visit.people, object_id=object_id)
    item = person_item(who, clock.now())
    context = {"person": who, "item": item, "needs": _needs(who)}
    return render(request, "portal/person.html", context)


def _needs(who: Person) -> list[dict[str, Any]]:
    """What of the worklist is about them, with its remedy."""
    rows = Item.objects.of(who.tenant_id).filter(person=who.object_id, closed_at=None).order_by("since", "pk")
    return [{"item": row, "remedy": ADVICE[row.code].remedy} for row in rows]
