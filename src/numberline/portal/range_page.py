"""A range: its numbers as a map, whom it serves, its settings, its policies."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from numberline.access.permissions import Permission
from numberline.assignments.models import Assignment
from numberline.core import phone
from numberline.core.rules import parse
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.inventory.range_settings import as_given
from numberline.portal.range_map import LETTERS, map_of
from numberline.portal.ranges import lines
from numberline.portal.request import InTenant
from numberline.portal.rule_editor import spelled

CELLS = 100
"""Of how many numbers the holders are told at once."""


def range_page(request: InTenant, name: str) -> HttpResponse:
    """Everything about one range."""
    row = get_object_or_404(request.visit.ranges, name=name)
    (line,) = lines(row.tenant_id, [row])
    numbers = request.visit.numbers.filter(range=row)
    context = {
        "range": row,
        "line": line,
        "given": as_given(row),
        "map": map_of(numbers, request.GET.get("from", "")),
        "letters": " ".join(f"{letter}:{state}" for state, letter in LETTERS.items()),
        "states": [(str(state), line.counts[state]) for state in State if line.counts.get(state)],
        "spellings": spelled(request.visit.tenant, parse(row.rule)) if row.rule else {},
        "may_change": request.visit.allows(Permission.RANGES),
    }
    return render(request, "portal/range.html", context)


def range_cells(request: InTenant, name: str) -> HttpResponse:
    """Who holds the numbers from `first` on, for the map: `{"442079460000": "Ann Lee"}`; those held alone."""
    row = get_object_or_404(request.visit.ranges, name=name)
    first = request.GET.get("first", "")
    if not first:
        return JsonResponse({"holders": {}, "shown": {}})
    if not (first.isascii() and first.isdecimal() and len(first) <= 15):
        return JsonResponse({"error": "first must be a number of up to 15 digits."}, status=400)
    start = int(first)
    held = Assignment.objects.of(row.tenant_id).filter(
        until=None, number__range=row, number__value__gte=start, number__value__lt=start + CELLS
    )
    pairs = list(held.exclude(number__text__contains=";").values_list("number__value", "person"))
    people = request.visit.people.filter(object_id__in=[person for _, person in pairs])
    names = {one.object_id: _called(one) for one in people.only("object_id", "name", "upn", "tenant_id")}
    holders = {str(value): names.get(person, person) for value, person in pairs}
    shown = {str(value): phone.grouped(f"+{value}") for value in range(start, start + CELLS)}
    return JsonResponse({"holders": holders, "shown": shown})


def _called(person: Person) -> str:
    return person.name or person.upn or person.object_id
