"""Many numbers at once: chosen in the list, shown one by one with what would become of each, then done exactly so."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from numberline import clock
from numberline.access.visit import Visit
from numberline.inventory.models import Number
from numberline.inventory.search import wanted_numbers
from numberline.jobs.models import Kind
from numberline.overrides.many import MOST, Act, Extra, Line, carry_out, look, unmoved
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.room import room_for_releases
from numberline.portal.actions import cause_of, sentence
from numberline.portal.actions_asked import asked
from numberline.portal.actions_forms import Ending, Plain, Reasoned
from numberline.portal.numbers import wanted_of
from numberline.portal.request import InTenant

SEEN = re.compile(r"(\+[0-9]{7,15}(?:;ext=[0-9]{1,15})?):([0-9a-f]{10})")
LONGEST = MOST * 60
TITLES = {
    Act.RESERVE: "Reserve",
    Act.BLOCK: "Block",
    Act.LOCK: "Lock",
    Act.RELEASE: "Release",
    Act.UNRESERVE: "End reservations",
    Act.UNBLOCK: "Unblock",
    Act.UNLOCK: "Unlock",
}


class Reserving(Ending):
    """Why, for what, and until when many numbers are reserved."""

    purpose = Plain(max_length=200, required=False, label="For what", help_text="What they are kept for.")
    field_order = ("purpose", "until", "reason", "ticket")


FORMS: dict[Act, type[Reasoned]] = {Act.RESERVE: Reserving, Act.LOCK: Ending}


def numbers_bulk(request: InTenant) -> HttpResponse:
    """Whatever the list sends: first the numbers, then what to do with them, then that it is to be done."""
    act = _act(request.POST.get("act", ""))
    seen = dict(SEEN.findall(request.POST.get("seen", "")[:LONGEST]))
    if act is not None and seen and "reason" in request.POST:
        return _do(request, act, seen)
    rows, too_many = _chosen(request, list(seen))
    if not rows or too_many:
        messages.error(
            request,
            f"That is more than {MOST} numbers, the most that are set at once: filter further."
            if too_many
            else "No number was ticked.",
        )
        return redirect(_back(request))
    return _shown(request, act, rows)


def _shown(
    request: InTenant,
    act: Act | None,
    rows: Iterable[Number],
    form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """The numbers with what would become of each, and the form that asks why."""
    visit, now = request.visit, clock.now()
    lines = look(visit.tenant, act or Act.LOCK, rows, now)
    would = sum(line.would for line in lines)
    context: dict[str, Any] = {
        "lines": lines,
        "acts": [(each.value, title) for each, title in TITLES.items()],
        "act": act,
        "would": would,
        "left": len(lines) - would,
        "seen": " ".join(f"{line.number.text}:{line.mark}" for line in lines),
        "filter": request.POST.get("filter", "")[:2000],
        "back": _back(request),
    }
    if act is not None:
        held = room_for_releases(visit.tenant, now).refusal(would) if act is Act.RELEASE else None
        count = f"{would} number{'' if would == 1 else 's'}"
        context |= {
            "title": TITLES[act],
            "refusal": sentence(OverrideRefused(held)) if held else "",
            "button": f"{TITLES[act]} of {count}" if act is Act.UNRESERVE else f"{TITLES[act]} {count}",
            "form": form or FORMS.get(act, Reasoned)(),
        }
    return render(request, "portal/bulk.html", context, status=status)


def _do(request: InTenant, act: Act, seen: dict[str, str]) -> HttpResponse:
    """Do what was shown, if nothing has moved since."""
    visit, form = request.visit, FORMS.get(act, Reasoned)(request.POST)
    if not form.is_valid():
        return _shown(request, act, _rows(visit, list(seen)), form, 422)
    given, now = form.cleaned_data, clock.now()
    cause = cause_of(visit, given)
    try:
        if act is Act.RELEASE:
            lines = unmoved(visit.tenant, act, seen, _rows(visit, list(seen)), now)
            return _release(visit, [line for line in lines if line.would], given, cause)
        extra = Extra(given.get("until"), given.get("purpose", ""))
        done = carry_out(visit.tenant, act, seen, lambda: _rows(visit, list(seen)), now, cause, extra)
    except OverrideRefused as error:
        form.add_error(None, sentence(error))
        return _shown(request, act, _rows(visit, list(seen)), form, 409)
    changed = sum(outcome.changed for outcome in done)
    messages.success(request, f"{TITLES[act]}: {changed} of {len(seen)} numbers were changed.")
    return redirect(_back(request))


def _release(visit: Visit, lines: list[Line], given: dict[str, Any], cause: Any) -> HttpResponse:
    refusal = room_for_releases(visit.tenant, clock.now()).refusal(len(lines))
    if refusal is not None or not lines:
        raise OverrideRefused(refusal or "none of these numbers can be released")
    shown = {line.number.text: line.person for line in lines}
    return asked(visit, Kind.RELEASE, {"numbers": list(shown), "shown": shown}, cause, ("numbers",))


def _chosen(request: InTenant, seen: list[str]) -> tuple[list[Number], bool]:
    """The numbers that were ticked, shown before, or that the list's filter matches; and whether these are too many."""
    visit = request.visit
    if seen:
        return _rows(visit, seen), False
    if request.POST.get("all"):
        asked_for = wanted_of(visit, _filter(request))
        found = wanted_numbers(visit.numbers.select_related("range"), visit.tenant.pk, asked_for)
        rows = list(found.rows.order_by(*found.keys)[: MOST + 1])
        return rows, len(rows) > MOST or found.more
    ticked = list(dict.fromkeys(request.POST.getlist("number")))
    return _rows(visit, ticked[:MOST]), len(ticked) > MOST


def _rows(visit: Visit, texts: list[str]) -> list[Number]:
    wanted = [text for text in texts if "\0" not in text]
    return list(
        visit.numbers.select_related("range").filter(text__in=wanted[:MOST]).order_by("value", "text")
    )


def _act(name: str) -> Act | None:
    try:
        return Act(name)
    except ValueError:
        return None


def _filter(request: InTenant) -> QueryDict:
    return QueryDict(request.POST.get("filter", "")[:2000].removeprefix("?").replace("\0", ""))


def _back(request: InTenant) -> str:
    """The list as it was filtered."""
    query = _filter(request).urlencode()
    return reverse("numbers", args=[request.visit.tenant.name]) + (f"?{query}" if query else "")
