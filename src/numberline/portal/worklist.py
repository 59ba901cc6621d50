"""The worklist: what needs a human, with its cause, its remedy, and the remedy's action at hand."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from numberline import clock
from numberline.access.permissions import Permission
from numberline.access.visit import members
from numberline.accounts.actor import in_portal
from numberline.audit.record import Cause
from numberline.paging import page
from numberline.planning.movers import with_offers
from numberline.portal.cause import LONGEST_TICKET, plain_line
from numberline.portal.remedies import remedy
from numberline.portal.request import InTenant
from numberline.worklist.codes import ADVICE
from numberline.worklist.hands import ItemRefused, assign, snooze, wake
from numberline.worklist.listing import show
from numberline.worklist.search import Wanted, counts, wanted_items
from numberline.worklist.titles import TITLES

SNOOZES: dict[str, tuple[str, timedelta]] = {
    "4h": ("4 hours", timedelta(hours=4)),
    "1d": ("a day", timedelta(days=1)),
    "3d": ("3 days", timedelta(days=3)),
    "7d": ("a week", timedelta(days=7)),
    "30d": ("30 days", timedelta(days=30)),
}
"""For how long an item can be put off, by what the form sends."""
SIZE = 25


def worklist(request: InTenant) -> HttpResponse:
    """Open items, oldest first: of one code, of one's own, or those that are put off."""
    visit, now = request.visit, clock.now()
    wanted = _wanted(request)
    found = page(
        wanted_items(visit.tenant.pk, wanted, now), ("since", "pk"), request.GET.get("page", ""), SIZE
    )
    shown = with_offers(visit.tenant, show(visit.tenant.pk, found.rows), now)
    team = members(visit.tenant)
    context: dict[str, Any] = {
        "items": [{"shown": one, "remedy": remedy(visit, one)} for one in shown],
        "found": found,
        "wanted": wanted,
        "kinds": [
            {"code": code, "title": TITLES[code], "count": count}
            for code, count in counts(visit.tenant.pk, now, snoozed=wanted.snoozed).items()
        ],
        "mine": request.user.email,
        "team": team if request.user.email in team else [request.user.email, *team],
        "snoozes": [(key, words) for key, (words, _) in SNOOZES.items()],
        "may_work": visit.allows(Permission.WORKLIST),
        "here": request.get_full_path(),
    }
    return render(request, "portal/worklist.html", context)


def worklist_assign(request: InTenant, item: int) -> HttpResponse:
    """Say who looks after an item: somebody of the team, or nobody in particular."""
    assignee = request.POST.get("assignee", "")
    if assignee not in ("", request.user.email, *members(request.visit.tenant)):
        return _back(request, "An item is given to somebody of this tenant's team: choose one of the list.")
    return _done(request, lambda cause: assign(request.visit.tenant.pk, item, assignee, clock.now(), cause))


def worklist_snooze(request: InTenant, item: int) -> HttpResponse:
    """Put an item off for a while."""
    length = SNOOZES.get(request.POST.get("for", ""))
    if length is None:
        return _back(request, "Choose for how long the item is put off.")
    now = clock.now()
    return _done(request, lambda cause: snooze(request.visit.tenant.pk, item, now + length[1], now, cause))


def worklist_wake(request: InTenant, item: int) -> HttpResponse:
    """Take an item that was put off back onto the list."""
    return _done(request, lambda cause: wake(request.visit.tenant.pk, item, clock.now(), cause))


def _wanted(request: InTenant) -> Wanted:
    code = request.GET.get("code", "")
    return Wanted(
        code if code in ADVICE else "",
        request.user.email if request.GET.get("who") == "me" else "",
        "snoozed" in request.GET,
    )


def _done(request: InTenant, act: Any) -> HttpResponse:
    try:
        act(
            Cause(in_portal(request.user), ticket=plain_line(request.POST.get("ticket", ""))[:LONGEST_TICKET])
        )
    except ItemRefused as refused:
        return _back(request, f"{str(refused)[0].upper()}{str(refused)[1:]}.")
    return _back(request)


def _back(request: InTenant, sentence: str = "") -> HttpResponse:
    if sentence:
        messages.error(request, sentence)
    address = request.POST.get("next", "")
    home = reverse("worklist", args=[request.visit.tenant.name])
    return redirect(address if _ours(request, address) else home)


def _ours(request: HttpRequest, address: str) -> bool:
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
