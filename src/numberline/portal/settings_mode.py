"""The switch of a tenant: what automation may do, what that means, and what it would do next."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from numberline import clock
from numberline.audit.chain import TrailBroken
from numberline.core.held import ALLOWED
from numberline.core.limits import Mode
from numberline.planning.held import held_by_mode
from numberline.portal.actions import sentence
from numberline.portal.cause import NoReason, cause_of
from numberline.portal.overview import MEANINGS
from numberline.portal.request import InTenant
from numberline.tenants.mode import ModeError, set_mode

WORDS = {"assign": ("get a number", "gets a number"), "release": ("lose one", "loses one")}


def settings_mode(request: InTenant) -> HttpResponse:
    """The four modes; posted: switch."""
    if request.method != "POST":
        return _form(request)
    tenant, chosen = request.visit.tenant, request.POST.get("mode", "")
    try:
        cause = cause_of(request)
        switched = set_mode(tenant, chosen, clock.now(), cause, was=request.POST.get("was", ""))
    except NoReason as error:
        return _form(request, chosen, str(error), 422)
    except (ModeError, TrailBroken) as error:
        tenant.refresh_from_db()
        known = chosen in MEANINGS
        return _form(request, chosen, sentence(error)[:300], 409 if known else 422)
    messages.info(request, f"{tenant.name} is {'now' if switched else 'already'} in mode {chosen}.")
    return redirect("overview", tenant=tenant.name)


def _form(request: InTenant, chosen: str = "", refusal: str = "", status: int = 200) -> HttpResponse:
    tenant = request.visit.tenant
    decided = held_by_mode(request.visit.people, Mode.OFF)
    modes = [(mode.value, MEANINGS[mode], _next(mode, decided)) for mode in Mode]
    context = {"modes": modes, "chosen": chosen or tenant.mode, "refusal": refusal, "decided": decided}
    return render(request, "portal/settings_mode.html", context, status=status)


def _next(mode: Mode, decided: Counter[str]) -> str:
    """What would be done next in that mode, of what is decided and not done."""
    parts = []
    for action in ALLOWED[mode]:
        count = decided[action.value]
        if count:
            many, one = WORDS[action.value]
            parts.append(f"1 person {one}" if count == 1 else f"{count:,} people {many}")
    return ", ".join(parts)
