"""Searching everything from any page: people, numbers and ranges. What names one thing exactly goes straight there."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from numberline.access.visit import Visit
from numberline.assignments.listing import holders_of
from numberline.assignments.search import held_by
from numberline.core.phone import meant
from numberline.directory.models import Person
from numberline.directory.search import Wanted as WantedPeople
from numberline.directory.search import exactly, first_people, read
from numberline.inventory.models import Number
from numberline.inventory.search import Wanted, wanted_numbers
from numberline.portal.request import InTenant

SHOWN = 8
"""Up to how many of each are shown; the list of people or numbers shows all."""
WHOLE = 8
"""From so many digits on, the one number that ends or begins so is meant."""
LONGEST = 200


def search(request: InTenant) -> HttpResponse:
    """What was typed, wherever it is found."""
    visit = request.visit
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    address = _exact(visit, text) if text else None
    if address is not None:
        return redirect(address)
    people, numbers = _people(visit, text), _numbers(visit, text)
    ranges = list(visit.ranges.filter(name__icontains=text).order_by("name")[:SHOWN]) if text else []
    if len(numbers) == 1 and not people and not ranges and sum(map(str.isdigit, text)) >= WHOLE:
        return redirect("number", visit.tenant.name, numbers[0].text)
    return render(request, "portal/search.html", _shown(visit, text, people, numbers, ranges))


def range_address(tenant: str, name: str) -> str:
    """Where a range is shown: on its own page, or by its numbers."""
    try:
        return reverse("range", args=[tenant, name])
    except NoReverseMatch:
        return f"{reverse('numbers', args=[tenant])}?{urlencode({'range': name})}"


def _exact(visit: Visit, text: str) -> str | None:
    number = meant(text)
    if number is not None and visit.numbers.filter(text=str(number)).exists():
        return reverse("number", args=[visit.tenant.name, str(number)])
    people = list(exactly(visit.people, visit.tenant.pk, text)[:2])
    if len(people) == 1:
        return reverse("person", args=[visit.tenant.name, people[0].object_id])
    home = visit.ranges.filter(name=text).first()
    return None if home is None else range_address(visit.tenant.name, home.name)


def _people(visit: Visit, text: str) -> list[Person]:
    words, attributes = read(text)
    if not words and not attributes:
        return []
    wanted = WantedPeople(words=words, attributes=attributes)
    return first_people(visit.people, visit.tenant.pk, wanted, SHOWN + 1)


def _numbers(visit: Visit, text: str) -> list[Number]:
    if not any(map(str.isdigit, text)):
        return []
    found = wanted_numbers(visit.numbers.select_related("range"), visit.tenant.pk, Wanted(text=text))
    return list(found.rows.order_by(*found.keys)[: SHOWN + 1])


def _shown(
    visit: Visit, text: str, people: list[Person], numbers: list[Number], ranges: list[Any]
) -> dict[str, Any]:
    held = held_by(visit.tenant.pk, [row.object_id for row in people])
    holders = holders_of(visit.tenant.pk, [row.pk for row in numbers])
    return {
        "typed": text,
        "query": urlencode({"q": text}),
        "people": [{"person": row, "held": held.get(row.object_id)} for row in people[:SHOWN]],
        "more_people": len(people) > SHOWN,
        "numbers": [{"number": row, "holder": holders.get(row.pk)} for row in numbers[:SHOWN]],
        "more_numbers": len(numbers) > SHOWN,
        "ranges": [
            {"name": row.name, "address": range_address(visit.tenant.name, row.name)} for row in ranges
        ],
    }
