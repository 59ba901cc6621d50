"""What a field offers while somebody types in it: people for whom a number is, and free numbers that fit a person.

Each answer is the list below the field (static/portal/choices.js); without scripts the fields take what is typed.
"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from numberline import clock
from numberline.access.visit import Visit
from numberline.assignments.search import held_by
from numberline.directory.search import Wanted, exactly, first_people, read
from numberline.overrides.choices import choices
from numberline.overrides.standing import facts_of
from numberline.portal.request import InTenant

SHOWN = 10
"""Up to how many people are offered."""
LONGEST = 200


def people_choices(request: InTenant) -> HttpResponse:
    """The people whose name, UPN or attribute begins with what is typed, each with the number that they have."""
    typed = _typed(request, "person")
    found = people_like(request.visit, typed)
    context = {"typed": typed, "people": found[:SHOWN], "more": len(found) > SHOWN}
    return render(request, "portal/parts/people_choices.html", context)


def person_numbers(request: InTenant, object_id: str) -> HttpResponse:
    """Free numbers that fit this person and are like what is typed; with nothing typed those that are proposed."""
    visit, now = request.visit, clock.now()
    who = get_object_or_404(visit.people, object_id=object_id)
    typed = _typed(request, "number")
    found = choices(visit.tenant, visit.numbers, who, facts_of(who, now), typed, now)
    return render(request, "portal/parts/numbers_choices.html", {"typed": typed, "who": who, "found": found})


def people_like(visit: Visit, typed: str) -> list[dict[str, object]]:
    """People of the tenant who are like what was typed, one more than SHOWN where there are more: each with the number
    that they have, and what names them in a form."""
    words, attributes = read(typed)
    if not words and not attributes:
        return []
    wanted = Wanted(words=words, attributes=attributes)
    rows = first_people(visit.people, visit.tenant.pk, wanted, SHOWN + 1)
    rows = rows or list(exactly(visit.people.filter(deleted=""), visit.tenant.pk, typed)[:1])
    held = held_by(visit.tenant.pk, [row.object_id for row in rows])
    return [
        {"person": row, "held": held.get(row.object_id), "value": row.upn or row.object_id} for row in rows
    ]


def _typed(request: InTenant, field: str) -> str:
    return " ".join(request.GET.get(field, "").split())[:LONGEST]
