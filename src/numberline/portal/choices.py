"""What a field offers while somebody types in it: people for whom a number is, and free numbers that fit a person.

Each answer is the list below the field (static/portal/choices.js); without scripts the fields take what is typed.
"""

from dataclasses import dataclass

import msgspec
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from numberline import clock
from numberline.access.visit import Visit
from numberline.assignments.search import Held, held_by
from numberline.directory.models import Person
from numberline.directory.search import Wanted, exactly, first_people, how_many, read
from numberline.overrides.choices import choices
from numberline.overrides.standing import facts_of
from numberline.overrides.swapping import why_not_exchangeable
from numberline.portal.request import InTenant

SHOWN = 10
"""Up to how many people are offered."""
LONGEST = 200


@dataclass(slots=True)
class Offered:
    """Somebody who may be meant: the number that they have, what names them in a form, and why they can't be chosen."""

    person: Person
    held: Held | None
    value: str
    why_not: str = ""

    @property
    def department(self) -> str:
        """Where they work, which tells people of one name apart."""
        known = msgspec.json.decode(self.person.attributes)
        return str(known.get("department") or known.get("officeLocation") or known.get("city") or "")


@dataclass(frozen=True, slots=True)
class Alike:
    """People like what was typed, of how many (None: of more than are counted)."""

    people: list[Offered]
    total: int | None

    def said(self, typed: str) -> str:
        """That it is still to be said who is meant."""
        if self.total == 1:
            return (
                f"“{typed}” names nobody for certain; one person is like that: choose them if they are meant."
            )
        count = f"{self.total:,}" if self.total is not None else f"more than {len(self.people)}"
        return f"“{typed}” may mean {count} people: choose who is meant."


def people_choices(request: InTenant) -> HttpResponse:
    """The people whose name, UPN or attribute begins with what is typed, each with the number that they have."""
    return _people(request, None)


def person_partners(request: InTenant, object_id: str) -> HttpResponse:
    """As `people_choices`, for a swap with this person: those with whom there can be none come last, with the reason."""
    return _people(request, get_object_or_404(request.visit.people, object_id=object_id))


def person_numbers(request: InTenant, object_id: str) -> HttpResponse:
    """Free numbers that fit this person and are like what is typed; with nothing typed those that are proposed."""
    visit, now = request.visit, clock.now()
    who = get_object_or_404(visit.people, object_id=object_id)
    typed = _typed(request, "number")
    found = choices(visit.tenant, visit.numbers, who, facts_of(who, now), typed, now)
    return render(request, "portal/parts/numbers_choices.html", {"typed": typed, "who": who, "found": found})


def people_like(visit: Visit, typed: str, swaps: Person | None = None) -> Alike:
    """People of the tenant who are like what was typed; with `swaps` those who could exchange numbers with them first,
    and the others with the reason why they can't."""
    words, attributes = read(typed)
    if not words and not attributes:
        return Alike([], 0)
    wanted = Wanted(words=words, attributes=attributes)
    rows = first_people(visit.people, visit.tenant.pk, wanted, SHOWN + 1)
    rows = rows or list(exactly(visit.people.filter(deleted=""), visit.tenant.pk, typed)[:1])
    total = len(rows) if len(rows) <= SHOWN else how_many(visit.people, visit.tenant.pk, wanted)
    rows = rows[:SHOWN]
    held = held_by(visit.tenant.pk, [row.object_id for row in rows])
    why_not = why_not_exchangeable(visit.tenant, swaps, rows, clock.now()) if swaps is not None else {}
    offered = [
        Offered(row, held.get(row.object_id), row.upn or row.object_id, why_not.get(row.object_id, ""))
        for row in rows
    ]
    return Alike(sorted(offered, key=lambda one: bool(one.why_not)), total)


def _people(request: InTenant, swaps: Person | None) -> HttpResponse:
    typed = _typed(request, "person")
    context = {"typed": typed, "found": people_like(request.visit, typed, swaps)}
    return render(request, "portal/parts/people_choices.html", context)


def _typed(request: InTenant, field: str) -> str:
    return " ".join(request.GET.get(field, "").split())[:LONGEST]
